// SPDX-License-Identifier: Apache-2.0
#include "sim/workload.h"

#include "engine/token.h"

#include <algorithm>
#include <array>
#include <utility>

namespace durable::sim {

using engine::Execution;
using engine::OperationNumber;
using engine::OperationState;
using wire::OperationAction;
using wire::OperationStatus;
using wire::OperationType;
using wire::OperationUpdate;

Payload Workload::payload() { return Payload(std::string(random_.below(200), 'p')); }

wire::ErrorObject Workload::error() {
  wire::ErrorObject error;
  if (chance(90)) error.error_type = "Error" + std::to_string(random_.below(5));
  if (chance(80)) error.error_message = std::string(random_.below(60), 'e');
  return error;
}

engine::StartExecution Workload::start() {
  engine::StartExecution start;
  start.arn = "arn:aws:lambda:eu-west-1:123456789012:function:sim:1/durable-execution/sim/x" +
              std::to_string(random_.below(1000));
  start.name = "sim";
  start.function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:sim:1";
  start.version = "1";
  if (chance(80)) start.input = payload();
  start.execution_timeout = std::chrono::seconds{60 + random_.below(chance(50) ? 400 : 100'000)};
  start.token_secret = random_.next();
  engine::Limits& limits = start.settings.limits;
  if (chance(30)) limits.operations_max = static_cast<std::uint32_t>(5 + random_.below(60));
  if (chance(40)) limits.state_page_bytes_max = 1'500 + random_.below(20'000);
  start.settings.invocation_retry.attempts_max = static_cast<std::uint32_t>(1 + random_.below(6));
  return start;
}

Duration Workload::step_time(const Execution& execution, Timestamp now) {
  if (chance(70)) return Duration{static_cast<std::int64_t>(random_.below(50))};
  // Mostly to the next timer: the execution's own end would be the end of everything.
  std::optional<Timestamp> target = execution.next_timer();
  if (!execution.invocation_runs() && execution.invocation_wanted_at()) {
    target = execution.invocation_wanted_at();
  }
  if (chance(2)) target = execution.next_deadline();
  if (!target || *target <= now) return Duration{1};
  const Duration gap = *target - now;
  // To just before, exactly at, or some way past what is due.
  if (chance(30)) return gap - Duration{1};
  if (chance(60)) return gap;
  return gap + Duration{static_cast<std::int64_t>(random_.below(20'000))};
}

engine::Command Workload::next(const Execution& execution, const std::string& token,
                               Timestamp now) {
  if (chance(1) && chance(20)) return engine::Stop{error()};
  if (chance(8)) return engine::Tick{};
  if (!execution.running() && !sent_.empty() && chance(20)) return sent_.back();
  if (chance(12)) return from_outside(execution);
  if (execution.invocation_runs()) {
    if (chance(3)) return engine::StartInvocation{"nonsense"};
    return chance(80) ? checkpoint(execution, token) : end_invocation(execution);
  }
  const auto wanted = execution.invocation_wanted_at();
  if (wanted && (*wanted <= now || chance(10))) {
    return engine::StartInvocation{"request-" + std::to_string(random_.below(1'000'000))};
  }
  return idle(execution);
}

engine::Command Workload::idle(const Execution& execution) {
  if (chance(5) && !sent_.empty()) return sent_.back();  // A function that does not know its end.
  if (chance(2)) return engine::StartInvocation{"unwanted"};
  return chance(40) ? from_outside(execution) : engine::Command(engine::Tick{});
}

OperationNumber Workload::any_operation(const Execution& execution) {
  const std::uint64_t count = execution.operation_count();
  // Mostly a recent one: old ones are over.
  const std::uint64_t window = chance(80) ? std::min<std::uint64_t>(count, 12) : count;
  return static_cast<OperationNumber>(count - 1 - random_.below(window));
}

engine::Command Workload::from_outside(const Execution& execution) {
  const OperationNumber number = any_operation(execution);
  const OperationState& state = execution.operation(number);
  const std::string id(state.info->id());
  if (state.type() == OperationType::chained_invoke) {
    if (chance(40)) return engine::ChainedInvokeStarted{id, "3", std::nullopt};
    const auto status = static_cast<engine::CompleteChainedInvoke::Status>(random_.below(4));
    return engine::CompleteChainedInvoke{id, status, payload(), error()};
  }
  if (state.type() != OperationType::callback && chance(90)) return engine::Tick{};
  const std::string callback_id = engine::make_callback_id(execution.info(), id);
  if (chance(40)) return engine::HeartbeatCallback{callback_id};
  if (chance(60)) {
    return engine::CompleteCallback{callback_id, engine::CallbackSuccess{payload()}};
  }
  return engine::CompleteCallback{callback_id, engine::CallbackFailure{error()}};
}

engine::Command Workload::checkpoint(const Execution& execution, const std::string& token) {
  if (!sent_.empty() && chance(6)) return sent_.back();  // Repeated, or with a used token.
  engine::Checkpoint command;
  command.token = token;
  if (chance(50)) command.client_token = "c" + std::to_string(random_.next());
  const std::uint64_t count = chance(10) ? random_.below(30) : random_.below(5);
  for (std::uint64_t i = 0; i < count; ++i) add_update(execution, command.updates);
  if (chance(1)) {
    OperationUpdate update;
    update.id = "execution-result-" + std::to_string(random_.below(100));
    update.type = OperationType::execution;
    update.action = chance(50) ? OperationAction::succeed : OperationAction::fail;
    if (update.action == OperationAction::succeed) update.payload = payload();
    command.updates.push_back(std::move(update));
  }
  sent_ = {command};
  return command;
}

engine::Command Workload::end_invocation(const Execution& execution) {
  engine::EndInvocation command;
  command.request_id = std::string(execution.request_id());
  if (chance(3)) command.request_id = "nonsense";
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::pending;
  const bool open = execution.progress().open_operations > 0;
  if (chance(8)) {
    command.outcome = error();
    return command;
  }
  // Ends for good are rare, or no execution would live long enough to become interesting.
  if (chance(open ? 1 : 4)) {
    output.status =
        chance(70) ? wire::InvocationOutputStatus::succeeded : wire::InvocationOutputStatus::failed;
    if (output.status == wire::InvocationOutputStatus::succeeded) output.result = payload();
    if (output.status == wire::InvocationOutputStatus::failed) output.error = error();
  } else if (!open && chance(97)) {
    return engine::Tick{};  // Answering PENDING now would end it; mostly it goes on instead.
  }
  command.outcome = std::move(output);
  return command;
}

void Workload::add_update(const Execution& execution, std::vector<OperationUpdate>& updates) {
  OperationUpdate update =
      chance(50) ? update_of(execution, any_operation(execution)) : new_operation(execution);
  if (chance(3)) spoil(update);
  const auto named = [&](const OperationUpdate& other) { return other.id == update.id; };
  if (std::any_of(updates.begin(), updates.end(), named) && chance(95)) return;
  const bool follows =
      update.action == OperationAction::start &&
      (update.type == OperationType::step || update.type == OperationType::context);
  updates.push_back(update);
  if (!follows || !chance(60)) return;
  // A START and what ends it, in one batch.
  update.action = chance(75) ? OperationAction::succeed : OperationAction::fail;
  if (update.type == OperationType::step && chance(40)) update.action = OperationAction::retry;
  if (update.action == OperationAction::succeed) update.payload = payload();
  if (update.action == OperationAction::fail) update.error = error();
  if (update.action == OperationAction::retry) {
    update.step_options = wire::StepOptions{static_cast<std::int64_t>(1 + random_.below(20))};
    if (chance(40)) update.payload = payload();
    if (!update.payload) update.error = error();
  }
  updates.push_back(std::move(update));
}

OperationUpdate Workload::new_operation(const Execution& execution) {
  static constexpr std::array types{OperationType::step,     OperationType::step,
                                    OperationType::context,  OperationType::wait,
                                    OperationType::callback, OperationType::chained_invoke};
  OperationUpdate update;
  update.id = "op-" + std::to_string(next_id_++);
  update.type = types.at(random_.below(types.size()));
  update.action = OperationAction::start;
  if (chance(50)) update.name = "name-" + std::to_string(random_.below(9));
  if (chance(90)) update.sub_type = "Sim";
  OperationNumber parent = any_operation(execution);
  if (chance(50)) parent = last_context_;
  if (parent < execution.operation_count() &&
      execution.operation(parent).type() == OperationType::context && chance(80)) {
    update.parent_id = std::string(execution.operation(parent).info->id());
  }
  if (update.type == OperationType::context) last_context_ = execution.operation_count();
  const auto seconds = [&](std::uint64_t bound) {
    return static_cast<std::int64_t>(random_.below(bound));
  };
  if (update.type == OperationType::wait) update.wait_options = wire::WaitOptions{1 + seconds(60)};
  if (update.type == OperationType::callback && chance(80)) {
    update.callback_options =
        wire::CallbackOptions{chance(50) ? seconds(90) : 0, chance(60) ? seconds(40) : 0};
  }
  if (update.type == OperationType::chained_invoke) {
    wire::ChainedInvokeOptions options;
    options.function_name = "target:1";
    update.chained_invoke_options = std::move(options);
    if (chance(80)) update.payload = payload();
  }
  return update;
}

OperationUpdate Workload::update_of(const Execution& execution, OperationNumber number) {
  const OperationState& state = execution.operation(number);
  OperationUpdate update;
  update.id = std::string(state.info->id());
  update.type = state.type();
  if (const auto name = state.info->name()) update.name = std::string(*name);
  if (const auto sub_type = state.info->sub_type()) update.sub_type = std::string(*sub_type);
  if (state.info->parent() != 0) {
    update.parent_id = std::string(execution.operation(state.info->parent()).info->id());
  }
  if (number == 0 || is_terminal(state.status) || state.status == OperationStatus::pending) {
    if (chance(90)) return new_operation(execution);
  }
  switch (state.type()) {
    case OperationType::step:
      if (state.status == OperationStatus::ready && chance(80)) {
        update.action = OperationAction::start;
        return update;
      }
      [[fallthrough]];
    case OperationType::context:
      update.action = chance(70) ? OperationAction::succeed : OperationAction::fail;
      if (update.action == OperationAction::succeed && chance(80)) update.payload = payload();
      if (update.action == OperationAction::fail) update.error = error();
      if (state.type() == OperationType::context && chance(20) && update.payload) {
        update.context_options = wire::ContextOptions{true};
      }
      return update;
    default:
      update.action = OperationAction::cancel;
      return update;
  }
}

void Workload::spoil(OperationUpdate& update) {
  switch (random_.below(6)) {
    case 0:
      update.id = "not an id";
      break;
    case 1:
      update.name = "another name";
      break;
    case 2:
      update.type = static_cast<OperationType>(random_.below(7));
      break;
    case 3:
      update.action = static_cast<OperationAction>(random_.below(6));
      break;
    case 4:
      update.parent_id = "nowhere";
      break;
    default:
      update.step_options = wire::StepOptions{0};
      break;
  }
}

}  // namespace durable::sim
