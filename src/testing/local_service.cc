// SPDX-License-Identifier: Apache-2.0
#include "testing/local_service.h"

#include "engine/history.h"
#include "engine/view.h"

#include <cstdio>
#include <utility>

namespace durable {
namespace {

InvocationStatus status_of(wire::ExecutionStatus status) {
  switch (status) {
    case wire::ExecutionStatus::succeeded:
      return InvocationStatus::succeeded;
    case wire::ExecutionStatus::failed:
      return InvocationStatus::failed;
    case wire::ExecutionStatus::timed_out:
      return InvocationStatus::timed_out;
    case wire::ExecutionStatus::stopped:
      return InvocationStatus::stopped;
    case wire::ExecutionStatus::running:
    case wire::ExecutionStatus::unknown:
      break;
  }
  return InvocationStatus::pending;
}

detail::RunRecord::Contents contents_of(const LocalExecution& execution) {
  detail::RunRecord::Contents contents;
  const engine::OperationNumber count = execution.state.operation_count();
  contents.operations.reserve(count > 0 ? count - 1 : 0);
  for (engine::OperationNumber i = 1; i < count; ++i) {
    contents.operations.push_back(engine::operation_view(execution.state, i));
  }
  contents.history.reserve(execution.state.history_size());
  for (const engine::Event& event : execution.log) {
    if (!engine::in_history(event.fact)) continue;
    contents.history.push_back(
        engine::history_event(event, execution.state, engine::ExecutionData::include));
  }
  return contents;
}

}  // namespace

Result<void> LocalService::apply(LocalExecution& execution, const engine::Command& command) {
  Result<void> decided = engine::decide(execution.state, command, clock_.now(), decision_);
  if (decided) commit(execution);
  return decided;
}

Result<void> LocalService::apply(LocalExecution& execution, const engine::Checkpoint& command) {
  Result<void> decided = engine::decide(execution.state, command, clock_.now(), decision_);
  if (decided) commit(execution);
  return decided;
}

void LocalService::commit(LocalExecution& execution) {
  for (engine::Event& event : decision_.events) {
    engine::evolve(execution.state, event);
    execution.log.push_back(std::move(event));
    if (on_event_) {
      const engine::Event& logged = execution.log[execution.log.size() - 1];
      if (engine::in_history(logged.fact)) {
        on_event_(engine::history_event(logged, execution.state, engine::ExecutionData::include));
      }
    }
  }
}

std::shared_ptr<const detail::RunRecord> LocalService::record(
    const std::shared_ptr<LocalExecution>& execution) const {
  const engine::Execution& state = execution->state;
  detail::RunRecord::Outcome outcome;
  outcome.execution_arn = std::string(state.arn());
  outcome.status = status_of(state.status());
  outcome.result = state.result();
  if (state.error()) outcome.error = *state.error();
  outcome.start = state.started_at();
  const bool closed = wire::is_terminal(state.status());
  outcome.end = closed ? state.ended_at() : clock_.now();
  if (closed) {
    return std::make_shared<const detail::RunRecord>(
        std::move(outcome), [execution] { return contents_of(*execution); });
  }
  return std::make_shared<const detail::RunRecord>(
      std::move(outcome), [contents = contents_of(*execution)] { return contents; });
}

bool LocalClient::alive() {
  if (!kill_switch_.killed() && clock_.now() > deadline_) {
    kill_switch_.kill(timed_out_error(execution_.state.request_id(),
                                      deadline_ - execution_.state.invocation_started_at()));
  }
  return !kill_switch_.killed();
}

void LocalClient::checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) {
  if (!alive()) {
    done(Error{ErrorCode::unavailable, "the invocation was cut off"});
    return;
  }
  Result<void> applied = service_.apply(
      execution_, engine::Checkpoint{std::move(request.checkpoint_token),
                                     std::move(request.updates), std::move(request.client_token)});
  if (!applied) {
    done(std::move(applied).error());
    return;
  }
  done(engine::checkpoint_response(execution_.state));
}

Result<wire::GetDurableExecutionStateResponse> LocalClient::get_state(
    const wire::GetDurableExecutionStateRequest& request) {
  if (!alive()) return Error{ErrorCode::unavailable, "the invocation was cut off"};
  return engine::read_state(execution_.state, request);
}

wire::ErrorObject timed_out_error(std::string_view request_id, Duration timeout) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.2f", std::chrono::duration<double>(timeout).count());
  wire::ErrorObject error;
  error.error_type = "Sandbox.Timedout";
  error.error_message = "RequestId: " + std::string(request_id) + " Error: Task timed out after " +
                        seconds + " seconds";
  return error;
}

wire::ErrorObject crashed_error(std::string_view request_id) {
  wire::ErrorObject error;
  error.error_type = "Runtime.ExitError";
  error.error_message =
      "RequestId: " + std::string(request_id) + " Error: Runtime exited with error: exit status 1";
  return error;
}

}  // namespace durable
