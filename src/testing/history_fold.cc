// SPDX-License-Identifier: Apache-2.0
#include "testing/history_fold.h"

#include <durable/json/value.h>
#include <durable/wire/names.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace durable {
namespace {

using wire::EventType;
using wire::ExecutionStatus;
using wire::Operation;
using wire::OperationStatus;
using wire::OperationType;

OperationType type_of(EventType type) noexcept {
  if (type <= EventType::execution_stopped) return OperationType::execution;
  if (type <= EventType::context_failed) return OperationType::context;
  if (type <= EventType::wait_cancelled) return OperationType::wait;
  if (type <= EventType::step_failed) return OperationType::step;
  if (type <= EventType::chained_invoke_stopped) return OperationType::chained_invoke;
  if (type <= EventType::callback_timed_out) return OperationType::callback;
  return OperationType::unknown;
}

/// A result above the service's size for one is not recorded: empty, or a summary in its place. The
/// history does not say so, but nothing else looks like it.
bool has_no_result_of_its_own(const Operation& context, const std::optional<Payload>& result) {
  if (!result) return false;
  if (result->size() == 0) return true;
  if (context.sub_type != "Map" && context.sub_type != "Parallel") return false;
  const Result<json::Value> value = json::Value::parse(result->view());
  return value && value->find("totalCount") != nullptr && value->find("all") == nullptr;
}

class Fold {
 public:
  [[nodiscard]] Result<void> add(const wire::Event& event) {
    if (event.event_type == EventType::unknown ||
        event.event_type == EventType::invocation_completed) {
      return {};
    }
    event_ = &event;
    if (type_of(event.event_type) == OperationType::execution) {
      if (auto found = execution(); !found) return found;
    } else {
      if (history_.operations.empty()) return no_begin();
      if (!event.id || event.id->empty()) {
        return Error{ErrorCode::invalid_parameter,
                     "event " + describe() + " has no Id, so that it belongs to no operation"};
      }
      operation_ = &operation();
    }
    std::visit(*this, event.details);
    return {};
  }

  [[nodiscard]] Result<FoldedHistory> finish() {
    if (history_.operations.empty()) return no_begin();
    return std::move(history_);
  }

  void operator()(const std::monostate&) {
    // Without details; the type alone says what it has come to.
    switch (event_->event_type) {
      case EventType::step_started:
        return operator()(wire::StepStartedDetails{});
      case EventType::context_started:
        return operator()(wire::ContextStartedDetails{});
      case EventType::wait_succeeded:
        return operator()(wire::WaitSucceededDetails{});
      case EventType::wait_cancelled:
        return operator()(wire::WaitCancelledDetails{});
      default:
        history_.truncated.push_back("event " + describe() + " has no details");
    }
  }
  void operator()(const wire::ExecutionStartedDetails& details) {
    note(details.input.payload.has_value(), details.input.truncated, "the input");
    operation_->execution_details = wire::ExecutionDetails{details.input.payload};
    operation_->status = OperationStatus::started;
  }
  void operator()(const wire::ExecutionSucceededDetails& details) {
    history_.status = ExecutionStatus::succeeded;
    history_.result = payload(details.result);
    operation_->status = OperationStatus::succeeded;
  }
  void operator()(const wire::ExecutionFailedDetails& details) {
    history_.status = ExecutionStatus::failed;
    history_.error = error(details.error);
    operation_->status = OperationStatus::failed;
  }
  // These two end an execution wherever its code is, which has not finished.
  void operator()(const wire::ExecutionTimedOutDetails&) {
    history_.status = ExecutionStatus::timed_out;
  }
  void operator()(const wire::ExecutionStoppedDetails&) {
    history_.status = ExecutionStatus::stopped;
  }

  void operator()(const wire::ContextStartedDetails&) {
    open();
    operation_->context_details.emplace();
  }
  void operator()(const wire::ContextSucceededDetails& details) {
    close(OperationStatus::succeeded);
    wire::ContextDetails& context = operation_->context_details.emplace();
    context.result = payload(details.result);
    if (has_no_result_of_its_own(*operation_, context.result)) context.replay_children = true;
  }
  void operator()(const wire::ContextFailedDetails& details) {
    close(OperationStatus::failed);
    operation_->context_details.emplace().error = error(details.error);
  }

  void operator()(const wire::WaitStartedDetails& details) {
    open();
    operation_->wait_details = wire::WaitDetails{details.scheduled_end_timestamp};
  }
  void operator()(const wire::WaitSucceededDetails&) { close(OperationStatus::succeeded); }
  void operator()(const wire::WaitCancelledDetails&) { close(OperationStatus::cancelled); }

  void operator()(const wire::StepStartedDetails&) {
    open();
    if (!operation_->step_details) operation_->step_details.emplace();
  }
  void operator()(const wire::StepSucceededDetails& details) {
    // A poll of a condition that goes on is a success with a next attempt.
    attempted(details.retry_details, OperationStatus::succeeded).result = payload(details.result);
  }
  void operator()(const wire::StepFailedDetails& details) {
    attempted(details.retry_details, OperationStatus::failed).error = error(details.error);
  }

