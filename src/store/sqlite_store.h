// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/sqlite_schema.h"
#include "store/store.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace durable::store {

/// When a commit is safe.
enum class Durability : std::uint8_t {
  full,   ///< It survives a loss of power: one disk sync a commit.
  normal  ///< It survives a kill of the process; a loss of power may take the last commits.
};

struct SqliteOptions {
  Durability durability = Durability::full;
  /// How long to wait for another process that still has the file.
  Duration busy_timeout = std::chrono::seconds{2};
  std::uint64_t size_bytes_max = 0;  ///< Of the file; 0: as the disk allows.
  /// For tests of migrations. Must outlive the call of `open`.
  std::span<const char* const> migrations = store::migrations();
};

/// Keeps executions in one SQLite file, with its write-ahead log `FILE-wal` beside it while it is
/// open. The file belongs to this object alone as long as it lives; the system lets go of it
/// however the process ends.
class SqliteStore final : public Store {
 public:
  /// Opens `path`, makes it if it is not there, and brings an older one up to date.
  /// Errors: `storage` (another process uses it, no permission, full), `corrupt` (damaged, or no
  /// database at all), `invalid_usage` (a database of another program, or of a newer version of
  /// this one). The file is as before after each of them.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::string& path,
                                                                 const SqliteOptions& options);
  ~SqliteStore() override;

  [[nodiscard]] ExecutionKey next_key() override;
  [[nodiscard]] Result<void> commit(std::span<const Write> writes) override;
  [[nodiscard]] Result<Revision> read(ExecutionKey key, Revision first,
                                      const EventReader& reader) const override;
  [[nodiscard]] Result<std::optional<Summary>> find(ExecutionKey key) const override;
  [[nodiscard]] Result<std::optional<Summary>> find(std::string_view arn) const override;
  [[nodiscard]] Result<std::optional<Summary>> find_newest(
      std::string_view function_name, std::string_view execution_name) const override;
  [[nodiscard]] Result<Page> list(const ListQuery& query) const override;
  [[nodiscard]] Result<std::vector<OpenExecution>> open_executions() const override;
  [[nodiscard]] Result<std::vector<ExecutionKey>> remove_expired(Timestamp now,
                                                                 std::size_t count_max) override;

 private:
  class Impl;  // all that knows SQL
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable::store
