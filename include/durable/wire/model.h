// SPDX-License-Identifier: Apache-2.0
//
// The durable execution service's data types as plain values, named as the service names them (API
// version 2015-03-31): a member `parent_id` is the JSON member `ParentId`. The JSON codec over them
// is in wire/json.h. Nothing here decides.
#pragma once

#include <durable/base/boxed.h>
#include <durable/base/payload.h>
#include <durable/base/time.h>
#include <durable/json/policy.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace durable::wire {

// ---- Enumerations. `unknown` is a value that this version does not know; it is read, never
// written. ----

enum class OperationType : std::uint8_t {
  execution,
  context,
  step,
  wait,
  callback,
  chained_invoke,
  unknown
};
enum class OperationAction : std::uint8_t { start, succeed, fail, retry, cancel, unknown };
enum class OperationStatus : std::uint8_t {
  started,
  pending,  ///< A step whose next attempt is scheduled.
  ready,    ///< A step whose next attempt is due.
  succeeded,
  failed,
  cancelled,
  timed_out,
  stopped,
  unknown
};
enum class ExecutionStatus : std::uint8_t {
  running,
  succeeded,
  failed,
  timed_out,
  stopped,
  unknown
};
/// How one invocation of the function ended, as the function itself says it.
enum class InvocationOutputStatus : std::uint8_t { succeeded, failed, pending, unknown };
enum class InvocationType : std::uint8_t { request_response, event, dry_run, unknown };
enum class EventType : std::uint8_t {
  execution_started,
  execution_succeeded,
  execution_failed,
  execution_timed_out,
  execution_stopped,
  context_started,
  context_succeeded,
  context_failed,
  wait_started,
  wait_succeeded,
  wait_cancelled,
  step_started,
  step_succeeded,
  step_failed,
  chained_invoke_started,
  chained_invoke_succeeded,
  chained_invoke_failed,
  chained_invoke_timed_out,
  chained_invoke_stopped,
  callback_started,
  callback_succeeded,
  callback_failed,
  callback_timed_out,
  invocation_completed,
  unknown
};

/// Whether an operation in this status never changes again.
[[nodiscard]] constexpr bool is_terminal(OperationStatus status) noexcept {
  return status == OperationStatus::succeeded || status == OperationStatus::failed ||
         status == OperationStatus::cancelled || status == OperationStatus::timed_out ||
         status == OperationStatus::stopped;
}
[[nodiscard]] constexpr bool is_terminal(ExecutionStatus status) noexcept {
  return status != ExecutionStatus::running && status != ExecutionStatus::unknown;
}

/// How the types of this namespace stand in JSON: members in PascalCase, as is the service's way;
/// enumerators as each enumeration's name of the model has them. Found by json's codec.
template <class T>
constexpr json::Policy durable_json_policy(json::Type<T>) {
  constexpr bool is_capitals =
      std::is_enum_v<T> && !std::is_same_v<T, EventType> && !std::is_same_v<T, InvocationType>;
  return {
      .names = is_capitals ? json::NameStyle::screaming_snake_case : json::NameStyle::pascal_case,
      .tolerant = true};
}

// ---- Errors and payloads ----

/// A failure as data: what the service stores and hands on. Each member may be absent.
struct ErrorObject {
  std::optional<std::string> error_message = {};
  std::optional<std::string> error_type = {};
  std::optional<std::string> error_data = {};
  std::optional<std::vector<std::string>> stack_trace = {};
  friend bool operator==(const ErrorObject&, const ErrorObject&) = default;
};

struct TraceHeader {
  std::optional<std::string> x_amzn_trace_id;
  friend bool operator==(const TraceHeader&, const TraceHeader&) = default;
};

// ---- Operation updates: what a function asks the service to record ----

