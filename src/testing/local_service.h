// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/decide.h"
#include "engine/event.h"
#include "engine/execution.h"
#include "testing/clocks.h"
#include "testing/faults.h"
#include "testing/run_record.h"

#include <durable/sdk/kill_switch.h>
#include <durable/sdk/service_client.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace durable {

struct LocalFunction;

/// One execution as the local runner keeps it: the state, the events that it was folded from, and
/// its place in the runner's world. Always owned by a shared pointer; owners: the runner, the
/// entries of its queue, and the records of results.
struct LocalExecution : std::enable_shared_from_this<LocalExecution> {
  engine::Execution state;
  engine::EventLog log;

  const LocalFunction* function = nullptr;         ///< What it runs; owned by the runner.
  std::vector<engine::OperationNumber> callbacks;  ///< All of its callbacks so far.
  std::weak_ptr<LocalExecution> caller;            ///< Whose chained invoke started it.
  engine::OperationNumber caller_operation = 0;    ///< Which one; 0: a test started it.
  std::weak_ptr<LocalExecution> root;              ///< The first of its callers.
  std::uint32_t invoked_executions = 0;            ///< Of a root: how many followed from it.
  std::string given_up;                            ///< Why it is run no further; empty: it is.
  bool deadline_counts = false;                    ///< Its time-out is something to wait for.
  std::uint64_t queued = 0;                        ///< Order of its entry in the queue; 0: none.
  Timestamp queued_at{};                           ///< When that entry is due.
};

/// Is told what a host has to act on, while it happens: it may only take note of it.
class LocalServiceObserver {
 public:
  LocalServiceObserver() = default;
  LocalServiceObserver(const LocalServiceObserver&) = delete;
  LocalServiceObserver& operator=(const LocalServiceObserver&) = delete;
  virtual ~LocalServiceObserver() = default;

  virtual void callback_made(LocalExecution& execution, engine::OperationNumber number) = 0;
  virtual void invoke_wanted(LocalExecution& execution, engine::OperationNumber number) = 0;
  virtual void execution_closed(LocalExecution& execution) = 0;
};

/// The durable service inside a test process: the engine, a clock, and memory.
///
/// Thread-safety: none.
class LocalService {
 public:
  /// `monitor` and `observer` may be null.
  LocalService(const RunnerClock& clock, std::function<void(const wire::Event&)> on_event,
               std::shared_ptr<detail::RunMonitor> monitor = nullptr,
               LocalServiceObserver* observer = nullptr)
      : clock_(clock),
        on_event_(std::move(on_event)),
        monitor_(std::move(monitor)),
        observer_(observer) {}

  /// Decides `command` at the present time and folds what follows from it. Errors: as
  /// `engine::decide`; then nothing has happened.
  Result<void> apply(LocalExecution& execution, const engine::Command& command);
  Result<void> apply(LocalExecution& execution, const engine::Checkpoint& command);

  /// A callback that a script completes was made by the checkpoint that is being recorded:
  /// `completion` may have to come before the reply. `at_once`: it comes without letting time pass.
  void note_scripted(engine::CompleteCallback completion, bool at_once);
  /// Delivers what was held back by a fault; to be called before time passes. Returns where
  /// something has happened.
  std::vector<std::shared_ptr<LocalExecution>> deliver_late();
  /// Null: nothing goes wrong, and nobody looks.
  [[nodiscard]] detail::RunMonitor* monitor() const noexcept { return monitor_.get(); }

  /// What has happened in `execution`. A closed execution is shared with the record, a running one
  /// is copied.
  [[nodiscard]] std::shared_ptr<const detail::RunRecord> record(
      const std::shared_ptr<LocalExecution>& execution) const;

 private:
  /// Folds what was decided last.
  void commit(LocalExecution& execution);
  Result<void> decide_and_commit(LocalExecution& execution, const engine::Command& command);
  /// A completion of a callback, with whatever goes wrong with it.
  Result<void> complete_callback(LocalExecution& execution, const engine::Command& command);
  /// Completes the callbacks of `execution` that a fault has completed before the reply.
  void deliver_early(LocalExecution& execution);
  /// Delivers what was held back for `execution`.
  void catch_up(const LocalExecution& execution);

  const RunnerClock& clock_;
  std::function<void(const wire::Event&)> on_event_;
  std::shared_ptr<detail::RunMonitor> monitor_;  // owners: this and the exploration
  LocalServiceObserver* observer_;
  engine::Decision decision_;  // its buffers are used again by each command
  struct Late {
    std::weak_ptr<LocalExecution> execution;
    engine::Command command;
  };
  std::vector<Late> late_;
  std::vector<engine::CompleteCallback> early_;  // of the checkpoint that is being recorded
};

/// The connection of one running invocation to the local service: answers inside the call.
class LocalClient final : public ServiceClient, private InvocationObserver {
 public:
  /// Cuts the invocation off through `kill_switch` at the first call after `deadline`.
  LocalClient(LocalService& service, LocalExecution& execution, const RunnerClock& clock,
              KillSwitch& kill_switch, Timestamp deadline)
      : service_(service),
        execution_(execution),
        clock_(clock),
        kill_switch_(kill_switch),
        deadline_(deadline) {}

  void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) override;
  [[nodiscard]] Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest& request) override;

  /// Who looks at the invocation; null: nobody.
  [[nodiscard]] InvocationObserver* observer() noexcept {
    return service_.monitor() != nullptr ? this : nullptr;
  }

 private:
  void step_body_starts(const StepBodyStart& start) override {
    service_.monitor()->step_body_starts(execution_.state, start);
  }
  [[nodiscard]] std::size_t choose_ready(std::size_t ready) override {
    return service_.monitor()->choose_ready(ready);
  }
  [[nodiscard]] bool delay_reply() override { return service_.monitor()->delay_reply(); }
  /// The process of this invocation ends now.
  void crash();
  /// Whether the invocation may still call. A process that was cut off calls nobody.
  bool alive();

  LocalService& service_;
  LocalExecution& execution_;
  const RunnerClock& clock_;
  KillSwitch& kill_switch_;
  Timestamp deadline_;
};

/// Lambda's error for an invocation that took longer than `timeout`.
[[nodiscard]] wire::ErrorObject timed_out_error(std::string_view request_id, Duration timeout);

/// Lambda's error for a process that ended during an invocation.
[[nodiscard]] wire::ErrorObject crashed_error(std::string_view request_id);

}  // namespace durable
