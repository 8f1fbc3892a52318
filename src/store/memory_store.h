// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/listing.h"
#include "store/store.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace durable::store {

/// Keeps executions for as long as it lives: for tests, and for servers that need not remember.
class MemoryStore final : public Store {
 public:
  [[nodiscard]] ExecutionKey next_key() override { return ExecutionKey{++last_key_}; }
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
  struct Stored {
    Summary summary;
    engine::EventLog log;
  };
  using Name = std::pair<std::string, std::string>;  // of the function and the execution

  [[nodiscard]] Result<void> check(std::span<const Write> writes) const;
  void append(const Write& write);
  void remove(ExecutionKey key);

  std::int64_t last_key_ = 0;
  std::map<ExecutionKey, Stored> executions_;
  // What can be looked up, made from the summaries.
  std::map<std::string, ExecutionKey, std::less<>> by_arn_;
  std::map<Name, std::set<ExecutionKey>> by_name_;
  std::set<ListPosition> by_start_;
  std::set<std::pair<Timestamp, ExecutionKey>> by_expiry_;
};

}  // namespace durable::store
