// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_store.h"

#include "store/bytes.h"
#include "store/event_codec.h"
#include "store/listing.h"
#include "store/refusal.h"
#include "store/sqlite.h"
#include "store/sqlite_queries.h"

#include <durable/base/assert.h>
#include <durable/wire/names.h>

#include <array>
#include <string_view>
#include <utility>

namespace durable::store {
namespace {

using sqlite::Database;
using sqlite::Run;
using sqlite::Statement;
using sqlite::Transaction;
using sqlite::TransactionStatements;

// ---- Values as they stand in columns ----

std::int64_t column(ExecutionKey key) { return static_cast<std::int64_t>(key); }
std::int64_t column(Timestamp time) { return time.time_since_epoch().count(); }
std::optional<std::int64_t> column_or_null(Timestamp time) {
  return time == engine::never ? std::nullopt : std::optional(column(time));
}
std::optional<std::int64_t> column(const std::optional<Timestamp>& time) {
  return time ? std::optional(column(*time)) : std::nullopt;
}
std::optional<std::string_view> text_or_null(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}
Timestamp time_of(std::int64_t value) { return Timestamp(Duration(value)); }
Timestamp time_or_never(std::optional<std::int64_t> value) {
  return value ? time_of(*value) : engine::never;
}

Query list_query(const ListQuery& query) {
  const bool newest = query.order == Order::newest_first;
  if (!query.function_name) return newest ? Query::list_all_newest : Query::list_all;
  if (!query.execution_name) return newest ? Query::list_function_newest : Query::list_function;
  return newest ? Query::list_name_newest : Query::list_name;
}

std::uint32_t block_checksum(ExecutionKey key, Revision first_event, std::string_view data) {
  const auto execution = static_cast<std::uint64_t>(column(key));
  return checksum(execution * 0x9E3779B97F4A7C15ULL ^ first_event, data);
}

// ---- Opening ----

/// Looks at what the file says of itself, without changing it. Answers with its version.
Result<std::int64_t> check_file(Database& database, std::int64_t newest) {
  const Result<std::int64_t> application = database.number("PRAGMA application_id");
  if (!application) return application.error();
  const Result<std::int64_t> version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  const Result<std::int64_t> tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const bool fresh = *application == 0 && *version == 0 && *tables == 0;
  if (fresh) return 0;
  if (*application != application_id) {
    return Error{ErrorCode::invalid_usage,
                 "the file " + database.path() +
                     " is a database of another program; choose another file for the store"};
  }
  if (*version > newest) {
    return Error{ErrorCode::invalid_usage,
                 "the store " + database.path() + " has version " + std::to_string(*version) +
                     ", and this program knows versions up to " + std::to_string(newest) +
                     "; it was left as it is. Use a newer durable, or another file"};
  }
  return *version;
}

Result<void> migrate(Database& database, std::int64_t version,
                     std::span<const char* const> migrations) {
  if (static_cast<std::size_t>(version) == migrations.size()) return {};
  const Result<TransactionStatements> statements = TransactionStatements::prepare(database);
  if (!statements) return statements.error();
  Result<Transaction> transaction = Transaction::begin(database, *statements);
  if (!transaction) return transaction.error();
  for (const char* const script : migrations.subspan(static_cast<std::size_t>(version))) {
    if (auto done = database.execute(script); !done) return done;
  }
  const std::string marks = "PRAGMA application_id = " + std::to_string(application_id) +
                            "; PRAGMA user_version = " + std::to_string(migrations.size());
  if (auto done = database.execute(marks.c_str()); !done) return done;
  return transaction->commit();
}

Result<void> limit_size(Database& database, std::uint64_t bytes_max) {
  if (bytes_max == 0) return {};
  const Result<std::int64_t> page_bytes = database.number("PRAGMA page_size");
  if (!page_bytes) return page_bytes.error();
  const auto pages = bytes_max / static_cast<std::uint64_t>(*page_bytes);
  return database.execute(("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
}

/// Checks, sets up and migrates a file.
Result<void> prepare_file(Database& database, const SqliteOptions& options) {
  // Whatever is found out about the file, until it is known to be ours it stays as it is.
  database.set_checkpoint_on_close(false);
  database.set_busy_timeout_ms(static_cast<int>(options.busy_timeout.count()));
  // This process alone: what two servers would do to one execution is not to be sorted out later.
  if (auto done = database.execute("PRAGMA locking_mode = EXCLUSIVE"); !done) return done;
  const auto newest = static_cast<std::int64_t>(options.migrations.size());
  const Result<std::int64_t> version = check_file(database, newest);
  if (!version) return version.error();
  const Result<std::string> mode = database.text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal") {
    return Error{ErrorCode::storage,
                 "the store " + database.path() +
                     ": its disk allows no write-ahead log, only journal mode " + *mode +
                     "; choose a local disk"};
  }
  const char* const settings = options.durability == Durability::full
                                   ? "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY"
                                   : "PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY";
  if (auto done = database.execute(settings); !done) return done;
  if (auto done = limit_size(database, options.size_bytes_max); !done) return done;
  if (auto done = migrate(database, *version, options.migrations); !done) return done;
  database.set_checkpoint_on_close(true);
  return {};
}

}  // namespace

class SqliteStore::Impl {
 public:
  explicit Impl(Database database) : database_(std::move(database)) {}

