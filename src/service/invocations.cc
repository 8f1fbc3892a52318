// SPDX-License-Identifier: Apache-2.0
//
// Invocations of durable functions: what they are given, and what their answers mean.
#include "engine/view.h"
#include "service/core.h"

#include <durable/wire/json.h>

#include <utility>

namespace durable::service {
namespace {

/// What the service says of an answer that is no InvocationOutput is the engine's: an output whose
/// status is not known.
decltype(engine::EndInvocation::outcome) read_outcome(InvocationOutcome outcome) {
  if (auto* error = std::get_if<InvocationError>(&outcome)) return std::move(error->error);
  Result<wire::InvocationOutput> output =
      wire::decode<wire::InvocationOutput>(std::get<InvocationAnswer>(outcome).payload);
  if (!output) return wire::InvocationOutput{};
  return std::move(*output);
}

}  // namespace

wire::ErrorObject error_object(const Error& error) {
  wire::ErrorObject object;
  object.error_type = std::string(error_info(error.code).name);
  object.error_message = error.message;
  return object;
}

void Core::invoke(LoadedExecution& execution) {
  const engine::Execution& state = execution.state;
  const std::string request_id(state.request_id());
  metrics_.invocations += 1;
  const auto end = [&](auto outcome) {
    metrics_.invocation_errors += 1;
    queue(execution, engine::EndInvocation{request_id, std::move(outcome)}, {});
  };
  Result<FunctionTarget> target = functions_.resolve(state.info().function_arn, std::nullopt);
  if (!target) return end(error_object(target.error()));
  Result<std::string> payload = wire::encode(engine::invocation_input(state));
  if (!payload) {
    // No retry makes it readable.
    wire::InvocationOutput failed;
    failed.status = wire::InvocationOutputStatus::failed;
    failed.error = error_object(payload.error());
    return end(std::move(failed));
  }

  Invocation invocation;
  invocation.target = std::move(*target);
  invocation.request_id = request_id;
  invocation.payload = std::move(*payload);
  invocation.durable_execution_arn = state.info().arn;
  invocation.tenant_id = execution.attributes.tenant_id;
  invocation.trace_header = execution.attributes.trace_header;
  ++running_;
  const store::ExecutionKey key = execution.key;
  functions_.invoke(
      std::move(invocation), [post = post_, key, request_id](InvocationOutcome outcome) {
        post(InvocationEndedMessage{key, {request_id, read_outcome(std::move(outcome))}});
      });
}

void Core::on(InvocationEndedMessage message) {
  --running_;
  if (std::holds_alternative<wire::ErrorObject>(message.command.outcome)) {
    metrics_.invocation_errors += 1;
  }
  // Not in memory only when it was isolated: then nothing can be kept of it.
  LoadedExecution* execution = executions_.find(message.key);
  if (execution != nullptr) queue(*execution, std::move(message.command), {});
}

/// What ran it has ended with the process that this one succeeds, or nobody listens to it. The
/// error is Lambda's for a sandbox that was lost.
void Core::end_lost_invocation(LoadedExecution& execution) {
  if (!execution.state.invocation_runs()) return;
  const std::string request_id(execution.state.request_id());
  wire::ErrorObject error;
  error.error_type = "Runtime.ExitError";
  error.error_message =
      "RequestId: " + request_id + " Error: Runtime exited without providing a reason";
  metrics_.invocation_errors += 1;
  queue(execution, engine::EndInvocation{request_id, engine::InvocationLost{std::move(error)}}, {});
}

}  // namespace durable::service
