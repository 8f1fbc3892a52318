// SPDX-License-Identifier: Apache-2.0
#include "engine/fold.h"

#include <type_traits>

namespace durable::engine {
namespace {

using wire::OperationStatus;
using wire::OperationType;

void set_deadlines(OperationState& state, Timestamp at) {
  const OperationInfo& info = *state.info;
  if (info.timeout_s() > 0) state.due = at + std::chrono::seconds{info.timeout_s()};
  if (info.heartbeat_timeout_s() > 0) {
    state.heartbeat_due = at + std::chrono::seconds{info.heartbeat_timeout_s()};
  }
}

void end(OperationState& state, OperationStatus status, Timestamp at) {
  state.status = status;
  state.ended_at = at;
  state.due = never;
  state.heartbeat_due = never;
}

void schedule_attempt(OperationState& state, std::uint32_t attempt, Timestamp due) {
  state.status = OperationStatus::pending;
  state.attempt = attempt;
  state.due = due;
}

class OperationFold {
 public:
  OperationFold(OperationState& state, Timestamp at) : state_(state), at_(at) {}

  void operator()(const fact::OperationStarted& fact) {
    state_.info = fact.info;
    state_.status = OperationStatus::started;
    state_.started_at = at_;
    set_deadlines(state_, at_);
  }
  void operator()(const fact::StepRestarted&) { state_.status = OperationStatus::started; }
  void operator()(const fact::StepRetried& fact) {
    state_.error = fact.error;
    state_.result.reset();
    schedule_attempt(state_, fact.attempt, at_ + std::chrono::seconds{fact.delay_s});
  }
  void operator()(const fact::ConditionPolled& fact) {
    state_.result = fact.state;
    state_.error.reset();
    schedule_attempt(state_, fact.attempt, at_ + std::chrono::seconds{fact.delay_s});
  }
  void operator()(const fact::StepReady&) {
    state_.status = OperationStatus::ready;
    state_.due = never;
  }
  void operator()(const fact::OperationSucceeded& fact) {
    state_.result = fact.result;
    state_.error.reset();
    state_.attempt = fact.attempt;
    state_.replay_children = fact.replay_children;
    end(state_, OperationStatus::succeeded, at_);
  }
  void operator()(const fact::OperationFailed& fact) {
    state_.result.reset();
    state_.error = fact.error;
    state_.attempt = fact.attempt;
    end(state_, fact.status, at_);
  }
  void operator()(const fact::CallbackHeartbeat&) {
    state_.heartbeat_due = at_ + std::chrono::seconds{state_.info->heartbeat_timeout_s()};
  }
  void operator()(const fact::ChainedInvokeReported& fact) {
    state_.chained_invoke_start = fact.start;
  }
  template <class ExecutionFact>
  void operator()(const ExecutionFact&) {}

 private:
  OperationState& state_;
  Timestamp at_;
};

bool ended_from_outside(const OperationState& state) {
  if (!is_terminal(state.status) || state.status == OperationStatus::cancelled) return false;
  return state.type() == OperationType::wait || state.type() == OperationType::callback ||
         state.type() == OperationType::chained_invoke;
}

std::uint64_t size_of(const std::optional<Payload>& payload) {
  return payload ? payload->size() : 0;
}
std::uint64_t size_of(const SharedError& error) { return error ? engine::size_of(*error) : 0; }

class ProgressFold {
 public:
  ProgressFold(Progress& progress, Timestamp at) : progress_(progress), at_(at) {}

  void operator()(const fact::ExecutionStarted& fact) {
    progress_.status = wire::ExecutionStatus::running;
    progress_.wanted_at = at_;
    progress_.operations_used += 1;
    progress_.stored_bytes += size_of(fact.info->input);
  }
  void operator()(const fact::ExecutionSucceeded& fact) {
    close(wire::ExecutionStatus::succeeded);
    progress_.stored_bytes += size_of(fact.result);
  }
  void operator()(const fact::ExecutionFailed& fact) {
    close(fact.status);
    progress_.stored_bytes += size_of(fact.error);
  }
  void operator()(const fact::InvocationStarted&) {
    progress_.invocation += 1;
    progress_.invocation_runs = true;
    progress_.checkpoint = 0;
    progress_.client_token_hash = 0;
    progress_.outside_change = false;
    progress_.wanted_at = never;
  }
  void operator()(const fact::InvocationCompleted& fact) {
    const InvocationRecord& record = *fact.record;
    progress_.invocation_runs = false;
    if (record.outcome == InvocationOutcome::suspended) {
      progress_.failures = 0;
      if (progress_.outside_change) progress_.wanted_at = at_;
    }
    if (record.outcome == InvocationOutcome::failed) {
      progress_.failures += 1;
      if (record.retry_at != never) progress_.operations_used += 1;
    }
    if (record.outcome == InvocationOutcome::failed || record.outcome == InvocationOutcome::lost) {
      progress_.stored_bytes += size_of(record.error);
      progress_.wanted_at = record.retry_at;
    }
    progress_.outside_change = false;
  }
  void operator()(const fact::CheckpointAccepted& fact) {
    progress_.checkpoint += 1;
    progress_.client_token_hash = fact.client_token_hash;
  }
  void operator()(const fact::OperationStarted& fact) {
    progress_.operations_used += 1;
    const ChainedInvokeTarget* target = fact.info->chained_invoke();
    if (target != nullptr) progress_.stored_bytes += size_of(target->input);
  }
  void operator()(const fact::StepRetried& fact) {
    progress_.operations_used += 1;
    progress_.stored_bytes += size_of(fact.error);
  }
  void operator()(const fact::ConditionPolled& fact) {
    progress_.operations_used += 1;
    progress_.stored_bytes += size_of(fact.state);
  }
  void operator()(const fact::OperationSucceeded& fact) {
    progress_.stored_bytes += size_of(fact.result);
  }
  void operator()(const fact::OperationFailed& fact) {
    progress_.stored_bytes += size_of(fact.error);
  }
  void operator()(const fact::StepRestarted&) {}
  void operator()(const fact::StepReady&) {}
  void operator()(const fact::CallbackHeartbeat&) {}
  void operator()(const fact::ChainedInvokeReported&) {}

 private:
  void close(wire::ExecutionStatus status) {
    progress_.status = status;
    progress_.wanted_at = never;
  }

  Progress& progress_;
  Timestamp at_;
};

}  // namespace

OperationChange apply(OperationState& state, const Event& event) {
  OperationChange change;
  change.was_open = state.info != nullptr && state.open();
  visit_fact(OperationFold(state, event.at), event.fact);
  change.is_open = state.open();
  change.visible = !std::holds_alternative<fact::CallbackHeartbeat>(event.fact) &&
                   !std::holds_alternative<fact::ChainedInvokeReported>(event.fact);
  change.outside = change.visible && (std::holds_alternative<fact::StepReady>(event.fact) ||
                                      ended_from_outside(state));
  return change;
}

void apply(Progress& progress, const Event& event, OperationChange change) {
  progress.last_event_at = event.at;
  progress.history_id = event.history_id;
  visit_fact(ProgressFold(progress, event.at), event.fact);
  if (change.was_open) progress.open_operations -= 1;
  if (change.is_open) progress.open_operations += 1;
  if (!change.outside) return;
  if (progress.invocation_runs) {
    progress.outside_change = true;
  } else if (progress.wanted_at == never) {
    progress.wanted_at = event.at;
  }
}

}  // namespace durable::engine
