// SPDX-License-Identifier: Apache-2.0
#include "engine/execution.h"
#include "engine/fold.h"
#include "engine/token.h"

#include <durable/base/assert.h>

#include <algorithm>

namespace durable::engine {

/// Folds one event into an execution: the small parts by `apply`, and here what lies around them.
class Fold {
 public:
  Fold(Execution& execution, const Event& event) : execution_(execution), event_(event) {}

  void run() {
    OperationChange change;
    if (is_operation_fact(event_.fact)) {
      change = fold_operation();
    } else {
      visit_fact([this](const auto& fact) { fold(fact); }, event_.fact);
    }
    apply(execution_.progress_, event_, change);
    if (std::holds_alternative<fact::InvocationStarted>(event_.fact) ||
        std::holds_alternative<fact::CheckpointAccepted>(event_.fact)) {
      const Progress& progress = execution_.progress_;
      execution_.token_ = token_text(*execution_.info_, {progress.invocation, progress.checkpoint});
    }
  }

 private:
  OperationChange fold_operation() {
    const bool starts = std::holds_alternative<fact::OperationStarted>(event_.fact);
    DURABLE_ASSERT(!starts || event_.operation == execution_.operations_.size());
    OperationState& state =
        starts ? execution_.operations_.emplace_back() : execution_.operations_[event_.operation];
    const Timestamp due = state.due;
    const Timestamp heartbeat_due = state.heartbeat_due;
    const OperationChange change = apply(state, event_);
    if (starts) execution_.index_.insert(state.info->id_hash(), event_.operation);
    move_timer(due, state.due, false);
    move_timer(heartbeat_due, state.heartbeat_due, true);
    if (state.type() == wire::OperationType::chained_invoke) {
      if (starts) {
        execution_.unreported_invokes_.insert(event_.operation);
      } else {
        execution_.unreported_invokes_.erase(event_.operation);
      }
    }
    remember(state, change);
    return change;
  }

  void move_timer(Timestamp before, Timestamp after, bool heartbeat) {
    if (before == after) return;
    if (before != never) execution_.timers_.erase({before, event_.operation, heartbeat});
    if (after != never) execution_.timers_.insert({after, event_.operation, heartbeat});
  }

  void remember(OperationState& state, OperationChange change) {
    if (change.visible && !state.unseen) {
      state.unseen = true;
      execution_.unseen_.push_back(event_.operation);
    }
    if (change.outside && !state.updated) {
      state.updated = true;
      execution_.updated_.push_back(event_.operation);
    }
  }

  void fold(const fact::ExecutionStarted& fact) {
    execution_.info_ = fact.info;
    const std::string_view arn = fact.info->arn;
    OperationInfo::Parts parts;
    parts.id = arn.substr(arn.rfind('/') + 1);  // the whole text when there is no '/'
    parts.type = wire::OperationType::execution;
    parts.id_hash = hash_id(parts.id);
    OperationState& state = execution_.operations_.emplace_back();
    state.info = OperationInfo::make(std::move(parts));
    state.status = wire::OperationStatus::started;
    state.started_at = event_.at;
    execution_.index_.insert(state.info->id_hash(), 0);
  }
  void fold(const fact::ExecutionSucceeded& fact) {
    execution_.result_ = fact.result;
    close(wire::OperationStatus::succeeded);
  }
  void fold(const fact::ExecutionFailed& fact) {
    execution_.error_ = fact.error;
    switch (fact.status) {
      case wire::ExecutionStatus::timed_out:
        return close(wire::OperationStatus::timed_out);
      case wire::ExecutionStatus::stopped:
        return close(wire::OperationStatus::stopped);
      default:
        return close(wire::OperationStatus::failed);
    }
  }
  void close(wire::OperationStatus status) {
    execution_.operations_[0].status = status;
    execution_.operations_[0].ended_at = event_.at;
    execution_.timers_.clear();
    execution_.unreported_invokes_.clear();
  }

  void fold(const fact::InvocationStarted& fact) {
    execution_.request_id_ = fact.request_id;
    execution_.invocation_started_at_ = event_.at;
    for (const OperationNumber number : execution_.unseen_) {
      execution_.operations_[number].unseen = false;
    }
    execution_.unseen_.clear();
    execution_.delta_.clear();
  }
  void fold(const fact::InvocationCompleted& fact) {
    execution_.request_id_.clear();
    if (fact.record->outcome == InvocationOutcome::failed ||
        fact.record->outcome == InvocationOutcome::lost) {
      return;
    }
    // Told is what this invocation began with, or was answered by a checkpoint.
    std::erase_if(execution_.updated_, [this](OperationNumber number) {
      OperationState& state = execution_.operations_[number];
      state.updated = state.unseen;
      return !state.updated;
    });
  }
  void fold(const fact::CheckpointAccepted&) {
    execution_.delta_.swap(execution_.unseen_);
    execution_.unseen_.clear();
    for (const OperationNumber number : execution_.delta_) {
      execution_.operations_[number].unseen = false;
    }
  }
  template <class OperationFact>
  void fold(const OperationFact&) {}

  Execution& execution_;
  const Event& event_;
};

void evolve(Execution& execution, const Event& event) { Fold(execution, event).run(); }

}  // namespace durable::engine
