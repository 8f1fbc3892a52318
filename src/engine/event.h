// SPDX-License-Identifier: Apache-2.0
//
// What has happened to an execution: the only truth about it. An event log can hold very many of
// them, so they are compact: whatever is large or rare stands behind a shared pointer, whose owners
// are the event and the state that it led to.
#pragma once

#include "engine/chunked_vector.h"
#include "engine/command.h"
#include "engine/operation.h"

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace durable::engine {

/// What the start of an execution fixes for ever.
struct ExecutionInfo {
  std::string arn;
  std::string name;
  std::string function_arn;
  std::string version;
  std::optional<Payload> input;
  Duration execution_timeout{};
  StartedBy started_by = StartedBy::request_response;
  std::uint64_t token_secret = 0;
  std::uint64_t arn_tag = 0;  ///< `make_arn_tag(arn)`, since every token needs it.
  Settings settings;
  friend bool operator==(const ExecutionInfo&, const ExecutionInfo&) = default;
};

/// How an invocation ended, as far as it matters afterwards.
enum class InvocationOutcome : std::uint8_t {
  answered,   ///< The function's answer closes the execution, or came after its close.
  suspended,  ///< PENDING.
  failed,     ///< No answer: a crash, a time-out, an error thrown to the runtime.
  lost        ///< No answer, since the host itself was interrupted: no failure of the function's.
};

/// One invocation that is over.
struct InvocationRecord {
  std::string request_id;
  Timestamp started_at{};
  InvocationOutcome outcome = InvocationOutcome::answered;
  SharedError error;           ///< With `failed` and `lost`.
  Timestamp retry_at = never;  ///< With `failed` and `lost`: when it is repeated.
  friend bool operator==(const InvocationRecord& a, const InvocationRecord& b);
};

namespace fact {

// ---- Of the execution ----
struct ExecutionStarted {
  std::shared_ptr<const ExecutionInfo> info;  // owners: this event, and the execution
};
struct ExecutionSucceeded {
  std::optional<Payload> result;
};
/// FAILED, TIMED_OUT or STOPPED.
struct ExecutionFailed {
  SharedError error;
  wire::ExecutionStatus status = wire::ExecutionStatus::failed;
};
struct InvocationStarted {
  std::string request_id;
};
struct InvocationCompleted {
  std::shared_ptr<const InvocationRecord> record;  // owners: copies of this event
};
/// A checkpoint's updates, all before this event, are accepted; its token is used up.
struct CheckpointAccepted {
  std::uint64_t client_token_hash = 0;  ///< 0: it had none.
};

// ---- Of one operation ----
struct OperationStarted {
  std::shared_ptr<const OperationInfo> info;  // owners: this event, and the operation's state
};
/// A STEP whose retry was due begins its next attempt.
struct StepRestarted {};
/// An attempt of a STEP failed and another is scheduled.
struct StepRetried {
  SharedError error;
  std::uint32_t attempt = 0;
  std::uint32_t delay_s = 0;
};
/// A condition is not met yet and another poll is scheduled.
struct ConditionPolled {
  std::optional<Payload> state;
  std::uint32_t attempt = 0;
  std::uint32_t delay_s = 0;
};
/// The delay before a STEP's next attempt has passed.
struct StepReady {};
struct OperationSucceeded {
  std::optional<Payload> result;
  std::uint32_t attempt = 0;     ///< STEP.
  bool replay_children = false;  ///< CONTEXT.
};
/// FAILED, TIMED_OUT, STOPPED or CANCELLED.
struct OperationFailed {
  SharedError error;
  std::uint32_t attempt = 0;  ///< STEP.
  wire::OperationStatus status = wire::OperationStatus::failed;
};
struct CallbackHeartbeat {};
struct ChainedInvokeReported {
  std::shared_ptr<const ChainedInvokeStart> start;  // owners: this event, and the operation's state
};

}  // namespace fact

using Fact =
    std::variant<fact::ExecutionStarted, fact::ExecutionSucceeded, fact::ExecutionFailed,
                 fact::InvocationStarted, fact::InvocationCompleted, fact::CheckpointAccepted,
                 fact::OperationStarted, fact::StepRestarted, fact::StepRetried,
                 fact::ConditionPolled, fact::StepReady, fact::OperationSucceeded,
                 fact::OperationFailed, fact::CallbackHeartbeat, fact::ChainedInvokeReported>;

struct Event {
  Event() = default;
  /// Makes the fact in place: moving a variant costs a dispatch.
  template <class T>
  Event(Timestamp event_at, std::uint32_t event_history_id, OperationNumber event_operation,
        T event_fact)
      : at(event_at),
        history_id(event_history_id),
        operation(event_operation),
        fact(std::in_place_type<T>, std::move(event_fact)) {}

  Timestamp at{};
  /// The EventId of the last history event up to this one, itself included: EventIds are 1, 2, 3...
  /// over the events for which `in_history` holds.
  std::uint32_t history_id = 0;
  OperationNumber operation = 0;  ///< Which operation; 0 for facts of the execution.
  Fact fact;
};
static_assert(sizeof(Event) <= 56, "an event log holds very many of these");

/// Whether the service's history shows facts of this type.
template <class T>
inline constexpr bool in_history_v =
    !std::is_same_v<T, fact::InvocationStarted> && !std::is_same_v<T, fact::CheckpointAccepted> &&
    !std::is_same_v<T, fact::StepReady> && !std::is_same_v<T, fact::CallbackHeartbeat> &&
    !std::is_same_v<T, fact::ChainedInvokeReported>;

/// Calls `visitor` with the fact that `fact` holds. As `std::visit`, but as a switch that a
/// compiler can see through: every event passes here several times.
template <class Visitor>
void visit_fact(Visitor&& visitor, const Fact& fact) {
  [&]<std::size_t... index>(std::index_sequence<index...>) {
    static_cast<void>(
        ((fact.index() == index && (visitor(*std::get_if<index>(&fact)), true)) || ...));
  }
  (std::make_index_sequence<std::variant_size_v<Fact>>());
}

/// Whether the service's history shows this fact.
[[nodiscard]] inline bool in_history(const Fact& fact) noexcept {
  return std::visit([]<class T>(const T&) { return in_history_v<T>; }, fact);
}

/// All events of one execution, oldest first, kept by the host.
using EventLog = ChunkedVector<Event>;

}  // namespace durable::engine
