// SPDX-License-Identifier: Apache-2.0
#include "sim/auditor.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

namespace durable::sim {

using engine::Event;
using engine::never;
using wire::OperationStatus;
using wire::OperationType;
namespace fact = engine::fact;

void Auditor::report(std::string what) {
  if (finding_.empty()) finding_ = std::move(what);
}

void Auditor::check(bool condition, const std::string& what) {
  if (!condition) report(what);
}

void Auditor::event(const Event& event) {
  check_order(event);
  std::visit([&](const auto& fact) { on(event, fact); }, event.fact);
}

void Auditor::check_order(const Event& event) {
  check(event.at >= last_at_, "time runs backwards in the log");
  last_at_ = event.at;
  const std::uint32_t expected = history_id_ + (engine::in_history(event.fact) ? 1 : 0);
  check(event.history_id == expected, "EventIds have a gap or a repetition at " +
                                          std::to_string(event.history_id) + ", expected " +
                                          std::to_string(expected));
  history_id_ = expected;
  const bool allowed = std::holds_alternative<fact::InvocationCompleted>(event.fact);
  check(!closed_ || allowed, "something is recorded after the close of the execution");
}

Auditor::Operation* Auditor::find(const Event& event) {
  const auto found = operations_.find(event.operation);
  check(found != operations_.end(), "an event names an operation that was never started");
  if (found == operations_.end()) return nullptr;
  Operation& operation = found->second;
  check(!is_terminal(operation.status),
        "operation " + std::string(operation.info->id()) + " changes after its end");
  return &operation;
}

void Auditor::end(const Event& event, Operation& operation, OperationStatus status) {
  operation.status = status;
  operation.due = never;
  operation.heartbeat_due = never;
  changed_.insert(std::string(operation.info->id()));
  invokes_.erase(event.operation);
  const OperationType type = operation.info->type();
  const bool outside = type == OperationType::wait || type == OperationType::callback ||
                       type == OperationType::chained_invoke;
  if (outside && status != OperationStatus::cancelled) {
    not_before_ = std::min(not_before_, event.at);
  }
}

void Auditor::attempt(Operation& operation, std::uint32_t attempt) {
  check(attempt == operation.attempt + 1, "operation " + std::string(operation.info->id()) +
                                              " has attempt " + std::to_string(attempt) +
                                              " after " + std::to_string(operation.attempt));
  operation.attempt = attempt;
}

void Auditor::on(const Event& event, const fact::ExecutionStarted& fact) {
  check(!started_, "the execution starts twice");
  started_ = true;
  operations_used_ += 1;
  deadline_ = event.at + fact.info->execution_timeout;
  not_before_ = event.at;
}

void Auditor::on(const Event&, const fact::ExecutionSucceeded&) { closed_ = true; }

void Auditor::on(const Event& event, const fact::ExecutionFailed& fact) {
  closed_ = true;
  if (fact.status != wire::ExecutionStatus::timed_out) return;
  check(event.at >= deadline_, "the execution times out before its time");
}

void Auditor::on(const Event& event, const fact::InvocationStarted&) {
  check(!invocation_runs_, "two invocations run at once");
  check(not_before_ != never && event.at >= not_before_,
        "an invocation starts that nothing asked for, or before its time");
  invocation_runs_ = true;
  not_before_ = never;
  invoke_.reset();
}

void Auditor::on(const Event&, const fact::InvocationCompleted& fact) {
  check(invocation_runs_, "an invocation ends that did not run");
  invocation_runs_ = false;
  if (fact.record->outcome != engine::InvocationOutcome::failed) return;
  not_before_ = fact.record->retry_at;
  if (fact.record->retry_at != never) operations_used_ += 1;
}

void Auditor::on(const Event&, const fact::CheckpointAccepted&) {
  check(invocation_runs_, "a checkpoint is accepted while no invocation runs");
}

void Auditor::on(const Event& event, const fact::OperationStarted& fact) {
  check(event.operation == operations_.size() + 1, "operations are not numbered by their starts");
  Operation operation;
  operation.info = fact.info;
  operation.started_at = event.at;
  if (fact.info->timeout_s() > 0) {
    operation.due = event.at + std::chrono::seconds{fact.info->timeout_s()};
  }
  if (fact.info->heartbeat_timeout_s() > 0) {
    operation.heartbeat_due = event.at + std::chrono::seconds{fact.info->heartbeat_timeout_s()};
  }
  for (const auto& [number, other] : operations_) {
    check(other.info->id() != fact.info->id(), "two operations have one id");
  }
  if (fact.info->parent() != 0) {
    const auto parent = operations_.find(fact.info->parent());
    check(parent != operations_.end() && parent->second.info->type() == OperationType::context,
          "a parent is no CONTEXT that was started before");
  }
  operations_.emplace(event.operation, std::move(operation));
  operations_used_ += 1;
  changed_.insert(std::string(fact.info->id()));
}

void Auditor::on(const Event& event, const fact::StepRestarted&) {
  Operation* operation = find(event);
  if (operation == nullptr) return;
  check(operation->status == OperationStatus::ready, "a step restarts that is not READY");
  operation->status = OperationStatus::started;
  changed_.insert(std::string(operation->info->id()));
}

void Auditor::on(const Event& event, const fact::StepRetried& fact) {
  Operation* operation = find(event);
  if (operation == nullptr) return;
  attempt(*operation, fact.attempt);
  operation->status = OperationStatus::pending;
  operation->due = event.at + std::chrono::seconds{fact.delay_s};
  operations_used_ += 1;
  changed_.insert(std::string(operation->info->id()));
}

void Auditor::on(const Event& event, const fact::ConditionPolled& fact) {
  on(event, fact::StepRetried{nullptr, fact.attempt, fact.delay_s});
}

void Auditor::on(const Event& event, const fact::StepReady&) {
  Operation* operation = find(event);
  if (operation == nullptr) return;
  check(operation->status == OperationStatus::pending, "a step becomes READY that is not PENDING");
  check(event.at >= operation->due, "a retry is due before its time");
  operation->status = OperationStatus::ready;
  operation->due = never;
  changed_.insert(std::string(operation->info->id()));
  not_before_ = std::min(not_before_, event.at);
}

void Auditor::on(const Event& event, const fact::OperationSucceeded& fact) {
  Operation* operation = find(event);
  if (operation == nullptr) return;
  if (operation->info->type() == OperationType::wait) {
    check(event.at >= operation->due, "a wait ends before its time");
  }
  if (operation->info->type() == OperationType::step) attempt(*operation, fact.attempt);
  end(event, *operation, OperationStatus::succeeded);
}

void Auditor::on(const Event& event, const fact::OperationFailed& fact) {
  Operation* operation = find(event);
  if (operation == nullptr) return;
  if (operation->info->type() == OperationType::callback &&
      fact.status == OperationStatus::timed_out) {
    check(event.at >= std::min(operation->due, operation->heartbeat_due),
          "a callback times out before its time");
  }
  if (operation->info->type() == OperationType::step) attempt(*operation, fact.attempt);
  end(event, *operation, fact.status);
}

void Auditor::on(const Event& event, const fact::CallbackHeartbeat&) {
  Operation* operation = find(event);
  if (operation == nullptr) return;
  check(event.at < operation->heartbeat_due, "a heartbeat is accepted after its timer");
  operation->heartbeat_due =
      event.at + std::chrono::seconds{operation->info->heartbeat_timeout_s()};
}

void Auditor::on(const Event& event, const fact::ChainedInvokeReported&) {
  Operation* operation = find(event);
  if (operation == nullptr) return;
  check(!operation->reported, "a chained invoke is reported as started twice");
  operation->reported = true;
  invokes_.erase(event.operation);
}

void Auditor::effects(const std::vector<engine::Effect>& effects) {
  for (const engine::Effect& effect : effects) {
    if (const auto* wake_up = std::get_if<engine::WakeUp>(&effect)) wake_up_ = *wake_up;
    if (const auto* invoke = std::get_if<engine::Invoke>(&effect)) invoke_ = invoke->not_before;
    if (const auto* start = std::get_if<engine::StartChainedInvoke>(&effect)) {
      invokes_.insert(start->operation);
    }
    if (std::holds_alternative<engine::Closed>(effect)) {
      check(closed_, "the host is told of a close that did not happen");
      wake_up_.reset();
      invoke_.reset();
      invokes_.clear();
    }
  }
}

void Auditor::accepted_token(const std::string& token, bool fresh) {
  if (!fresh) {
    check(tokens_.contains(token), "a checkpoint is answered as a repeat that never was");
    return;
  }
  check(tokens_.insert(token).second, "a token is accepted twice");
}

void Auditor::told_all() { changed_.clear(); }

void Auditor::told(const std::vector<std::string>& ids, bool fresh) {
  const std::set<std::string> told(ids.begin(), ids.end());
  check(told.size() == ids.size(), "an answer names an operation twice");
  if (!fresh) {
    check(told == told_last_, "a repeated answer differs from the first");
    return;
  }
  check(told == changed_, "an answer does not hold exactly what has changed");
  changed_.clear();
  told_last_ = told;
}

void Auditor::check_obligations(const engine::Execution& execution) {
  std::vector<engine::Effect> expected;
  if (wake_up_) expected.emplace_back(*wake_up_);
  if (invoke_) expected.emplace_back(engine::Invoke{*invoke_});
  for (const engine::OperationNumber number : invokes_) {
    expected.emplace_back(engine::StartChainedInvoke{number, execution.operation(number).info});
  }
  check(engine::obligations(execution) == expected,
        "the effects so far are not the obligations of the state");
}

void Auditor::settled(const engine::Execution& execution, Timestamp now, bool all_due_fired) {
  const Result<void> invariants = execution.invariants();
  if (!invariants) report(invariants.error().message);
  check(execution.running() == (started_ && !closed_), "the state and the events disagree: status");
  check(execution.invocation_runs() == invocation_runs_,
        "the state and the events disagree: invocation");
  check(execution.history_size() == history_id_, "the state and the events disagree: history");
  check(execution.operations_used() == operations_used_,
        "the state and the events disagree: operations used");
  for (const auto& [number, operation] : operations_) {
    if (number >= execution.operation_count()) continue;
    check(execution.operation(number).status == operation.status,
          "the state and the events disagree: operation " + std::string(operation.info->id()));
  }
  if (all_due_fired && execution.running()) {
    check(*execution.next_deadline() > now, "a timer that is due has not fired");
  }
  check_obligations(execution);
}

}  // namespace durable::sim
