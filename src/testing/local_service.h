// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/decide.h"
#include "engine/event.h"
#include "engine/execution.h"
#include "testing/clocks.h"
#include "testing/run_record.h"

#include <durable/sdk/kill_switch.h>
#include <durable/sdk/service_client.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace durable {

/// One execution as the local runner keeps it: the state, and the events that it was folded from.
struct LocalExecution {
  engine::Execution state;
  engine::EventLog log;
};

/// The durable service inside a test process: the engine, a clock, and memory.
///
/// Thread-safety: none.
class LocalService {
 public:
  LocalService(const RunnerClock& clock, std::function<void(const wire::Event&)> on_event)
      : clock_(clock), on_event_(std::move(on_event)) {}

  /// Decides `command` at the present time and folds what follows from it. Errors: as
  /// `engine::decide`; then nothing has happened.
  Result<void> apply(LocalExecution& execution, const engine::Command& command);
  Result<void> apply(LocalExecution& execution, const engine::Checkpoint& command);

  /// What has happened in `execution`. A closed execution is shared with the record, a running one
  /// is copied.
  [[nodiscard]] std::shared_ptr<const detail::RunRecord> record(
      const std::shared_ptr<LocalExecution>& execution) const;

 private:
  /// Folds what was decided last.
  void commit(LocalExecution& execution);

  const RunnerClock& clock_;
  std::function<void(const wire::Event&)> on_event_;
  engine::Decision decision_;  // its buffers are used again by each command
};

/// The connection of one running invocation to the local service: answers inside the call.
class LocalClient final : public ServiceClient {
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

 private:
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
