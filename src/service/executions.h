// SPDX-License-Identifier: Apache-2.0
//
// The executions that are in memory: those that something happens to, and some that sleep.
#pragma once

#include "engine/command.h"
#include "engine/execution.h"
#include "service/service.h"
#include "store/store.h"

#include <durable/base/result.h>
#include <durable/wire/api.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace durable::service {

/// Who is told how a command ended. `monostate`: nobody, it is the service's own.
using Answer = std::variant<std::monostate, Reply<wire::CheckpointDurableExecutionResponse>,
                            Reply<wire::StopDurableExecutionResponse>, Reply<void>>;

/// A command that waits for its turn.
struct Work {
  engine::Command command;
  Answer answer;
  [[nodiscard]] bool is_own() const noexcept {
    return std::holds_alternative<std::monostate>(answer);
  }
};

/// What a start says of an execution besides what the engine keeps; the store has it too.
struct StartAttributes {
  std::optional<std::string> tenant_id;
  std::optional<std::string> trace_header;
  std::optional<std::int64_t> retention_days;  ///< Absent: as the function is configured.
};
[[nodiscard]] StartAttributes attributes_of(const store::Identity& identity);

/// One execution in memory. It has no log: that is the store's.
struct LoadedExecution {
  store::ExecutionKey key{};
  store::Revision revision = 0;
  store::Standing standing;  ///< As the store has it.
  StartAttributes attributes;
  engine::Execution state;
  std::vector<Work> queue;          ///< In order; those before `next` are done.
  std::size_t next = 0;             ///< The first of the queue that is not done.
  std::size_t open_invokes = 0;     ///< CHAINED_INVOKE operations that have not ended.
  std::size_t running_invokes = 0;  ///< Plain functions among them that run now.
  std::uint32_t conflicts = 0;      ///< Commits in a row that the store refused.
  bool is_ready = false;            ///< In the list of those that take part in the next tick.
  bool is_stalled = false;          ///< Waits for the store to work again.
  bool wakes = false;               ///< A `Tick` or `StartInvocation` of the service's is queued.
  std::list<LoadedExecution*>::iterator resting;  ///< Valid while `rests`.
  bool rests = false;

  [[nodiscard]] bool has_work() const noexcept { return next < queue.size(); }
  [[nodiscard]] bool is_idle() const noexcept {
    return !has_work() && !state.invocation_runs() && running_invokes == 0;
  }
  /// Takes the command that was done out of the queue.
  void pop_work();
};

/// Events folded into a state, and what a host has to count besides.
void fold(LoadedExecution& execution, std::span<const engine::Event> events);

/// Reads an execution from a store. Errors: those of `Store::read`.
[[nodiscard]] Result<std::unique_ptr<LoadedExecution>> load_execution(
    const store::Store& store, const store::Summary& summary);

/// The executions in memory by key and by ARN, and which of them may go.
class ExecutionSet {
 public:
  /// Of executions that rest, at most `resting_max` are kept, those that were needed last.
  explicit ExecutionSet(std::size_t resting_max) : resting_max_(resting_max) {}

  /// Null: not in memory.
  [[nodiscard]] LoadedExecution* find(store::ExecutionKey key) const;
  [[nodiscard]] LoadedExecution* find(std::string_view arn) const;
  /// Pre (asserted): its ARN and key are new here, and it has started.
  LoadedExecution& add(std::unique_ptr<LoadedExecution> execution);
  void drop(LoadedExecution& execution);

  /// It is needed: it stays until it rests again.
  void use(LoadedExecution& execution);
  /// Nothing happens to it: it is dropped if it is closed, else when others have rested less long.
  void rest(LoadedExecution& execution);

  [[nodiscard]] std::size_t size() const noexcept { return by_key_.size(); }

 private:
  std::size_t resting_max_;
  std::unordered_map<store::ExecutionKey, std::unique_ptr<LoadedExecution>> by_key_;
  std::unordered_map<std::string_view, LoadedExecution*> by_arn_;  // views into the executions
  std::list<LoadedExecution*> resting_;                            // the one used last in front
};

}  // namespace durable::service
