// SPDX-License-Identifier: Apache-2.0
//
// Functions that executions invoke: plain ones are called, durable ones are executions of their own
// whose end is told to the one that waits.
#include "engine/chained_invoke.h"
#include "json/text.h"
#include "service/core.h"

#include <utility>

namespace durable::service {
namespace {

using InvokeStatus = engine::CompleteChainedInvoke::Status;

/// Lambda hands on whatever bytes a function answers, but this answer becomes a text of the
/// execution's state and history, and those could not be read any more. The error is that of
/// Lambda's own runtimes for what they cannot put into an answer.
engine::CompleteChainedInvoke outcome_of(InvocationOutcome outcome) {
  engine::CompleteChainedInvoke command;
  if (auto* error = std::get_if<InvocationError>(&outcome)) {
    command.status = InvokeStatus::failed;
    command.error = std::move(error->error);
    return command;
  }
  std::string& payload = std::get<InvocationAnswer>(outcome).payload;
  if (!json::detail::is_utf8(payload)) {
    command.status = InvokeStatus::failed;
    command.error.error_type = "Runtime.MarshalError";
    command.error.error_message =
        "Answer of the invoked function: expected UTF-8 text, found other bytes. Encode binary "
        "data, for example as base64.";
    return command;
  }
  command.result = Payload(std::move(payload));
  return command;
}

}  // namespace

engine::CompleteChainedInvoke failure_of(const Error& error) {
  engine::CompleteChainedInvoke outcome;
  outcome.status = InvokeStatus::failed;
  outcome.error = error_object(error);
  return outcome;
}

void Core::start_invoke(LoadedExecution& execution, engine::OperationNumber number) {
  if (closing_) return;  // The next start sees to it.
  const engine::OperationInfo& info = *execution.state.operation(number).info;
  const engine::ChainedInvokeTarget& called = *info.chained_invoke();
  const Origin origin{execution.key, std::string(info.id())};
  Result<FunctionTarget> target = functions_.resolve(called.function_name, std::nullopt);
  if (!target) return complete(origin, failure_of(target.error()));
  if (!target->durable) return call_plain(execution, number, std::move(*target));
  if (!options_.unqualified_invokes && read_function_text(called.function_name).qualifier.empty()) {
    return complete(origin,
                    failure_of({ErrorCode::invalid_parameter,
                                "You cannot invoke a durable function using an unqualified ARN."}));
  }
  StartCall call;
  call.target = std::move(*target);
  call.name = child_name(execution.state.arn(), info.id());
  call.input = called.input;
  call.tenant_id = called.tenant_id;
  call.trace_header = called.x_amzn_trace_id;
  if (!call.trace_header) call.trace_header = execution.attributes.trace_header;
  starts_.push_back({std::move(call), nullptr, origin});
}

void Core::call_plain(LoadedExecution& execution, engine::OperationNumber number,
                      FunctionTarget target) {
  const engine::OperationInfo& info = *execution.state.operation(number).info;
  const engine::ChainedInvokeTarget& called = *info.chained_invoke();
  Invocation invocation;
  invocation.target = std::move(target);
  invocation.request_id = ids_.uuid();
  invocation.payload = called.input ? called.input->str() : "{}";
  invocation.tenant_id = called.tenant_id;
  invocation.trace_header = called.x_amzn_trace_id;
  if (!invocation.trace_header) invocation.trace_header = execution.attributes.trace_header;
  executions_.use(execution);
  ++execution.running_invokes;
  ++running_;
  metrics_.invocations += 1;
  const auto ended = [post = post_, parent = execution.key,
                      id = std::string(info.id())](InvocationOutcome outcome) {
    engine::CompleteChainedInvoke command = outcome_of(std::move(outcome));
    command.operation_id = id;
    post(PlainInvokeEndedMessage{parent, std::move(command)});
  };
  functions_.invoke(std::move(invocation), ended);
}

void Core::on(PlainInvokeEndedMessage message) {
  --running_;
  if (message.command.status != InvokeStatus::succeeded) metrics_.invocation_errors += 1;
  LoadedExecution* parent = executions_.find(message.parent);
  if (parent == nullptr) return;  // Isolated.
  --parent->running_invokes;
  queue(*parent, std::move(message.command), {});
}

/// After a restart: what was started and not told of is started again, which finds a child that is
/// there; what was told of is waited for again.
void Core::resume_invokes(LoadedExecution& execution) {
  const engine::Execution& state = execution.state;
  if (!state.running() || execution.open_invokes == 0) return;
  for (engine::OperationNumber number = 1; number < state.operation_count(); ++number) {
    const engine::OperationState& operation = state.operation(number);
    if (operation.type() != wire::OperationType::chained_invoke || !operation.open()) continue;
    const auto& start = operation.chained_invoke_start;
    if (start == nullptr || !start->durable_execution_arn) {
      start_invoke(execution, number);
      continue;
    }
    const Origin origin{execution.key, std::string(operation.info->id())};
    const Result<store::Summary> child = find(*start->durable_execution_arn);
    if (child) {
      attach_child(origin, *child);
    } else {
      complete(origin, failure_of(child.error()));
    }
  }
}

void Core::report_child(const Origin& origin, std::string version, std::string arn) {
  command_parent(origin, engine::ChainedInvokeStarted{origin.operation_id, std::move(version),
                                                      std::move(arn)});
}

void Core::attach_child(const Origin& origin, const store::Summary& child) {
  if (child.standing.status == wire::ExecutionStatus::running) {
    parents_.insert_or_assign(child.key, origin);
    return;
  }
  const Result<const Views::View*> ended = view(child);
  complete(origin, ended ? engine::chained_outcome((*ended)->state) : failure_of(ended.error()));
}

void Core::complete(const Origin& origin, engine::CompleteChainedInvoke command) {
  command.operation_id = origin.operation_id;
  command_parent(origin, std::move(command));
}

void Core::command_parent(const Origin& origin, engine::Command command) {
  const Result<LoadedExecution*> parent = load(origin.parent);
  if (parent) return queue(**parent, std::move(command), {});
  if (!parent.error().retryable()) return;  // It is gone, and with it who waited.
  stalled_until_ = now_ + commit_retry_delay;
  stalled_commands_.emplace_back(origin, std::move(command));
}

}  // namespace durable::service
