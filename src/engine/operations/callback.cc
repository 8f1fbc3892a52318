// SPDX-License-Identifier: Apache-2.0
#include "engine/operations/operations.h"
#include "engine/token.h"
#include "engine/validate.h"

namespace durable::engine {
namespace {

/// The callback that an id names and that still waits.
Result<OperationNumber> find_open(Draft& draft, std::string_view callback_id) {
  const Result<CallbackAddress> address = read_callback_id(callback_id);
  if (!address) return address.error();
  // One text for all of them, as the service answers: it does not tell who asks which ids exist.
  const Error closed{ErrorCode::callback_closed,
                     "The callback is either timed out or already completed"};
  if (!draft.running() || !is_own(*address, draft.execution().info())) return closed;
  const auto number = draft.find(address->operation_id, hash_id(address->operation_id));
  if (!number) return closed;
  const OperationState& state = draft.operation(*number);
  if (state.type() != wire::OperationType::callback || !state.open()) return closed;
  return *number;
}

Result<std::uint32_t> timeout(Draft& draft, const AllowedUpdate& allowed, std::string_view what,
                              std::optional<std::int64_t> seconds) {
  return check_seconds(what, seconds.value_or(0), 0, draft.limits().callback_timeout_max_s,
                       allowed.place);
}

}  // namespace

Result<OperationNumber> update_callback(Draft& draft, const AllowedUpdate& allowed) {
  OperationInfo::Parts parts = allowed.parts();
  if (const auto& options = allowed.update().callback_options) {
    const auto total =
        timeout(draft, allowed, "callbackOptions.timeoutSeconds", options->timeout_seconds);
    if (!total) return total.error();
    const auto heartbeat = timeout(draft, allowed, "callbackOptions.heartbeatTimeoutSeconds",
                                   options->heartbeat_timeout_seconds);
    if (!heartbeat) return heartbeat.error();
    parts.timeout_s = *total;
    parts.heartbeat_timeout_s = *heartbeat;
  }
  return draft.start(OperationInfo::make(std::move(parts)));
}

Result<void> complete_callback(Draft& draft, const CompleteCallback& command) {
  const Result<OperationNumber> number = find_open(draft, command.callback_id);
  if (!number) return number.error();
  if (const auto* success = std::get_if<CallbackSuccess>(&command.outcome)) {
    const std::uint64_t limit = draft.limits().payload_bytes_max;
    if (success->result && success->result->size() > limit) {
      return refuse(too_large("CALLBACK output payload size", limit, success->result->size()));
    }
    draft.record(*number, fact::OperationSucceeded{success->result, 0, false});
  } else {
    const auto& error = std::get<CallbackFailure>(command.outcome).error;
    if (auto checked = check_error_size(draft.limits(), error); !checked) return checked;
    draft.record(*number, fact::OperationFailed{std::make_shared<const wire::ErrorObject>(error), 0,
                                                wire::OperationStatus::failed});
  }
  return {};
}

Result<void> heartbeat_callback(Draft& draft, const HeartbeatCallback& command) {
  const Result<OperationNumber> number = find_open(draft, command.callback_id);
  if (!number) return number.error();
  if (draft.operation(*number).info->heartbeat_timeout_s() == 0) return {};
  draft.record(*number, fact::CallbackHeartbeat{});
  return {};
}

void fire_callback(Draft& draft, const Timer& timer) {
  auto error = std::make_shared<wire::ErrorObject>();
  error->error_message = timer.heartbeat ? "Callback timed out on heartbeat" : "Callback timed out";
  error->error_type = timer.heartbeat ? "Callback.Heartbeat" : "Callback.Timeout";
  draft.record(timer.operation,
               fact::OperationFailed{std::move(error), 0, wire::OperationStatus::timed_out});
}

}  // namespace durable::engine
