// SPDX-License-Identifier: Apache-2.0
//
// What only a store with a file can get wrong. The rest is in store_contract.h.
#include "store/sqlite_store.h"

#include "store/samples.h"
#include "store/sqlite.h"
#include "store/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace durable::store {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Migrations = std::vector<const char*>;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  static SqliteOptions quick() {
    SqliteOptions options;
    options.durability = Durability::normal;
    options.busy_timeout = Duration{0};
    return options;
  }
  std::unique_ptr<SqliteStore> must_open(const SqliteOptions& options = quick()) {
    return SqliteStore::open(path_, options).value();
  }
  Error refusal(const SqliteOptions& options = quick()) {
    const auto opened = SqliteStore::open(path_, options);
    EXPECT_FALSE(opened.has_value());
    return opened ? Error{} : opened.error();
  }
  /// Expects a refusal that leaves the file as it is.
  Error refusal_without_a_trace(const SqliteOptions& options = quick()) {
    const std::string before = read_file(path_);
    Error error = refusal(options);
    EXPECT_EQ(read_file(path_), before) << "the file was changed";
    EXPECT_THAT(error.message, HasSubstr(path_));
    return error;
  }
  static SqliteOptions with(const Migrations& migrations) {
    SqliteOptions options = quick();
    options.migrations = migrations;
    return options;
  }
  static Migrations and_then(const char* script) {
    Migrations all(migrations().begin(), migrations().end());
    all.push_back(script);
    return all;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.file("store.db");
};

// ---- Versions ----

TEST_F(SqliteStoreTest, AnOlderFileIsBroughtUpToDate) {
  const ExecutionKey key = must_create(*must_open(), identity_of("a"));
  const Migrations next = and_then(
      "ALTER TABLE executions ADD COLUMN note TEXT;"
      "UPDATE executions SET note = 'was here before'");
  must_create(*must_open(with(next)), identity_of("b"));
  EXPECT_TRUE(same(events_in(*must_open(with(next)), key), events_of(1)));
}

TEST_F(SqliteStoreTest, AFileOfTheFirstVersionKeepsWhatItHolds) {
  Identity said = identity_of("a");
  said.tenant_id = "tenant";
  const ExecutionKey key = must_create(*must_open(), said, asleep_until(noon));
  {
    auto first = sqlite::Database::open(path_);
    ASSERT_TRUE(first.has_value());
    for (const char* const column : {"tenant_id", "trace_header", "retention_days"}) {
      const std::string drop = std::string("ALTER TABLE executions DROP COLUMN ") + column;
      ASSERT_TRUE(first->execute(drop.c_str()).has_value());
    }
    ASSERT_TRUE(first->execute("PRAGMA user_version = 1").has_value());
  }

  const auto store = must_open();

  const auto found = store->find(key).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->identity, identity_of("a")) << "nothing is known of the tenant";
  EXPECT_EQ(found->standing.due_at, noon);
  EXPECT_TRUE(same(events_in(*store, key), events_of(1)));
}

TEST_F(SqliteStoreTest, AMigrationRunsOnce) {
  must_open();
  const Migrations next = and_then("CREATE TABLE extra (x INTEGER)");  // A second time it fails.
  must_open(with(next));
  must_open(with(next));
}

TEST_F(SqliteStoreTest, AMigrationThatFailsLeavesTheFileUsable) {
  const ExecutionKey key = must_create(*must_open(), identity_of("a"));
  const Migrations broken = and_then("DROP TABLE blocks; SELECT nonsense");
  EXPECT_THAT(refusal_without_a_trace(with(broken)).message, HasSubstr("nonsense"));
  EXPECT_TRUE(same(events_in(*must_open(), key), events_of(1)));
}

TEST_F(SqliteStoreTest, ANewerFileIsLeftAlone) {
  const Migrations next = and_then("CREATE TABLE extra (x INTEGER)");
  must_create(*must_open(with(next)), identity_of("a"));
  const Error error = refusal_without_a_trace();
  EXPECT_EQ(error.code, ErrorCode::invalid_usage);
  EXPECT_EQ(error.message, "the store " + path_ +
                               " has version 3, and this program knows versions up to 2; it was "
                               "left as it is. Use a newer durable, or another file");
}

