// SPDX-License-Identifier: Apache-2.0
#include "engine/history.h"

#include "engine/paging.h"
#include "engine/token.h"

#include <durable/base/assert.h>

#include <chrono>
#include <limits>
#include <string>
#include <utility>

namespace durable::engine {
namespace {

using wire::EventType;
using wire::OperationStatus;
using wire::OperationType;

std::int64_t seconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

/// Makes the details of one event; which of them an operation's fact is depends on its type.
class Details {
 public:
  Details(const Event& event, const Execution& execution, ExecutionData data, wire::Event& out)
      : event_(event), execution_(execution), data_(data), out_(out) {}

  void operator()(const fact::ExecutionStarted& fact) {
    set(EventType::execution_started,
        wire::ExecutionStartedDetails{payload<wire::EventInput>(fact.info->input),
                                      seconds_of(fact.info->execution_timeout)});
  }
  void operator()(const fact::ExecutionSucceeded& fact) {
    set(EventType::execution_succeeded,
        wire::ExecutionSucceededDetails{payload<wire::EventResult>(fact.result)});
  }
  void operator()(const fact::ExecutionFailed& fact) {
    switch (fact.status) {
      case wire::ExecutionStatus::timed_out:
        return set(EventType::execution_timed_out,
                   wire::ExecutionTimedOutDetails{error(fact.error)});
      case wire::ExecutionStatus::stopped:
        return set(EventType::execution_stopped, wire::ExecutionStoppedDetails{error(fact.error)});
      default:
        return set(EventType::execution_failed, wire::ExecutionFailedDetails{error(fact.error)});
    }
  }
  void operator()(const fact::InvocationCompleted& fact) {
    wire::InvocationCompletedDetails details;
    details.start_timestamp = fact.record->started_at;
    details.end_timestamp = event_.at;
    details.request_id = fact.record->request_id;
    if (fact.record->error) details.error = error(fact.record->error);
    set(EventType::invocation_completed, std::move(details));
  }
  void operator()(const fact::OperationStarted& fact) { started(*fact.info); }
  void operator()(const fact::StepRestarted&) {
    set(EventType::step_started, wire::StepStartedDetails{});
  }
  void operator()(const fact::StepRetried& fact) {
    set(EventType::step_failed,
        wire::StepFailedDetails{error(fact.error), {fact.attempt, fact.delay_s}});
  }
  void operator()(const fact::ConditionPolled& fact) {
    set(EventType::step_succeeded,
        wire::StepSucceededDetails{payload<wire::EventResult>(fact.state),
                                   {fact.attempt, fact.delay_s}});
  }
  void operator()(const fact::OperationSucceeded& fact) { succeeded(fact); }
  void operator()(const fact::OperationFailed& fact) { failed(fact); }
  template <class NotInHistory>
  void operator()(const NotInHistory&) {
    DURABLE_ASSERT(false);
  }

 private:
  template <class T>
  void set(EventType type, T details) {
    out_.event_type = type;
    out_.details = std::move(details);
  }
  [[nodiscard]] const OperationState& operation() const {
    return execution_.operation(event_.operation);
  }
  template <class Wrapped>
  [[nodiscard]] Wrapped payload(const std::optional<Payload>& payload) const {
    if (data_ == ExecutionData::leave_out) return {};
    return {payload, false};
  }
  [[nodiscard]] wire::EventError error(const SharedError& error) const {
    if (data_ == ExecutionData::leave_out) return {};
    return {error ? *error : wire::ErrorObject{}, false};
  }

  void started(const OperationInfo& info) {
    switch (info.type()) {
      case OperationType::context:
        return set(EventType::context_started, wire::ContextStartedDetails{});
      case OperationType::step:
        return set(EventType::step_started, wire::StepStartedDetails{});
      case OperationType::wait:
        return set(EventType::wait_started,
                   wire::WaitStartedDetails{info.timeout_s(),
                                            event_.at + std::chrono::seconds{info.timeout_s()}});
      case OperationType::callback:
        return callback_started(info);
      case OperationType::chained_invoke:
        return chained_invoke_started(info);
      case OperationType::execution:
      case OperationType::unknown:
        DURABLE_ASSERT(false);  // Never started by an update.
    }
  }
  void callback_started(const OperationInfo& info) {
    wire::CallbackStartedDetails details;
    details.callback_id = make_callback_id(execution_.info(), info.id());
    if (info.timeout_s() > 0) details.timeout = info.timeout_s();
    if (info.heartbeat_timeout_s() > 0) details.heartbeat_timeout = info.heartbeat_timeout_s();
    set(EventType::callback_started, std::move(details));
  }
  void chained_invoke_started(const OperationInfo& info) {
    const ChainedInvokeTarget& target = *info.chained_invoke();
    wire::ChainedInvokeStartedDetails details;
    details.function_name = target.function_name;
    details.tenant_id = target.tenant_id;
    details.input = payload<wire::EventInput>(target.input);
    // Known only after the host has started the target; the event then shows it too.
    if (const auto& start = operation().chained_invoke_start) {
      details.executed_version = start->executed_version;
      details.durable_execution_arn = start->durable_execution_arn;
    }
    set(EventType::chained_invoke_started, std::move(details));
  }