  void operator()(const wire::ChainedInvokeStartedDetails&) { open(); }
  void operator()(const wire::ChainedInvokeSucceededDetails& details) {
    close(OperationStatus::succeeded);
    invoke().result = payload(details.result);
  }
  void operator()(const wire::ChainedInvokeFailedDetails& details) {
    close(OperationStatus::failed);
    invoke().error = error(details.error);
  }
  void operator()(const wire::ChainedInvokeTimedOutDetails& details) {
    close(OperationStatus::timed_out);
    invoke().error = error(details.error);
  }
  void operator()(const wire::ChainedInvokeStoppedDetails& details) {
    close(OperationStatus::stopped);
    invoke().error = error(details.error);
  }

  void operator()(const wire::CallbackStartedDetails& details) {
    open();
    callback().callback_id = details.callback_id;
  }
  void operator()(const wire::CallbackSucceededDetails& details) {
    close(OperationStatus::succeeded);
    callback().result = payload(details.result);
  }
  void operator()(const wire::CallbackFailedDetails& details) {
    close(OperationStatus::failed);
    callback().error = error(details.error);
  }
  void operator()(const wire::CallbackTimedOutDetails& details) {
    close(OperationStatus::timed_out);
    wire::ErrorObject timed_out = error(details.error);
    // The history has only the type; with the operation the service gives the message, too.
    if (!timed_out.error_message && timed_out.error_type == "Callback.Timeout") {
      timed_out.error_message = "Callback timed out";
    } else if (!timed_out.error_message && timed_out.error_type == "Callback.Heartbeat") {
      timed_out.error_message = "Callback timed out on heartbeat";
    }
    callback().error = std::move(timed_out);
  }
  void operator()(const wire::InvocationCompletedDetails&) {}

 private:
  static Error no_begin() {
    return Error{
        ErrorCode::invalid_parameter,
        "the history does not begin with an ExecutionStarted event: it must hold all events "
        "of the execution, from its start"};
  }
  [[nodiscard]] std::string describe() const {
    return std::to_string(event_->event_id) + " (" +
           std::string(wire::to_string(event_->event_type)) + ")";
  }

  [[nodiscard]] Result<void> execution() {
    if (event_->event_type == EventType::execution_started && history_.operations.empty()) {
      Operation& operation = history_.operations.emplace_back();
      operation.type = OperationType::execution;
      operation.id = event_->id.value_or("execution");
      operation.name = event_->name;
      operation.start_timestamp = event_->event_timestamp;
    }
    if (history_.operations.empty()) return no_begin();
    operation_ = &history_.operations.front();
    return {};
  }
  Operation& operation() {
    const auto [found, is_new] = index_.try_emplace(*event_->id, history_.operations.size());
    if (is_new) {
      Operation& operation = history_.operations.emplace_back();
      operation.id = *event_->id;
      operation.type = type_of(event_->event_type);
      operation.start_timestamp = event_->event_timestamp;
    }
    Operation& operation = history_.operations[found->second];
    // Each event may repeat them; the first one that has them counts.
    if (!operation.name) operation.name = event_->name;
    if (!operation.sub_type) operation.sub_type = event_->sub_type;
    // The root's operations may name the execution as their parent.
    if (!operation.parent_id && event_->parent_id != history_.operations.front().id) {
      operation.parent_id = event_->parent_id;
    }
    return operation;
  }

  void open() { operation_->status = OperationStatus::started; }
  void close(OperationStatus status) {
    operation_->status = status;
    operation_->end_timestamp = event_->event_timestamp;
  }
  wire::StepDetails& attempted(const wire::RetryDetails& retry, OperationStatus end) {
    const bool goes_on = retry.next_attempt_delay_seconds.has_value();
    if (goes_on) {
      operation_->status = OperationStatus::pending;
    } else {
      close(end);
    }
    wire::StepDetails& details = operation_->step_details.emplace();
    details.attempt = retry.current_attempt;
    if (goes_on) {
      details.next_attempt_timestamp =
          event_->event_timestamp + std::chrono::seconds(*retry.next_attempt_delay_seconds);
    }
    return details;
  }
  wire::ChainedInvokeDetails& invoke() {
    if (!operation_->chained_invoke_details) operation_->chained_invoke_details.emplace();
    return *operation_->chained_invoke_details;
  }
  wire::CallbackDetails& callback() {
    if (!operation_->callback_details) operation_->callback_details.emplace();
    return *operation_->callback_details;
  }

  [[nodiscard]] std::optional<Payload> payload(const wire::EventResult& result) {
    note(result.payload.has_value(), result.truncated, "the result");
    return result.payload;
  }
  [[nodiscard]] wire::ErrorObject error(const wire::EventError& error) {
    note(error.payload.has_value(), error.truncated, "the error");
    return error.payload.value_or(wire::ErrorObject{});
  }
  void note(bool is_there, std::optional<bool> truncated, std::string_view what) {
    if (is_there) history_.has_data = true;
    if (truncated.value_or(false)) {
      history_.truncated.push_back(std::string(what) + " in event " + describe() + " is truncated");
    }
  }

  FoldedHistory history_;
  std::unordered_map<std::string, std::size_t> index_;  // of an operation, by its id
  const wire::Event* event_ = nullptr;
  Operation* operation_ = nullptr;
};

}  // namespace

Result<FoldedHistory> fold_history(std::vector<wire::Event> events) {
  std::stable_sort(events.begin(), events.end(), [](const wire::Event& a, const wire::Event& b) {
    return a.event_id < b.event_id;
  });
  Fold fold;
  for (const wire::Event& event : events) {
    if (auto added = fold.add(event); !added) return std::move(added).error();
  }
  return fold.finish();
}

}  // namespace durable