struct ContextOptions {
  std::optional<bool> replay_children;
  friend bool operator==(const ContextOptions&, const ContextOptions&) = default;
};
struct StepOptions {
  std::optional<std::int64_t> next_attempt_delay_seconds;
  friend bool operator==(const StepOptions&, const StepOptions&) = default;
};
struct WaitOptions {
  std::optional<std::int64_t> wait_seconds;
  friend bool operator==(const WaitOptions&, const WaitOptions&) = default;
};
struct CallbackOptions {
  std::optional<std::int64_t> timeout_seconds;            ///< 0 or absent: none.
  std::optional<std::int64_t> heartbeat_timeout_seconds;  ///< 0 or absent: none.
  friend bool operator==(const CallbackOptions&, const CallbackOptions&) = default;
};
struct ChainedInvokeOptions {
  std::string function_name;
  std::optional<std::string> tenant_id;
  std::optional<std::string> x_amzn_trace_id;
  friend bool operator==(const ChainedInvokeOptions&, const ChainedInvokeOptions&) = default;
};

struct OperationUpdate {
  std::string id;
  std::optional<std::string> parent_id;
  std::optional<std::string> name;
  OperationType type = OperationType::unknown;
  std::optional<std::string> sub_type;
  OperationAction action = OperationAction::unknown;
  std::optional<Payload> payload;
  Boxed<ErrorObject> error;
  std::optional<ContextOptions> context_options;
  std::optional<StepOptions> step_options;
  std::optional<WaitOptions> wait_options;
  std::optional<CallbackOptions> callback_options;
  Boxed<ChainedInvokeOptions> chained_invoke_options;
  friend bool operator==(const OperationUpdate&, const OperationUpdate&) = default;
};

// ---- Operations: what the service has recorded ----

struct ExecutionDetails {
  std::optional<Payload> input_payload;
  friend bool operator==(const ExecutionDetails&, const ExecutionDetails&) = default;
};
struct ContextDetails {
  std::optional<bool> replay_children;
  std::optional<Payload> result;
  Boxed<ErrorObject> error;
  friend bool operator==(const ContextDetails&, const ContextDetails&) = default;
};
struct StepDetails {
  std::optional<std::int64_t>
      attempt;  ///< Attempts that have ended; one more is the attempt to run now.
  std::optional<Timestamp> next_attempt_timestamp;
  std::optional<Payload> result;
  Boxed<ErrorObject> error;
  friend bool operator==(const StepDetails&, const StepDetails&) = default;
};
struct WaitDetails {
  std::optional<Timestamp> scheduled_end_timestamp;
  friend bool operator==(const WaitDetails&, const WaitDetails&) = default;
};
struct CallbackDetails {
  std::optional<std::string> callback_id;
  std::optional<Payload> result;
  Boxed<ErrorObject> error;
  friend bool operator==(const CallbackDetails&, const CallbackDetails&) = default;
};
struct ChainedInvokeDetails {
  std::optional<Payload> result;
  Boxed<ErrorObject> error;
  friend bool operator==(const ChainedInvokeDetails&, const ChainedInvokeDetails&) = default;
};

struct Operation {
  std::string id;
  std::optional<std::string> parent_id;
  std::optional<std::string> name;
  OperationType type = OperationType::unknown;
  std::optional<std::string> sub_type;
  std::optional<Timestamp>
      start_timestamp;  ///< Required by the model, but its absence must not stop a function.
  std::optional<Timestamp> end_timestamp;
  OperationStatus status = OperationStatus::unknown;
  std::optional<ExecutionDetails> execution_details;
  std::optional<ContextDetails> context_details;
  std::optional<StepDetails> step_details;
  std::optional<WaitDetails> wait_details;
  std::optional<CallbackDetails> callback_details;
  std::optional<ChainedInvokeDetails> chained_invoke_details;
  friend bool operator==(const Operation&, const Operation&) = default;
};

// ---- Executions ----

/// One row of a listing.
struct Execution {
  std::string durable_execution_arn;
  std::string durable_execution_name;
  std::string function_arn;
  ExecutionStatus status = ExecutionStatus::unknown;
  Timestamp start_timestamp{};
  std::optional<Timestamp> end_timestamp;
  friend bool operator==(const Execution&, const Execution&) = default;
};

// ---- History events ----

