// SPDX-License-Identifier: Apache-2.0
#include "engine/refusal.h"

#include <utility>

namespace durable::engine {

Error refuse(std::string text) { return {ErrorCode::invalid_parameter, std::move(text)}; }

Error misuse(std::string text) { return {ErrorCode::invalid_usage, std::move(text)}; }

Error refuse(std::string_view text, UpdatePlace place) {
  std::string message(text);
  message.append(" (Updates[").append(std::to_string(place.index)).append("]: ");
  message.append(name_of(place.update->type)).append(" ");
  message.append(name_of(place.update->action));
  message.append(", Id \"").append(place.update->id).append("\"");
  if (place.update->name) message.append(", Name \"").append(*place.update->name).append("\"");
  message.append(")");
  return refuse(std::move(message));
}

std::string too_large(std::string_view what, std::uint64_t limit, std::uint64_t found) {
  std::string text(what);
  text.append(" must be less than or equal to ").append(std::to_string(limit));
  text.append(" bytes. Found ").append(std::to_string(found)).append(" bytes.");
  return text;
}

std::string_view name_of(wire::OperationType type) noexcept {
  switch (type) {
    case wire::OperationType::execution:
      return "EXECUTION";
    case wire::OperationType::context:
      return "CONTEXT";
    case wire::OperationType::step:
      return "STEP";
    case wire::OperationType::wait:
      return "WAIT";
    case wire::OperationType::callback:
      return "CALLBACK";
    case wire::OperationType::chained_invoke:
      return "CHAINED_INVOKE";
    case wire::OperationType::unknown:
      break;
  }
  return "unknown type";
}

std::string_view name_of(wire::OperationAction action) noexcept {
  switch (action) {
    case wire::OperationAction::start:
      return "START";
    case wire::OperationAction::succeed:
      return "SUCCEED";
    case wire::OperationAction::fail:
      return "FAIL";
    case wire::OperationAction::retry:
      return "RETRY";
    case wire::OperationAction::cancel:
      return "CANCEL";
    case wire::OperationAction::unknown:
      break;
  }
  return "unknown action";
}

std::string_view name_of(wire::OperationStatus status) noexcept {
  switch (status) {
    case wire::OperationStatus::started:
      return "STARTED";
    case wire::OperationStatus::pending:
      return "PENDING";
    case wire::OperationStatus::ready:
      return "READY";
    case wire::OperationStatus::succeeded:
      return "SUCCEEDED";
    case wire::OperationStatus::failed:
      return "FAILED";
    case wire::OperationStatus::cancelled:
      return "CANCELLED";
    case wire::OperationStatus::timed_out:
      return "TIMED_OUT";
    case wire::OperationStatus::stopped:
      return "STOPPED";
    case wire::OperationStatus::unknown:
      break;
  }
  return "unknown status";
}

std::string_view name_of(wire::ExecutionStatus status) noexcept {
  switch (status) {
    case wire::ExecutionStatus::running:
      return "RUNNING";
    case wire::ExecutionStatus::succeeded:
      return "SUCCEEDED";
    case wire::ExecutionStatus::failed:
      return "FAILED";
    case wire::ExecutionStatus::timed_out:
      return "TIMED_OUT";
    case wire::ExecutionStatus::stopped:
      return "STOPPED";
    case wire::ExecutionStatus::unknown:
      break;
  }
  return "unknown status";
}

}  // namespace durable::engine
