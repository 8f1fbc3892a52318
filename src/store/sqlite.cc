// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite.h"

#include <sqlite3.h>

#include <utility>

namespace durable::store::sqlite {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Error Database::error(int code) const {
  const std::string where = "the store " + path_ + ": ";
  const std::string what =
      std::string(sqlite3_errmsg(handle_.get())) + " (SQLite code " + std::to_string(code) + ")";
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // our statements fit our tables, unless somebody has changed these
      return {ErrorCode::corrupt, where + what +
                                      ". The file is damaged or no store; move it away, or put a "
                                      "copy from before in its place"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::storage,
              where +
                  "another durable server uses this file, or another program has it open; "
                  "stop that one, or choose another file"};
    case SQLITE_FULL:
      return {ErrorCode::storage, where + what + ". Free space on the disk, or raise its limit"};
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {
          ErrorCode::storage,
          where + what + ". The folder has to exist, and both it and the file have to be writable"};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::conflict, where + what};
    case SQLITE_TOOBIG:
      return {ErrorCode::request_too_large, where + what + ". Send smaller payloads"};
    default:
      return {ErrorCode::storage, where + what};
  }
}

Result<Database> Database::open(const std::string& path) {
  // SQLite gives some names that are no files a meaning of their own.
  const bool special = path.empty() || path.front() == ':';
  sqlite3* handle = nullptr;
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2((special ? "./" + path : path).c_str(), &handle, flags, nullptr);
  Database database(std::unique_ptr<sqlite3, Close>(handle), path);
  if (code != SQLITE_OK) return database.error(code);
  if (sqlite3_db_readonly(handle, "main") == 1) return database.error(SQLITE_READONLY);
  return database;
}

void Database::set_checkpoint_on_close(bool value) {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, value ? 0 : 1, nullptr);
}
void Database::set_busy_timeout_ms(int value) { sqlite3_busy_timeout(handle_.get(), value); }

Result<void> Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  Statement statement;
  statement.handle_.reset(handle);
  if (code != SQLITE_OK) return error(code);
  return statement;
}

Result<std::int64_t> Database::number(std::string_view sql) {
  const Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  Run run(*this, *statement);
  const Result<bool> row = run.row();
  if (!row) return row.error();
  return run.number(0);
}

Result<std::string> Database::text(std::string_view sql) {
  const Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  Run run(*this, *statement);
  const Result<bool> row = run.row();
  if (!row) return row.error();
  return std::string(run.text(0));
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }

Run::~Run() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Run& Run::with(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, ++parameters_, value));
  return *this;
}
Run& Run::with(std::optional<std::int64_t> value) {
  if (value) return with(*value);
  check(sqlite3_bind_null(statement_, ++parameters_));
  return *this;
}
Run& Run::with(std::string_view text) {
  // A null pointer would be NULL.
  check(sqlite3_bind_text64(statement_, ++parameters_, text.empty() ? "" : text.data(), text.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}
Run& Run::with(std::optional<std::string_view> text) {
  if (text) return with(*text);
  check(sqlite3_bind_null(statement_, ++parameters_));
  return *this;
}
Run& Run::with_blob(std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_, ++parameters_, bytes.data(), bytes.size(), SQLITE_STATIC));
  return *this;
}

Result<bool> Run::row() {
  if (bound_ != SQLITE_OK) return database_.error(bound_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_.error(code);
}

Result<void> Run::done() {
  const Result<bool> ran = row();
  if (!ran) return ran.error();
  return {};
}

std::int64_t Run::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<std::int64_t> Run::optional_number(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}

std::string_view Run::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Run::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::optional<std::string> Run::optional_text(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return std::string(text(column));
}

Result<TransactionStatements> TransactionStatements::prepare(Database& database) {
  Result<Statement> begin = database.prepare("BEGIN IMMEDIATE");
  if (!begin) return begin.error();
  Result<Statement> commit = database.prepare("COMMIT");
  if (!commit) return commit.error();
  return TransactionStatements{std::move(*begin), std::move(*commit)};
}

Result<Transaction> Transaction::begin(Database& database,
                                       const TransactionStatements& statements) {
  const Result<void> begun = Run(database, statements.begin).done();
  if (!begun) return begun.error();
  return Transaction(database, statements);
}

Transaction::~Transaction() {
  // Some errors roll back by themselves; then there is nothing to do, and saying so is harmless.
  if (database_ != nullptr) ignore(database_->execute("ROLLBACK"), "the first error is reported");
}

Result<void> Transaction::commit() {
  Result<void> committed = Run(*database_, statements_->commit).done();
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace durable::store::sqlite