struct EventInput {
  std::optional<Payload> payload;
  std::optional<bool> truncated;
  friend bool operator==(const EventInput&, const EventInput&) = default;
};
struct EventResult {
  std::optional<Payload> payload;
  std::optional<bool> truncated;
  friend bool operator==(const EventResult&, const EventResult&) = default;
};
struct EventError {
  std::optional<ErrorObject> payload;
  std::optional<bool> truncated;
  friend bool operator==(const EventError&, const EventError&) = default;
};
struct RetryDetails {
  std::optional<std::int64_t> current_attempt;
  std::optional<std::int64_t>
      next_attempt_delay_seconds;  ///< Present only where a next attempt was scheduled.
  friend bool operator==(const RetryDetails&, const RetryDetails&) = default;
};

struct ExecutionStartedDetails {
  EventInput input;
  std::int64_t execution_timeout = 0;  ///< Seconds.
  friend bool operator==(const ExecutionStartedDetails&, const ExecutionStartedDetails&) = default;
};
struct ExecutionSucceededDetails {
  EventResult result;
  friend bool operator==(const ExecutionSucceededDetails&,
                         const ExecutionSucceededDetails&) = default;
};
struct ExecutionFailedDetails {
  EventError error;
  friend bool operator==(const ExecutionFailedDetails&, const ExecutionFailedDetails&) = default;
};
struct ExecutionTimedOutDetails {
  std::optional<EventError> error;
  friend bool operator==(const ExecutionTimedOutDetails&,
                         const ExecutionTimedOutDetails&) = default;
};
struct ExecutionStoppedDetails {
  EventError error;
  friend bool operator==(const ExecutionStoppedDetails&, const ExecutionStoppedDetails&) = default;
};
struct ContextStartedDetails {
  friend bool operator==(const ContextStartedDetails&, const ContextStartedDetails&) = default;
};
struct ContextSucceededDetails {
  EventResult result;
  friend bool operator==(const ContextSucceededDetails&, const ContextSucceededDetails&) = default;
};
struct ContextFailedDetails {
  EventError error;
  friend bool operator==(const ContextFailedDetails&, const ContextFailedDetails&) = default;
};
struct WaitStartedDetails {
  std::int64_t duration = 0;  ///< Seconds.
  Timestamp scheduled_end_timestamp{};
  friend bool operator==(const WaitStartedDetails&, const WaitStartedDetails&) = default;
};
struct WaitSucceededDetails {
  std::optional<std::int64_t> duration;  ///< Seconds.
  friend bool operator==(const WaitSucceededDetails&, const WaitSucceededDetails&) = default;
};
struct WaitCancelledDetails {
  std::optional<EventError> error;
  friend bool operator==(const WaitCancelledDetails&, const WaitCancelledDetails&) = default;
};
struct StepStartedDetails {
  friend bool operator==(const StepStartedDetails&, const StepStartedDetails&) = default;
};
struct StepSucceededDetails {
  EventResult result;
  RetryDetails retry_details;
  friend bool operator==(const StepSucceededDetails&, const StepSucceededDetails&) = default;
};
struct StepFailedDetails {
  EventError error;
  RetryDetails retry_details;
  friend bool operator==(const StepFailedDetails&, const StepFailedDetails&) = default;
};
struct ChainedInvokeStartedDetails {
  std::string function_name;
  std::optional<std::string> tenant_id;
  std::optional<EventInput> input;
  std::optional<std::string> executed_version;
  std::optional<std::string> durable_execution_arn;
  friend bool operator==(const ChainedInvokeStartedDetails&,
                         const ChainedInvokeStartedDetails&) = default;
};
struct ChainedInvokeSucceededDetails {
  EventResult result;
  friend bool operator==(const ChainedInvokeSucceededDetails&,
                         const ChainedInvokeSucceededDetails&) = default;
};
struct ChainedInvokeFailedDetails {
  EventError error;
  friend bool operator==(const ChainedInvokeFailedDetails&,
                         const ChainedInvokeFailedDetails&) = default;
};
struct ChainedInvokeTimedOutDetails {
  EventError error;
  friend bool operator==(const ChainedInvokeTimedOutDetails&,
                         const ChainedInvokeTimedOutDetails&) = default;
};
struct ChainedInvokeStoppedDetails {
  EventError error;
  friend bool operator==(const ChainedInvokeStoppedDetails&,
                         const ChainedInvokeStoppedDetails&) = default;
};
struct CallbackStartedDetails {
  std::string callback_id;
  std::optional<std::int64_t> heartbeat_timeout;  ///< Seconds; present when it was set.
  std::optional<std::int64_t> timeout;            ///< Seconds; present when it was set.
  friend bool operator==(const CallbackStartedDetails&, const CallbackStartedDetails&) = default;
};
struct CallbackSucceededDetails {
  EventResult result;
  friend bool operator==(const CallbackSucceededDetails&,
                         const CallbackSucceededDetails&) = default;
};
struct CallbackFailedDetails {
  EventError error;
  friend bool operator==(const CallbackFailedDetails&, const CallbackFailedDetails&) = default;
};
struct CallbackTimedOutDetails {
  EventError error;
  friend bool operator==(const CallbackTimedOutDetails&, const CallbackTimedOutDetails&) = default;
};
struct InvocationCompletedDetails {
  Timestamp start_timestamp{};
  Timestamp end_timestamp{};
  std::string request_id;
  std::optional<EventError> error;
  friend bool operator==(const InvocationCompletedDetails&,
                         const InvocationCompletedDetails&) = default;
};