  Result<void> prepare() {
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      Result<Statement> statement = database_.prepare(query_text(static_cast<Query>(i)));
      if (!statement) return statement.error();
      statements_[i] = std::move(*statement);
    }
    Result<TransactionStatements> transactions = TransactionStatements::prepare(database_);
    if (!transactions) return transactions.error();
    transactions_ = std::move(*transactions);
    const Result<std::int64_t> last_key =
        database_.number("SELECT coalesce(max(key), 0) FROM executions");
    if (!last_key) return last_key.error();
    last_key_ = *last_key;
    return {};
  }

  ExecutionKey next_key() { return ExecutionKey{++last_key_}; }

  Result<void> commit(std::span<const Write> writes) {
    Result<Transaction> transaction = Transaction::begin(database_, transactions_);
    if (!transaction) return transaction.error();
    for (const Write& write : writes) {
      if (auto done = append(write); !done) return done;
    }
    return transaction->commit();
  }

  Result<Revision> read(ExecutionKey key, Revision first, const EventReader& reader) {
    const Result<std::optional<Head>> head = find_head(key);
    if (!head) return head.error();
    if (!*head) return no_such_execution(key);
    const Revision revision = (*head)->revision;
    if (first >= revision) return revision;
    const Result<std::vector<Link>> chain = find_chain(key, **head, first);
    if (!chain) return chain.error();
    std::vector<engine::Event> events;
    for (std::size_t i = chain->size(); i-- > 0;) {
      const Link& link = (*chain)[i];
      const Revision end = i > 0 ? (*chain)[i - 1].first_event : revision;
      events.clear();
      if (auto done = read_block(key, link, end, events); !done) return done.error();
      const std::size_t skipped =
          first > link.first_event ? static_cast<std::size_t>(first - link.first_event) : 0;
      for (std::size_t event = skipped; event < events.size(); ++event) {
        if (reader(std::move(events[event])) == Reading::stop) return revision;
      }
    }
    return revision;
  }

  Result<std::optional<Summary>> find(ExecutionKey key) {
    Run run = start(Query::by_key);
    run.with(column(key));
    return one_summary(run);
  }
  Result<std::optional<Summary>> find(std::string_view arn) {
    Run run = start(Query::by_arn);
    run.with(arn);
    return one_summary(run);
  }
  Result<std::optional<Summary>> find_newest(std::string_view function_name,
                                             std::string_view execution_name) {
    Run run = start(Query::by_name);
    run.with(function_name).with(execution_name);
    return one_summary(run);
  }

  Result<Page> list(const ListQuery& query) {
    const Result<ListRange> range = range_of(query);
    if (!range) return range.error();
    Run run = start(list_query(query));
    run.with(column(range->after.started_at)).with(column(range->after.key));
    run.with(column(range->before.started_at)).with(column(range->before.key));
    if (query.function_name) run.with(std::string_view(*query.function_name));
    if (query.function_name && query.execution_name) {
      run.with(std::string_view(*query.execution_name));
    }
    PageBuilder page(query);
    while (true) {
      Result<std::optional<Summary>> summary = one_summary(run);
      if (!summary) return summary.error();
      if (!*summary || !page.offer(std::move(**summary))) return std::move(page).take();
    }
  }

  Result<std::vector<OpenExecution>> open_executions() {
    std::vector<OpenExecution> open;
    Run run = start(Query::open);
    while (true) {
      const Result<bool> row = run.row();
      if (!row) return row.error();
      if (!*row) return open;
      open.push_back({ExecutionKey{run.number(0)}, time_or_never(run.optional_number(1))});
    }
  }

  Result<std::vector<ExecutionKey>> remove_expired(Timestamp now, std::size_t count_max) {
    const auto expired = find_expired(now, count_max);
    if (!expired) return expired.error();
    std::vector<ExecutionKey> removed;
    if (expired->empty()) return removed;
    Result<Transaction> transaction = Transaction::begin(database_, transactions_);
    if (!transaction) return transaction.error();
    for (const auto& [key, last_block] : *expired) {
      if (auto done = remove(key, last_block); !done) return done.error();
      removed.push_back(key);
    }
    if (auto done = transaction->commit(); !done) return done.error();
    return removed;
  }

