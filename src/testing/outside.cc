// SPDX-License-Identifier: Apache-2.0
//
// What the world does for an execution: the parts of scripts, and the functions that it invokes.
#include "engine/chained_invoke.h"
#include "engine/token.h"
#include "sdk/error_object.h"
#include "testing/local_host.h"
#include "testing/operation_names.h"

#include <durable/wire/names.h>

#include <utility>

namespace durable {
namespace {

using InvokeStatus = engine::CompleteChainedInvoke::Status;

engine::CompleteChainedInvoke failure(wire::ErrorObject error) {
  engine::CompleteChainedInvoke outcome;
  outcome.status = InvokeStatus::failed;
  outcome.error = std::move(error);
  return outcome;
}

engine::CompleteChainedInvoke failure(const Error& error) {
  wire::ErrorObject object;
  object.error_type = std::string(error_info(error.code).name);
  object.error_message = error.message;
  return failure(std::move(object));
}

}  // namespace

void LocalHost::play(const DueQueue::Entry& entry) {
  const detail::Script& script = *entry.script;
  const engine::Execution& state = entry.execution->state;
  const auto& action = script.parts[entry.part].action;
  if (const auto* outcome = std::get_if<engine::CompleteChainedInvoke>(&action)) {
    return complete_invoke(entry.execution, entry.operation, *outcome);
  }
  if (const auto* function = std::get_if<detail::InvokeFunction>(&action)) {
    return call_plain(entry.execution, entry.operation, *function);
  }
  const std::string id =
      engine::make_callback_id(state.info(), state.operation(entry.operation).info->id());
  Result<void> done;
  if (const auto* success = std::get_if<engine::CallbackSuccess>(&action)) {
    done = deliver(entry.execution, engine::CompleteCallback{id, *success});
  } else if (const auto* failed = std::get_if<engine::CallbackFailure>(&action)) {
    done = deliver(entry.execution, engine::CompleteCallback{id, *failed});
  } else {
    done = deliver(entry.execution, engine::HeartbeatCallback{id});
  }
  // One that comes too late is no mistake of the test: outside, too, nobody knows in time.
  if (!done && done.error().code != ErrorCode::callback_closed) {
    throw std::invalid_argument("runner." + script.text() + ": " + done.error().message);
  }
  if (const std::size_t next = entry.part + 1; next < script.parts.size()) {
    push({.at = entry.at + script.parts[next].delay,
          .execution = entry.execution,
          .script = entry.script,
          .part = next,
          .operation = entry.operation,
          .kind = DueQueue::Kind::script_part});
  }
}

void LocalHost::start_invoke(const DueQueue::Entry& entry) {
  const ExecutionPtr& caller = entry.execution;
  if (detail::Script* script = scripts_.take(caller->state, entry.operation)) {
    if (script->parts.empty()) return;
    return push({.at = entry.at + script->parts.front().delay,
                 .execution = caller,
                 .script = script,
                 .operation = entry.operation,
                 .kind = DueQueue::Kind::script_part});
  }
  const engine::ChainedInvokeTarget& target =
      *caller->state.operation(entry.operation).info->chained_invoke();
  const Result<const LocalFunction*> function = functions_.find(target.function_name);
  if (!function) {
    complete_invoke(caller, entry.operation, failure(function.error()));
  } else if ((*function)->handler) {
    start_child(caller, entry.operation, **function);
  } else {
    call_plain(caller, entry.operation, (*function)->plain);
  }
}

void LocalHost::start_child(const ExecutionPtr& caller, engine::OperationNumber number,
                            const LocalFunction& function) {
  const ExecutionPtr held_root = caller->root.lock();
  const ExecutionPtr& root = held_root != nullptr ? held_root : caller;
  if (root->invoked_executions >= options_.invoked_executions_max) {
    root->given_up = "it is endless: its functions have invoked each other " +
                     std::to_string(root->invoked_executions) +
                     " times (LocalRunnerOptions::invoked_executions_max) and want another";
    return;
  }
  ++root->invoked_executions;

  const engine::OperationInfo& info = *caller->state.operation(number).info;
  const std::string& name = info.chained_invoke()->function_name;
  // The same invoke starts the same execution, whatever happened before.
  const std::string origin = std::string(caller->state.arn()) + "/" + std::string(info.id());
  Start start{&function,
              version_of(FunctionReference(name).qualifier),
              "",
              info.chained_invoke()->input,
              function.execution_timeout,
              Random(engine::make_arn_tag(origin))};
  const std::string version = start.version;
  const ExecutionPtr child = begin(std::move(start));
  child->caller = caller;
  child->caller_operation = number;
  child->root = root;
  keep(child);
  const Result<void> reported =
      deliver(caller, engine::ChainedInvokeStarted{std::string(info.id()), version,
                                                   std::string(child->state.arn())});
  if (!reported) child->caller_operation = 0;  // The caller has ended: nobody waits for it.
}

void LocalHost::call_plain(const ExecutionPtr& caller, engine::OperationNumber number,
                           const detail::InvokeFunction& function) {
  const engine::ChainedInvokeTarget& target =
      *caller->state.operation(number).info->chained_invoke();
  const InvokeRequest request{target.function_name, target.tenant_id, target.input,
                              operation_path(caller->state, number),
                              std::string(caller->state.arn())};
  engine::CompleteChainedInvoke outcome;
  try {
    const RunningGuard guard(*this, {});
    outcome.result = function(request);
  } catch (...) {
    outcome = failure(detail::describe_error(std::current_exception(), nullptr));
  }
  complete_invoke(caller, number, std::move(outcome));
}

void LocalHost::complete_invoke(const ExecutionPtr& caller, engine::OperationNumber number,
                                engine::CompleteChainedInvoke outcome) {
  const engine::Execution& state = caller->state;
  if (!state.running() || !state.operation(number).open()) return;
  outcome.operation_id = std::string(state.operation(number).info->id());
  const Result<void> done = deliver(caller, outcome);
  // What is refused comes too late: the caller has timed out at this moment.
  if (!done && state.running() && state.operation(number).open()) {
    throw std::logic_error("the local runner broke the engine's protocol: " + done.error().message);
  }
}

void LocalHost::return_to_caller(const LocalExecution& execution) {
  const ExecutionPtr caller = execution.caller.lock();
  if (caller == nullptr || execution.caller_operation == 0) return;
  complete_invoke(caller, execution.caller_operation, engine::chained_outcome(execution.state));
}

}  // namespace durable
