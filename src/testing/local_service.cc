// SPDX-License-Identifier: Apache-2.0
#include "testing/local_service.h"

#include "engine/history.h"
#include "engine/view.h"
#include "testing/usage.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace durable {
namespace {

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
  contents.usage = usage_of(execution.state, execution.log);
  return contents;
}

/// The service's answer when `kind` goes wrong.
Error error_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::throttled:
      return {ErrorCode::too_many_requests, "Rate exceeded (planned by the test)"};
    case FaultKind::stale_token:
      return {ErrorCode::invalid_parameter, "Invalid checkpoint token (planned by the test)"};
    default:
      return {ErrorCode::service_failure, "Internal failure (planned by the test)"};
  }
}

Error cut_off() { return {ErrorCode::unavailable, "the invocation was cut off"}; }

}  // namespace

Result<void> LocalService::apply(LocalExecution& execution, const engine::Command& command) {
  if (monitor_ == nullptr) return decide_and_commit(execution, command);
  // Whoever calls from outside again knows that the call before has arrived.
  const bool stops = std::holds_alternative<engine::Stop>(command);
  if (stops || std::holds_alternative<engine::HeartbeatCallback>(command)) catch_up(execution);
  if (std::holds_alternative<engine::CompleteCallback>(command)) {
    return complete_callback(execution, command);
  }
  return decide_and_commit(execution, command);
}

Result<void> LocalService::decide_and_commit(LocalExecution& execution,
                                             const engine::Command& command) {
  Result<void> decided = engine::decide(execution.state, command, clock_.now(), decision_);
  if (decided) commit(execution);
  return decided;
}

Result<void> LocalService::apply(LocalExecution& execution, const engine::Checkpoint& command) {
  Result<void> decided = engine::decide(execution.state, command, clock_.now(), decision_);
  if (decided) commit(execution);
  deliver_early(execution);
  return decided;
}

void LocalService::note_scripted(engine::CompleteCallback completion, bool at_once) {
  if (monitor_ != nullptr && monitor_->at_scripted_callback(at_once)) {
    early_.push_back(std::move(completion));
  }
}

void LocalService::deliver_early(LocalExecution& execution) {
  for (const engine::CompleteCallback& completion : std::exchange(early_, {})) {
    ignore(decide_and_commit(execution, completion),
           "the checkpoint may have closed the execution");
  }
}

Result<void> LocalService::complete_callback(LocalExecution& execution,
                                             const engine::Command& command) {
  const std::string& id = std::get<engine::CompleteCallback>(command).callback_id;
  const bool again = std::any_of(late_.begin(), late_.end(), [&id](const Late& late) {
    return std::get<engine::CompleteCallback>(late.command).callback_id == id;
  });
  if (again) catch_up(execution);
  const std::optional<FaultKind> fault = monitor_->at_callback_completion();
  if (fault == FaultKind::callback_late) {
    late_.push_back({execution.weak_from_this(), command});
    return {};
  }
  Result<void> done = decide_and_commit(execution, command);
  if (fault == FaultKind::callback_twice) {
    ignore(decide_and_commit(execution, command), "the second of two equal ones is refused");
  }
  return done;
}

std::vector<std::shared_ptr<LocalExecution>> LocalService::deliver_late() {
  std::vector<std::shared_ptr<LocalExecution>> changed;
  for (const Late& late : std::exchange(late_, {})) {
    std::shared_ptr<LocalExecution> execution = late.execution.lock();
    if (execution == nullptr) continue;
    ignore(decide_and_commit(*execution, late.command), "its time may have run out meanwhile");
    changed.push_back(std::move(execution));
  }
  return changed;
}

void LocalService::catch_up(const LocalExecution& execution) {
  std::vector<Late> others;
  for (Late& late : std::exchange(late_, {})) {
    const std::shared_ptr<LocalExecution> waiting = late.execution.lock();
    if (waiting.get() != &execution) {
      others.push_back(std::move(late));
      continue;
    }
    ignore(decide_and_commit(*waiting, late.command), "its time may have run out meanwhile");
  }
  late_ = std::move(others);
}

void LocalService::commit(LocalExecution& execution) {
  for (engine::Event& event : decision_.events) {
    engine::evolve(execution.state, event);
    if (const auto* started = std::get_if<engine::fact::OperationStarted>(&event.fact);
        started != nullptr && started->info->type() == wire::OperationType::callback &&
        observer_ != nullptr) {
      observer_->callback_made(execution, event.operation);
    }
    execution.log.push_back(std::move(event));
    if (on_event_) {
      const engine::Event& logged = execution.log[execution.log.size() - 1];
      if (engine::in_history(logged.fact)) {
        on_event_(engine::history_event(logged, execution.state, engine::ExecutionData::include));
      }
    }
  }
  if (observer_ != nullptr) {
    // Timers and invocations are read off the state; these two are news.
    for (const engine::Effect& effect : decision_.effects) {
      if (const auto* invoke = std::get_if<engine::StartChainedInvoke>(&effect)) {
        observer_->invoke_wanted(execution, invoke->operation);
      } else if (std::holds_alternative<engine::Closed>(effect)) {
        observer_->execution_closed(execution);
      }
    }
  }
  if (monitor_ != nullptr) monitor_->note(execution.state);
}

std::shared_ptr<const detail::RunRecord> LocalService::record(
    const std::shared_ptr<LocalExecution>& execution) const {
  const engine::Execution& state = execution->state;
  detail::RunRecord::Outcome outcome;
  outcome.execution_arn = std::string(state.arn());
  outcome.status = detail::to_invocation_status(state.status());
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
  kill_switch_.pull_trigger();
  if (!kill_switch_.killed() && clock_.now() > deadline_) {
    kill_switch_.kill(timed_out_error(execution_.state.request_id(),
                                      deadline_ - execution_.state.invocation_started_at()));
  }
  return !kill_switch_.killed();
}

void LocalClient::crash() { kill_switch_.kill(crashed_error(execution_.state.request_id())); }

void LocalClient::checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) {
  if (!alive()) return done(cut_off());
  std::optional<FaultKind> fault;
  if (detail::RunMonitor* monitor = service_.monitor()) {
    fault = monitor->at_checkpoint(execution_.state, request.updates);
  }
  if (fault == FaultKind::kill_before_send) {
    crash();
    return done(cut_off());
  }
  const bool recorded =
      !fault || fault == FaultKind::kill_reply_lost || fault == FaultKind::kill_after_reply;
  if (!recorded) return done(error_of(*fault));
  Result<void> applied = service_.apply(
      execution_, engine::Checkpoint{std::move(request.checkpoint_token),
                                     std::move(request.updates), std::move(request.client_token)});
  if (fault == FaultKind::kill_reply_lost) {
    crash();
    return done(cut_off());
  }
  if (fault == FaultKind::kill_after_reply) {
    kill_switch_.kill_at_next_call(crashed_error(execution_.state.request_id()));
  }
  if (!applied) return done(std::move(applied).error());
  done(engine::checkpoint_response(execution_.state));
}

Result<wire::GetDurableExecutionStateResponse> LocalClient::get_state(
    const wire::GetDurableExecutionStateRequest& request) {
  if (!alive()) return cut_off();
  if (detail::RunMonitor* monitor = service_.monitor()) {
    if (const auto fault = monitor->at_state_read()) return error_of(*fault);
  }
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