  void succeeded(const fact::OperationSucceeded& fact) {
    auto result = payload<wire::EventResult>(fact.result);
    switch (operation().type()) {
      case OperationType::context:
        return set(EventType::context_succeeded, wire::ContextSucceededDetails{std::move(result)});
      case OperationType::step:
        return set(EventType::step_succeeded,
                   wire::StepSucceededDetails{std::move(result), {fact.attempt, std::nullopt}});
      case OperationType::wait:
        return set(EventType::wait_succeeded,
                   wire::WaitSucceededDetails{operation().info->timeout_s()});
      case OperationType::callback:
        return set(EventType::callback_succeeded,
                   wire::CallbackSucceededDetails{std::move(result)});
      case OperationType::chained_invoke:
        return set(EventType::chained_invoke_succeeded,
                   wire::ChainedInvokeSucceededDetails{std::move(result)});
      case OperationType::execution:
      case OperationType::unknown:
        DURABLE_ASSERT(false);
    }
  }

  void failed(const fact::OperationFailed& fact) {
    switch (operation().type()) {
      case OperationType::context:
        return set(EventType::context_failed, wire::ContextFailedDetails{error(fact.error)});
      case OperationType::step:
        return set(EventType::step_failed,
                   wire::StepFailedDetails{error(fact.error), {fact.attempt, std::nullopt}});
      case OperationType::wait: {
        wire::WaitCancelledDetails details;
        if (fact.error) details.error = error(fact.error);
        return set(EventType::wait_cancelled, std::move(details));
      }
      case OperationType::callback:
        return callback_failed(fact);
      case OperationType::chained_invoke:
        return chained_invoke_failed(fact);
      case OperationType::execution:
      case OperationType::unknown:
        DURABLE_ASSERT(false);
    }
  }
  void callback_failed(const fact::OperationFailed& fact) {
    if (fact.status != OperationStatus::timed_out) {
      return set(EventType::callback_failed, wire::CallbackFailedDetails{error(fact.error)});
    }
    wire::EventError shown = error(fact.error);
    // The service's history shows only the type of a time-out.
    if (shown.payload) shown.payload->error_message.reset();
    set(EventType::callback_timed_out, wire::CallbackTimedOutDetails{std::move(shown)});
  }
  void chained_invoke_failed(const fact::OperationFailed& fact) {
    switch (fact.status) {
      case OperationStatus::timed_out:
        return set(EventType::chained_invoke_timed_out,
                   wire::ChainedInvokeTimedOutDetails{error(fact.error)});
      case OperationStatus::stopped:
      case OperationStatus::cancelled:  // The model has no event of its own for it.
        return set(EventType::chained_invoke_stopped,
                   wire::ChainedInvokeStoppedDetails{error(fact.error)});
      default:
        return set(EventType::chained_invoke_failed,
                   wire::ChainedInvokeFailedDetails{error(fact.error)});
    }
  }

  const Event& event_;
  const Execution& execution_;
  ExecutionData data_;
  wire::Event& out_;
};

std::optional<std::string> text(std::optional<std::string_view> view) {
  return view ? std::optional<std::string>(std::in_place, *view) : std::nullopt;
}

/// The place in the log of the history event with this id: the first that has it. O(log n).
std::size_t position_of(const EventLog& log, std::size_t history_id) {
  std::size_t low = 0;
  std::size_t high = log.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (log[middle].history_id < history_id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

wire::Event history_event(const Event& event, const Execution& execution, ExecutionData data) {
  wire::Event out;
  out.event_id = event.history_id;
  out.event_timestamp = event.at;
  if (event.operation != 0) {
    const OperationInfo& info = *execution.operation(event.operation).info;
    out.id.emplace(info.id());
    out.name = text(info.name());
    out.sub_type = text(info.sub_type());
    if (info.parent() != 0) out.parent_id.emplace(execution.operation(info.parent()).info->id());
  }
  std::visit(Details(event, execution, data, out), event.fact);
  return out;
}

std::size_t history_reach(const Limits& limits,
                          const wire::GetDurableExecutionHistoryRequest& request) {
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  if (request.reverse_order.value_or(false)) return all;
  const auto items_max = page_size(limits, request.max_items);
  const auto first = read_marker(request.marker, "", {1, 1, all});
  if (!items_max || !first) return 0;  // Refused, however long the log is.
  return *first > all - *items_max ? all : *first + *items_max - 1;
}

Result<wire::GetDurableExecutionHistoryResponse> history_page(
    const EventLog& log, const Execution& execution,
    const wire::GetDurableExecutionHistoryRequest& request) {
  if (!execution.started()) {
    return Error{ErrorCode::resource_not_found, "Durable Execution does not exist"};
  }
  const auto items_max = page_size(execution.limits(), request.max_items);
  if (!items_max) return items_max.error();
  const std::size_t last = log.empty() ? 0 : log.back().history_id;
  const bool reverse = request.reverse_order.value_or(false);
  const auto first = read_marker(request.marker, "", {reverse ? last : 1, 1, last});
  if (!first) return first.error();
  const ExecutionData data = request.include_execution_data.value_or(true)
                                 ? ExecutionData::include
                                 : ExecutionData::leave_out;

  wire::GetDurableExecutionHistoryResponse response;
  std::size_t id = *first;
  std::size_t position = position_of(log, id);
  while (id >= 1 && id <= last && response.events.size() < *items_max) {
    response.events.push_back(history_event(log[position], execution, data));
    id = reverse ? id - 1 : id + 1;
    if (id < 1 || id > last) return response;
    do {
      position = reverse ? position - 1 : position + 1;
    } while (!in_history(log[position].fact));
  }
  response.next_marker = std::to_string(id);
  return response;
}

}  // namespace durable::engine
