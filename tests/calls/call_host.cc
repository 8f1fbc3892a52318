// SPDX-License-Identifier: Apache-2.0
#include "calls/call_host.h"

#include "engine/history.h"
#include "engine/token.h"
#include "engine/view.h"

#include <durable/wire/names.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace durable {
namespace {

constexpr int invocations_max = 100;

std::string in_words(const wire::OperationUpdate& update) {
  std::string text = update.id + " ";
  text.append(wire::to_string(update.type)).append(" ").append(wire::to_string(update.action));
  if (update.name) text += " \"" + *update.name + "\"";
  return text;
}

}  // namespace

CallHost::CallHost(std::string input, Replies replies) : replies_(replies) {
  engine::StartExecution start;
  start.arn = "arn:aws:lambda:us-east-1:123456789012:function:orders:7/durable-execution/o/e1";
  start.name = "o";
  start.function_arn = "arn:aws:lambda:us-east-1:123456789012:function:orders:7";
  start.version = "7";
  start.input = Payload(std::move(input));
  EXPECT_EQ(refusal(std::move(start)), "");
}

CallHost::~CallHost() {
  for (std::thread& thread : threads_) thread.join();
}

Result<void> CallHost::apply(const engine::Command& command) {
  const auto decided = engine::decide(execution_, command, now_, decision_);
  if (!decided) return decided;
  for (engine::Event& event : decision_.events) {
    engine::evolve(execution_, event);
    log_.push_back(std::move(event));
  }
  return {};
}

std::string CallHost::refusal(const engine::Command& command) {
  const auto applied = apply(command);
  return applied ? std::string() : applied.error().message;
}

void CallHost::die() { kill_switch_->kill(failure("Runtime.ExitError", "the process died")); }

void CallHost::checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) {
  auto reply = record(request);
  if (replies_ == Replies::at_once) {
    done(std::move(reply));
    return;
  }
  threads_.emplace_back(
      [reply = std::move(reply), done = std::move(done)]() mutable { done(std::move(reply)); });
}

Result<wire::CheckpointDurableExecutionResponse> CallHost::record(
    wire::CheckpointDurableExecutionRequest& request) {
  const int number = static_cast<int>(calls.size()) + 1;
  const Error lost{ErrorCode::unavailable, "the process died"};
  std::string call;
  for (const wire::OperationUpdate& update : request.updates) {
    if (!call.empty()) call += ", ";
    call += in_words(update);
    updates.push_back(update);
  }
  calls.push_back(std::move(call));
  const bool dies = number == crash.call;
  if (dies && crash.death == Death::before_the_send) {
    die();
    return lost;
  }
  if (on_call) on_call(number);
  const auto applied = apply(engine::Checkpoint{std::move(request.checkpoint_token),
                                                std::move(request.updates), std::nullopt});
  if (!applied) return applied.error();
  if (dies) die();
  if (dies && crash.death == Death::before_the_reply) return lost;
  auto response = engine::checkpoint_response(execution_);
  if (on_reply) on_reply(response);
  return response;
}

Result<wire::GetDurableExecutionStateResponse> CallHost::get_state(
    const wire::GetDurableExecutionStateRequest& request) {
  return engine::read_state(execution_, request);
}

void CallHost::drive(const Handler& handler, bool time_passes) {
  for (int i = 0; i < invocations_max && execution_.running();) {
    const auto wanted = execution_.invocation_wanted_at();
    if (wanted && *wanted <= now_) {
      invoke(handler);
      ++i;
      continue;
    }
    auto next = execution_.next_timer();
    if (wanted && (!next || *wanted < *next)) next = wanted;
    if (!next || !time_passes) return;
    now_ = std::max(now_, *next);
    EXPECT_EQ(refusal(engine::Tick{}), "");
  }
  EXPECT_FALSE(execution_.running()) << "it does not end";
}

void CallHost::invoke(const Handler& handler) {
  const std::string request_id = "r" + std::to_string(++invocations);
  EXPECT_EQ(refusal(engine::StartInvocation{request_id}), "");
  KillSwitch kill_switch;
  kill_switch_ = &kill_switch;
  InvocationEnvironment environment;
  environment.request_id = request_id;
  environment.kill_switch = &kill_switch;
  InvocationOutcome outcome =
      run_invocation(handler, engine::invocation_input(execution_), *this, environment);
  kill_switch_ = nullptr;
  engine::EndInvocation end{request_id, {}};
  if (auto* output = std::get_if<wire::InvocationOutput>(&outcome)) {
    end.outcome = std::move(*output);
  } else {
    end.outcome = std::move(std::get_if<InvocationFailure>(&outcome)->error);
  }
  EXPECT_EQ(refusal(end), "");
}

void CallHost::pass(Duration time) {
  now_ += time;
  EXPECT_EQ(refusal(engine::Tick{}), "");
}

std::string CallHost::succeed(std::string_view id, std::optional<Payload> result) {
  return refusal(
      engine::CompleteCallback{callback_id(id), engine::CallbackSuccess{std::move(result)}});
}
std::string CallHost::fail(std::string_view id, wire::ErrorObject error) {
  return refusal(
      engine::CompleteCallback{callback_id(id), engine::CallbackFailure{std::move(error)}});
}
std::string CallHost::heartbeat(std::string_view id) {
  return refusal(engine::HeartbeatCallback{callback_id(id)});
}
std::string CallHost::complete_invoke(std::string_view id, Payload result) {
  engine::CompleteChainedInvoke command;
  command.operation_id = std::string(id);
  command.result = std::move(result);
  return refusal(command);
}
std::string CallHost::fail_invoke(std::string_view id, engine::CompleteChainedInvoke::Status status,
                                  wire::ErrorObject error) {
  engine::CompleteChainedInvoke command;
  command.operation_id = std::string(id);
  command.status = status;
  command.error = std::move(error);
  return refusal(command);
}

std::string CallHost::callback_id(std::string_view id) const {
  return engine::make_callback_id(execution_.info(), id);
}

wire::Operation CallHost::operation(std::string_view id) const {
  const auto number = execution_.find(id);
  EXPECT_TRUE(number.has_value()) << "no operation " << id;
  return engine::operation_view(execution_, number.value_or(0));
}

std::string CallHost::outcome() const {
  if (execution_.running()) return "RUNNING";
  if (execution_.error()) {
    const wire::ErrorObject& error = *execution_.error();
    return error.error_type.value_or("(none)") + ": " + error.error_message.value_or("(none)");
  }
  return execution_.result() ? execution_.result()->str() : "(none)";
}

std::vector<std::string> CallHost::history() const {
  std::vector<std::string> lines;
  for (const engine::Event& logged : log_) {
    if (!engine::in_history(logged.fact)) continue;
    const wire::Event event =
        engine::history_event(logged, execution_, engine::ExecutionData::include);
    if (event.event_type == wire::EventType::execution_started) continue;
    std::string line(wire::to_string(event.event_type));
    if (event.id && *event.id != execution_.execution_operation_id()) line += " " + *event.id;
    if (event.name) line += " \"" + *event.name + "\"";
    lines.push_back(std::move(line));
  }
  return lines;
}

wire::ErrorObject failure(std::string type, std::string message) {
  wire::ErrorObject error;
  error.error_type = std::move(type);
  error.error_message = std::move(message);
  return error;
}

}  // namespace durable