 private:
  struct Head {
    Revision revision = 0;
    std::int64_t last_block = 0;
  };
  /// A block without its data.
  struct Link {
    std::int64_t block = 0;
    Revision first_event = 0;
  };

  [[nodiscard]] Run start(Query query) {
    return Run(database_, statements_[static_cast<std::size_t>(query)]);
  }

  [[nodiscard]] Error damaged(ExecutionKey key, std::int64_t block, const std::string& what) const {
    return {ErrorCode::corrupt, "the store " + database_.path() + ": execution " +
                                    std::to_string(column(key)) + ", block " +
                                    std::to_string(block) + ": " + what +
                                    ". Restore the file from a copy; other executions can be used"};
  }

  // ---- Writing ----

  Result<void> append(const Write& write) {
    DURABLE_ASSERT(!write.events.empty());
    const Result<std::optional<Head>> found = find_head(write.key);
    if (!found) return found.error();
    const Head head = found->value_or(Head{});
    if (write.expected != head.revision) return conflict(write, head.revision);
    if (write.expected == 0) {
      if (auto done = add_execution(write); !done) return done;
    } else if (is_terminal(write.standing.status)) {
      if (auto done = end_execution(write); !done) return done;
    }
    if (auto done = add_block(write, head); !done) return done;
    return set_head(write, database_.last_row());
  }

  Result<void> add_execution(const Write& write) {
    DURABLE_ASSERT(write.identity != nullptr);
    const Identity& identity = *write.identity;
    Run run = start(Query::add_execution);
    run.with(column(write.key)).with(std::string_view(identity.arn));
    run.with(std::string_view(identity.name)).with(std::string_view(identity.function_name));
    run.with(std::string_view(identity.function_arn)).with(std::string_view(identity.version));
    run.with(column(identity.started_at));
    bind_end(run, write.standing);
    run.with(text_or_null(identity.tenant_id)).with(text_or_null(identity.trace_header));
    run.with(identity.retention_days);
    Result<void> done = run.done();
    const bool exists = !done && done.error().code == ErrorCode::conflict;
    return exists ? arn_exists(identity.arn) : done;
  }

  Result<void> end_execution(const Write& write) {
    Run run = start(Query::end_execution);
    run.with(column(write.key));
    bind_end(run, write.standing);
    return run.done();
  }

  static void bind_end(Run& run, const Standing& standing) {
    run.with(wire::to_string(standing.status)).with(column(standing.ended_at));
    run.with(is_terminal(standing.status) ? column_or_null(standing.expires_at) : std::nullopt);
  }

  Result<void> add_block(const Write& write, const Head& head) {
    buffer_.clear();
    encode(write.events, buffer_);
    Run run = start(Query::add_block);
    run.with(column(write.key));
    run.with(head.revision == 0 ? std::nullopt : std::optional(head.last_block));
    run.with(static_cast<std::int64_t>(write.expected));
    run.with(std::int64_t{block_checksum(write.key, write.expected, buffer_)});
    run.with_blob(buffer_);
    return run.done();
  }

  Result<void> set_head(const Write& write, std::int64_t block) {
    Run run = start(write.expected == 0 ? Query::add_head : Query::move_head);
    run.with(column(write.key));
    run.with(static_cast<std::int64_t>(write.expected + write.events.size())).with(block);
    run.with(column_or_null(write.standing.due_at));
    return run.done();
  }

  // ---- Reading ----

  Result<std::optional<Head>> find_head(ExecutionKey key) {
    Run run = start(Query::head);
    const Result<bool> row = run.with(column(key)).row();
    if (!row) return row.error();
    if (!*row) return std::optional<Head>();
    return std::optional<Head>({static_cast<Revision>(run.number(0)), run.number(1)});
  }

  /// From the last block back to the one with event `first`.
  Result<std::vector<Link>> find_chain(ExecutionKey key, const Head& head, Revision first) {
    std::vector<Link> chain;
    std::optional<std::int64_t> next = head.last_block;
    Revision end = head.revision;
    while (end > first) {
      if (!next) return damaged(key, chain.back().block, "the blocks before it are missing");
      Run run = start(Query::chain);
      const Result<bool> row = run.with(*next).row();
      if (!row) return row.error();
      if (!*row || run.number(0) != column(key)) {
        return damaged(key, *next, "expected a block of this execution and found none");
      }
      const auto first_event = static_cast<Revision>(run.number(2));
      if (first_event >= end) return damaged(key, *next, "its place in the log is wrong");
      chain.push_back({*next, first_event});
      end = first_event;
      next = run.optional_number(1);
    }
    return chain;
  }

