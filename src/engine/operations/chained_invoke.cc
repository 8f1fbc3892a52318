// SPDX-License-Identifier: Apache-2.0
#include "engine/operations/operations.h"
#include "engine/validate.h"

namespace durable::engine {
namespace {

Result<void> check_target(const Limits& limits, const AllowedUpdate& allowed) {
  const wire::ChainedInvokeOptions& options = *allowed.update().chained_invoke_options;
  auto checked = check_text(limits, "chainedInvokeOptions.functionName", options.function_name,
                            limits.function_name_size_max, Charset::function);
  if (checked && options.tenant_id) {
    checked = check_text(limits, "chainedInvokeOptions.tenantId", *options.tenant_id,
                         limits.tenant_id_size_max, Charset::tenant);
  }
  if (checked) return checked;
  return refuse(checked.error().message, allowed.place);
}

/// The chained invoke with this id that still runs.
Result<OperationNumber> find_open(Draft& draft, std::string_view id) {
  const auto number = draft.find(id, hash_id(id));
  const std::string quoted = "the operation with Id \"" + std::string(id) + "\"";
  if (!number) return misuse(quoted + " does not exist; expected a CHAINED_INVOKE.");
  const OperationState& state = draft.operation(*number);
  if (state.type() != wire::OperationType::chained_invoke) {
    return misuse(quoted + " is a " + std::string(wire::to_string(state.type())) +
                  "; expected a CHAINED_INVOKE.");
  }
  if (!draft.running() || !state.open()) {
    return misuse(quoted + " no longer waits: it is " + std::string(wire::to_string(state.status)) +
                  " in an execution that is " +
                  std::string(wire::to_string(draft.progress().status)) + ". Drop the outcome.");
  }
  return *number;
}

wire::OperationStatus status_of(CompleteChainedInvoke::Status status) {
  switch (status) {
    case CompleteChainedInvoke::Status::succeeded:
      return wire::OperationStatus::succeeded;
    case CompleteChainedInvoke::Status::failed:
      return wire::OperationStatus::failed;
    case CompleteChainedInvoke::Status::timed_out:
      return wire::OperationStatus::timed_out;
    case CompleteChainedInvoke::Status::stopped:
      break;
  }
  return wire::OperationStatus::stopped;
}

/// A result or error that does not fit is the target's failure, which the function can handle, and
/// not the host's: our choice.
SharedError too_large_outcome(const Limits& limits, const CompleteChainedInvoke& command) {
  std::string message;
  if (command.status == CompleteChainedInvoke::Status::succeeded) {
    const std::uint64_t size = command.result ? command.result->size() : 0;
    if (size <= limits.payload_bytes_max) return nullptr;
    message = too_large("CHAINED_INVOKE output payload size", limits.payload_bytes_max, size);
  } else {
    const Result<void> checked = check_error_size(limits, command.error);
    if (checked) return nullptr;
    message = checked.error().message;
  }
  auto error = std::make_shared<wire::ErrorObject>();
  error->error_type = "InvalidParameterValueException";
  error->error_message = std::move(message);
  return error;
}

}  // namespace

Result<OperationNumber> update_chained_invoke(Draft& draft, const AllowedUpdate& allowed) {
  const wire::OperationUpdate& update = allowed.update();
  if (update.action == wire::OperationAction::cancel) {
    draft.record(*allowed.number,
                 fact::OperationFailed{share(update.error), 0, wire::OperationStatus::cancelled});
    return *allowed.number;
  }
  if (!update.chained_invoke_options) {
    return refuse("Update for CHAINED_INVOKE operation requires ChainedInvokeOptions.",
                  allowed.place);
  }
  if (auto checked = check_target(draft.limits(), allowed); !checked) return checked.error();
  const wire::ChainedInvokeOptions& options = *update.chained_invoke_options;
  OperationInfo::Parts parts = allowed.parts();
  parts.chained_invoke = std::make_unique<const ChainedInvokeTarget>(ChainedInvokeTarget{
      options.function_name, options.tenant_id, options.x_amzn_trace_id, update.payload});
  return draft.start(OperationInfo::make(std::move(parts)));
}

Result<void> report_chained_invoke(Draft& draft, const ChainedInvokeStarted& command) {
  const Result<OperationNumber> number = find_open(draft, command.operation_id);
  if (!number) return number.error();
  if (draft.operation(*number).chained_invoke_start != nullptr) {
    return misuse("the start of the CHAINED_INVOKE with Id \"" + command.operation_id +
                  "\" was reported before; expected its completion.");
  }
  auto start = std::make_shared<const ChainedInvokeStart>(
      ChainedInvokeStart{command.executed_version, command.durable_execution_arn});
  draft.record(*number, fact::ChainedInvokeReported{std::move(start)});
  return {};
}

Result<void> complete_chained_invoke(Draft& draft, const CompleteChainedInvoke& command) {
  const Result<OperationNumber> number = find_open(draft, command.operation_id);
  if (!number) return number.error();
  if (SharedError error = too_large_outcome(draft.limits(), command)) {
    draft.record(*number,
                 fact::OperationFailed{std::move(error), 0, wire::OperationStatus::failed});
  } else if (command.status == CompleteChainedInvoke::Status::succeeded) {
    draft.record(*number, fact::OperationSucceeded{command.result, 0, false});
  } else {
    draft.record(*number,
                 fact::OperationFailed{std::make_shared<const wire::ErrorObject>(command.error), 0,
                                       status_of(command.status)});
  }
  return {};
}

}  // namespace durable::engine