/// The one details object of an event. In JSON it is the member named as its type
/// (`StepSucceededDetails`). `std::monostate`: absent, or of an event type that this version does
/// not know. Alternative i + 1 belongs to the EventType with value i.
using EventDetails =
    std::variant<std::monostate, ExecutionStartedDetails, ExecutionSucceededDetails,
                 ExecutionFailedDetails, ExecutionTimedOutDetails, ExecutionStoppedDetails,
                 ContextStartedDetails, ContextSucceededDetails, ContextFailedDetails,
                 WaitStartedDetails, WaitSucceededDetails, WaitCancelledDetails, StepStartedDetails,
                 StepSucceededDetails, StepFailedDetails, ChainedInvokeStartedDetails,
                 ChainedInvokeSucceededDetails, ChainedInvokeFailedDetails,
                 ChainedInvokeTimedOutDetails, ChainedInvokeStoppedDetails, CallbackStartedDetails,
                 CallbackSucceededDetails, CallbackFailedDetails, CallbackTimedOutDetails,
                 InvocationCompletedDetails>;

struct Event {
  EventType event_type = EventType::unknown;
  std::optional<std::string> sub_type;
  std::int64_t event_id = 0;  ///< From 1, without gaps.
  std::optional<std::string> id;
  std::optional<std::string> name;
  Timestamp event_timestamp{};
  std::optional<std::string> parent_id;
  EventDetails details;
  friend bool operator==(const Event&, const Event&) = default;
};

// ---- The function's side: the event it is invoked with, and what it answers ----

struct InitialExecutionState {
  std::vector<Operation> operations;
  std::optional<std::string> next_marker;  ///< Absent or empty: there is no further page.
  friend bool operator==(const InitialExecutionState&, const InitialExecutionState&) = default;
};

/// The event of one invocation. Timestamps in its JSON are integer milliseconds, other than
/// everywhere else.
struct InvocationInput {
  std::string durable_execution_arn;
  std::string checkpoint_token;
  InitialExecutionState initial_execution_state;
  std::optional<std::vector<std::string>>
      updated_operation_ids;  ///< Absent means unknown, not none.
  friend bool operator==(const InvocationInput&, const InvocationInput&) = default;
};

struct InvocationOutput {
  InvocationOutputStatus status = InvocationOutputStatus::unknown;
  std::optional<Payload>
      result;  ///< Serialized data; a JSON string on the wire, never nested JSON.
  Boxed<ErrorObject> error;
  friend bool operator==(const InvocationOutput&, const InvocationOutput&) = default;
};

}  // namespace durable::wire