// The newer program was killed: its last commits are still in the log beside the file.
TEST_F(SqliteStoreTest, ANewerFileIsLeftAloneWithItsWriteAheadLog) {
  const Migrations next = and_then("CREATE TABLE extra (x INTEGER)");
  const std::string left = folder_.file("left.db");
  {
    const auto store = must_open(with(next));
    must_create(*store, identity_of("a"));
    std::filesystem::copy(path_, left);
    std::filesystem::copy(path_ + "-wal", left + "-wal");
  }
  const std::string file = read_file(left);
  const std::string log = read_file(left + "-wal");
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(SqliteStore::open(left, quick()).error().code, ErrorCode::invalid_usage);
  EXPECT_EQ(read_file(left), file);
  EXPECT_EQ(read_file(left + "-wal"), log);
  EXPECT_NE(SqliteStore::open(left, with(next)).value()->find_newest("orders", "a").value(),
            std::nullopt);
}

// ---- Files that are no store ----

TEST_F(SqliteStoreTest, ADatabaseOfAnotherProgramIsLeftAlone) {
  // Byte 68 of a database holds the application's id.
  must_open();
  std::string bytes = read_file(path_);
  bytes.replace(68, 4, "mail");
  write_file(path_, bytes);
  const Error error = refusal_without_a_trace();
  EXPECT_EQ(error.code, ErrorCode::invalid_usage);
  EXPECT_THAT(error.message, HasSubstr("is a database of another program"));
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsLeftAlone) {
  write_file(path_, std::string(5'000, 'x'));
  const Error error = refusal_without_a_trace();
  EXPECT_EQ(error.code, ErrorCode::corrupt);
  EXPECT_THAT(error.message, HasSubstr("The file is damaged or no store; move it away"));
}

TEST_F(SqliteStoreTest, AnEmptyFileBecomesAStore) {
  write_file(path_, "");
  must_create(*must_open(), identity_of("a"));
  EXPECT_NE(must_open()->find_newest("orders", "a").value(), std::nullopt);
}

TEST_F(SqliteStoreTest, AFolderThatIsNotThereIsNamed) {
  const auto opened = SqliteStore::open(folder_.file("no/store.db"), quick());
  EXPECT_EQ(opened.error().code, ErrorCode::storage);
  EXPECT_THAT(opened.error().message, HasSubstr(folder_.file("no/store.db")));
  EXPECT_THAT(opened.error().message, HasSubstr("The folder has to exist"));
}

TEST_F(SqliteStoreTest, AFolderThatTakesNoFilesIsNamed) {
  const auto opened = SqliteStore::open("/proc/store.db", quick());  // not even root's
  EXPECT_EQ(opened.error().code, ErrorCode::storage);
  EXPECT_THAT(opened.error().message, HasSubstr("both it and the file have to be writable"));
}

TEST_F(SqliteStoreTest, NamesThatSqliteTakesForMemoryAreFiles) {
  const auto opened = SqliteStore::open("", quick());
  EXPECT_EQ(opened.error().code, ErrorCode::storage);
}

// ---- Damage ----

TEST_F(SqliteStoreTest, DamagedEventsAreFoundAndOtherExecutionsGoOn) {
  const std::vector<engine::Event> events{
      engine::Event(noon, 1, 0, engine::fact::InvocationStarted{"a-request-that-is-easy-to-find"})};
  const ExecutionKey key = must_create(*must_open(), identity_of("a"), {}, events);
  const ExecutionKey other = must_create(*must_open(), identity_of("b"));
  std::string bytes = read_file(path_);
  bytes[bytes.find("easy-to-find")] = 'E';
  write_file(path_, bytes);

  const auto store = must_open();
  const auto log = load(*store, key);
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, ErrorCode::corrupt);
  EXPECT_EQ(log.error().message,
            "the store " + path_ +
                ": execution 1, block 1: its data does not have the checksum that was stored with "
                "it. Restore the file from a copy; other executions can be used");
  EXPECT_TRUE(same(events_in(*store, other), events_of(1)));
}

TEST_F(SqliteStoreTest, ATornFileIsFound) {
  {
    const auto store = must_open();
    for (int i = 0; i < 50; ++i) must_create(*store, identity_of(std::to_string(i)));
  }
  const std::string bytes = read_file(path_);
  std::size_t found = 0;
  for (std::size_t pages = 1; pages < bytes.size() / 4096; pages += 7) {
    write_file(path_, bytes.substr(0, pages * 4096));
    const auto store = SqliteStore::open(path_, quick());
    Result<void> read;
    if (store) {
      for (int key = 1; key <= 50 && read; ++key) {
        const auto log = load(**store, ExecutionKey{key});
        if (!log) read = log.error();
      }
    } else {
      read = store.error();
    }
    ASSERT_FALSE(read.has_value()) << pages << " pages";
    EXPECT_EQ(read.error().code, ErrorCode::corrupt) << read.error().message;
    ++found;
  }
  EXPECT_GT(found, 3U);
}

// ---- One process at a time ----

TEST_F(SqliteStoreTest, AFileInUseIsRefusedAndItsUserGoesOn) {
  const auto first = must_open();
  must_create(*first, identity_of("a"));
  const Error error = refusal();
  EXPECT_EQ(error.code, ErrorCode::storage);
  EXPECT_EQ(error.message, "the store " + path_ +
                               ": another durable server uses this file, or another program has it "
                               "open; stop that one, or choose another file");
  must_create(*first, identity_of("b"));
  EXPECT_EQ(first->list({})->items.size(), 2U);
}

TEST_F(SqliteStoreTest, AClosedFileIsOneFileAndFree) {
  must_create(*must_open(), identity_of("a"));
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.file(""))) {
    files.push_back(entry.path().filename());
  }
  EXPECT_EQ(files, std::vector<std::string>{"store.db"});
  must_open();
}