  Result<void> read_block(ExecutionKey key, const Link& link, Revision end,
                          std::vector<engine::Event>& events) {
    Run run = start(Query::block);
    const Result<bool> row = run.with(link.block).row();
    if (!row) return row.error();
    if (!*row) return damaged(key, link.block, "it is missing");
    const std::string_view data = run.blob(1);
    if (run.number(0) != block_checksum(key, link.first_event, data)) {
      return damaged(key, link.block,
                     "its data does not have the checksum that was stored with it");
    }
    const Result<void> decoded = decode(data, events);
    if (!decoded) return damaged(key, link.block, decoded.error().message);
    if (events.size() != end - link.first_event) {
      return damaged(key, link.block, "it has another number of events than the log says");
    }
    return {};
  }

  /// The next row of a query for summaries.
  Result<std::optional<Summary>> one_summary(Run& run) {
    const Result<bool> row = run.row();
    if (!row) return row.error();
    if (!*row) return std::optional<Summary>();
    std::optional<Summary> found(std::in_place);
    Summary& summary = *found;
    summary.key = ExecutionKey{run.number(0)};
    summary.identity.arn = run.text(1);
    summary.identity.name = run.text(2);
    summary.identity.function_name = run.text(3);
    summary.identity.function_arn = run.text(4);
    summary.identity.version = run.text(5);
    summary.identity.started_at = time_of(run.number(6));
    summary.standing.status = wire::from_string<wire::ExecutionStatus>(run.text(7));
    if (const auto ended_at = run.optional_number(8)) {
      summary.standing.ended_at = time_of(*ended_at);
    }
    summary.standing.expires_at = time_or_never(run.optional_number(9));
    summary.revision = static_cast<Revision>(run.number(10));
    summary.standing.due_at = time_or_never(run.optional_number(11));
    summary.identity.tenant_id = run.optional_text(12);
    summary.identity.trace_header = run.optional_text(13);
    summary.identity.retention_days = run.optional_number(14);
    return found;
  }

  // ---- Removing ----

  Result<std::vector<std::pair<ExecutionKey, std::int64_t>>> find_expired(Timestamp now,
                                                                          std::size_t count_max) {
    std::vector<std::pair<ExecutionKey, std::int64_t>> expired;
    Run run = start(Query::expired);
    run.with(column(now)).with(static_cast<std::int64_t>(count_max));
    while (true) {
      const Result<bool> row = run.row();
      if (!row) return row.error();
      if (!*row) return expired;
      expired.emplace_back(ExecutionKey{run.number(0)}, run.number(1));
    }
  }

  Result<void> remove(ExecutionKey key, std::int64_t last_block) {
    for (std::optional<std::int64_t> block = last_block; block;) {
      Run run = start(Query::remove_block);
      const Result<bool> row = run.with(*block).with(column(key)).row();
      if (!row) return row.error();
      // A damaged chain ends here: what cannot be read should at least be gone.
      block = *row ? run.optional_number(0) : std::nullopt;
    }
    for (const Query query : {Query::remove_head, Query::remove_execution}) {
      Run run = start(query);
      if (auto done = run.with(column(key)).done(); !done) return done;
    }
    return {};
  }

  Database database_;
  std::array<Statement, static_cast<std::size_t>(Query::count)> statements_;  // end before it
  TransactionStatements transactions_;                                        // likewise
  std::int64_t last_key_ = 0;
  std::string buffer_;  // for one block
};

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path,
                                                       const SqliteOptions& options) {
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  if (auto done = prepare_file(*database, options); !done) return done.error();
  auto impl = std::make_unique<Impl>(std::move(*database));
  if (auto done = impl->prepare(); !done) return done.error();
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(impl)));
}

ExecutionKey SqliteStore::next_key() { return impl_->next_key(); }
Result<void> SqliteStore::commit(std::span<const Write> writes) { return impl_->commit(writes); }
Result<Revision> SqliteStore::read(ExecutionKey key, Revision first,
                                   const EventReader& reader) const {
  return impl_->read(key, first, reader);
}
Result<std::optional<Summary>> SqliteStore::find(ExecutionKey key) const {
  return impl_->find(key);
}
Result<std::optional<Summary>> SqliteStore::find(std::string_view arn) const {
  return impl_->find(arn);
}
Result<std::optional<Summary>> SqliteStore::find_newest(std::string_view function_name,
                                                        std::string_view execution_name) const {
  return impl_->find_newest(function_name, execution_name);
}
Result<Page> SqliteStore::list(const ListQuery& query) const { return impl_->list(query); }
Result<std::vector<OpenExecution>> SqliteStore::open_executions() const {
  return impl_->open_executions();
}
Result<std::vector<ExecutionKey>> SqliteStore::remove_expired(Timestamp now,
                                                              std::size_t count_max) {
  return impl_->remove_expired(now, count_max);
}

}  // namespace durable::store