// ---- Disks that refuse ----

TEST_F(SqliteStoreTest, AFullDiskTakesNothingHalf) {
  SqliteOptions options = quick();
  options.size_bytes_max = 256 * 1024;
  const auto events = events_of(9, 30);
  const Identity identity = identity_of("new");
  ExecutionKey key{};
  Revision revision = 0;
  {
    const auto store = must_open(options);
    key = must_create(*store, identity_of("a"), {}, events);
    revision = events.size();
    Result<void> committed;
    while (committed) {
      const std::vector<Write> writes{
          {key, revision, events, asleep_until(noon + Duration{revision}), nullptr},
          {store->next_key(), 0, events, {}, &identity}};
      committed = store->commit({writes.data(), 1});
      if (committed) revision += events.size();
      if (!committed) committed = store->commit(writes);
    }
    EXPECT_EQ(committed.error().code, ErrorCode::storage);
    EXPECT_THAT(committed.error().message, HasSubstr("Free space on the disk, or raise its limit"));
    // What needs no room still works.
    EXPECT_EQ(store->find(key).value()->revision, revision);
  }
  EXPECT_LE(std::filesystem::file_size(path_), options.size_bytes_max);

  const auto store = must_open();
  EXPECT_EQ(store->find(key).value()->revision, revision);
  EXPECT_EQ(events_in(*store, key).size(), revision);
  EXPECT_EQ(store->find(identity.arn).value(), std::nullopt);
  must_commit(*store, {key, revision, events, {}, nullptr});
}

// Writes fail in the middle, as they do on a disk that is really full.
TEST_F(SqliteStoreTest, AWriteErrorTakesNothingHalf) {
  const auto events = events_of(9, 200);
  const auto store = must_open();
  const ExecutionKey key = must_create(*store, identity_of("a"));
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 100 * 1024;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Write write{key, 3, events, asleep_until(noon), nullptr};
  const Result<void> committed = store->commit({&write, 1});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);

  ASSERT_FALSE(committed.has_value());
  EXPECT_EQ(committed.error().code, ErrorCode::storage);
  EXPECT_TRUE(committed.error().retryable());
  EXPECT_EQ(store->find(key).value()->revision, 3U);
  must_commit(*store, write);
  EXPECT_TRUE(same(events_in(*store, key), joined(events_of(1), events)));
}

TEST_F(SqliteStoreTest, RoomOfWhatWasRemovedIsUsedAgain) {
  const auto events = events_of(9, 50);
  const auto store = must_open();
  std::uintmax_t size = 0;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 20; ++i) {
      must_create(*store, identity_of(std::to_string(i)), closed(noon, noon), events);
    }
    ASSERT_EQ(store->remove_expired(noon, 100)->size(), 20U);
    if (round == 2)
      size = std::filesystem::file_size(path_ + "-wal") + std::filesystem::file_size(path_);
  }
  EXPECT_LE(std::filesystem::file_size(path_), size);
  EXPECT_THAT(store->list({})->items, IsEmpty());
}

}  // namespace
}  // namespace durable::store
