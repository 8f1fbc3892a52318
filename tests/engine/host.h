// SPDX-License-Identifier: Apache-2.0
//
// A host of one execution for tests: decides, folds, keeps the log, and owns the time.
#pragma once

#include "engine/decide.h"
#include "engine/history.h"
#include "engine/token.h"
#include "engine/view.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace durable::engine {

using wire::OperationAction;
using wire::OperationStatus;
using wire::OperationType;
using namespace std::chrono_literals;

inline constexpr std::string_view test_arn =
    "arn:aws:lambda:us-east-1:123456789012:function:orders:7/durable-execution/order-1/e0c1";

// ---- Updates ----

inline wire::OperationUpdate make_update(std::string id, OperationType type,
                                         OperationAction action) {
  wire::OperationUpdate update;
  update.id = std::move(id);
  update.type = type;
  update.action = action;
  return update;
}
inline wire::OperationUpdate step(std::string id, OperationAction action,
                                  std::optional<Payload> payload = std::nullopt) {
  auto update = make_update(std::move(id), OperationType::step, action);
  update.sub_type = "Step";
  update.payload = std::move(payload);
  return update;
}
inline wire::OperationUpdate step_start(std::string id) {
  return step(std::move(id), OperationAction::start);
}
inline wire::ErrorObject error_object(std::string type, std::string message = "it broke") {
  wire::ErrorObject error;
  error.error_type = std::move(type);
  error.error_message = std::move(message);
  return error;
}
inline wire::OperationUpdate step_retry(std::string id, std::int64_t delay_s) {
  auto update = step(std::move(id), OperationAction::retry);
  update.error = error_object("Flaky");
  update.step_options = wire::StepOptions{delay_s};
  return update;
}
inline wire::OperationUpdate step_fail(std::string id) {
  auto update = step(std::move(id), OperationAction::fail);
  update.error = error_object("Broken");
  return update;
}
inline wire::OperationUpdate poll(std::string id, OperationAction action,
                                  std::optional<Payload> state = std::nullopt,
                                  std::optional<std::int64_t> delay_s = std::nullopt) {
  auto update = step(std::move(id), action, std::move(state));
  update.sub_type = "WaitForCondition";
  if (delay_s) update.step_options = wire::StepOptions{delay_s};
  return update;
}
inline wire::OperationUpdate wait_start(std::string id, std::int64_t seconds) {
  auto update = make_update(std::move(id), OperationType::wait, OperationAction::start);
  update.sub_type = "Wait";
  update.wait_options = wire::WaitOptions{seconds};
  return update;
}
inline wire::OperationUpdate wait_cancel(std::string id) {
  auto update = make_update(std::move(id), OperationType::wait, OperationAction::cancel);
  update.sub_type = "Wait";
  return update;
}
inline wire::OperationUpdate callback_start(std::string id, std::int64_t timeout_s = 0,
                                            std::int64_t heartbeat_s = 0) {
  auto update = make_update(std::move(id), OperationType::callback, OperationAction::start);
  update.sub_type = "Callback";
  update.callback_options = wire::CallbackOptions{timeout_s, heartbeat_s};
  return update;
}
inline wire::OperationUpdate invoke_start(std::string id, std::string function = "billing:1") {
  auto update = make_update(std::move(id), OperationType::chained_invoke, OperationAction::start);
  update.sub_type = "ChainedInvoke";
  update.payload = Payload("{}");
  wire::ChainedInvokeOptions options;
  options.function_name = std::move(function);
  update.chained_invoke_options = std::move(options);
  return update;
}
inline wire::OperationUpdate context(std::string id, OperationAction action) {
  auto update = make_update(std::move(id), OperationType::context, action);
  update.sub_type = "RunInChildContext";
  return update;
}
inline wire::OperationUpdate execution_update(OperationAction action,
                                              std::optional<Payload> payload = std::nullopt) {
  auto update = make_update("execution-result-1", OperationType::execution, action);
  update.payload = std::move(payload);
  return update;
}
inline wire::OperationUpdate inside(wire::OperationUpdate update, std::string parent) {
  update.parent_id = std::move(parent);
  return update;
}

// ---- Answers ----

inline wire::InvocationOutput succeeded(std::optional<Payload> result = std::nullopt) {
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::succeeded;
  output.result = std::move(result);
  return output;
}
inline wire::InvocationOutput failed(wire::ErrorObject error) {
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::failed;
  output.error = std::move(error);
  return output;
}
inline wire::InvocationOutput pending() {
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::pending;
  return output;
}
inline wire::ErrorObject crash() {
  return error_object("Runtime.ExitError", "RequestId: r Error: Runtime exited");
}

class Host {
 public:
  /// Starts the execution and its first invocation.
  explicit Host(Settings settings = {}) : Host(start_command(std::move(settings))) {
    start_invocation();
  }
  /// Starts only the execution.
  explicit Host(StartExecution start) { must(std::move(start)); }

  static StartExecution start_command(Settings settings = {}) {
    StartExecution start;
    start.arn = std::string(test_arn);
    start.name = "order-1";
    start.function_arn = "arn:aws:lambda:us-east-1:123456789012:function:orders:7";
    start.version = "7";
    start.input = Payload("{\"id\":7}");
    start.token_secret = 42;
    start.settings = std::move(settings);
    return start;
  }

  /// Decides and folds. A refusal changes nothing.
  Result<void> send(const Command& command) {
    const auto decided = decide(execution, command, now, decision);
    if (!decided) return decided;
    for (Event& event : decision.events) {
      evolve(execution, event);
      log.push_back(std::move(event));
    }
    const auto checked = execution.invariants();
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    return {};
  }
  void must(const Command& command) {
    const auto sent = send(command);
    ASSERT_TRUE(sent.has_value()) << sent.error().message;
  }
  /// The message of a refusal; empty if there was none.
  std::string refusal(const Command& command) {
    const auto sent = send(command);
    return sent.has_value() ? std::string() : sent.error().message;
  }

  void start_invocation() {
    request_id = "r" + std::to_string(execution.invocation_count() + 1);
    must(StartInvocation{request_id});
    input = invocation_input(execution);
    token = input.checkpoint_token;
  }
  void end(decltype(EndInvocation::outcome) outcome) {
    must(EndInvocation{request_id, std::move(outcome)});
  }
  Checkpoint batch(std::vector<wire::OperationUpdate> updates) const {
    return {token, std::move(updates), std::nullopt};
  }
  wire::CheckpointDurableExecutionResponse checkpoint(std::vector<wire::OperationUpdate> updates) {
    must(batch(std::move(updates)));
    auto response = checkpoint_response(execution);
    if (response.checkpoint_token) token = *response.checkpoint_token;
    return response;
  }
  std::string refused(std::vector<wire::OperationUpdate> updates) {
    return refusal(batch(std::move(updates)));
  }
  void pass(Duration time) {
    now += time;
    must(Tick{});
  }

  const OperationState& operation(std::string_view id) const {
    const auto number = execution.find(id);
    EXPECT_TRUE(number.has_value()) << id;
    return execution.operation(number.value_or(0));
  }
  OperationStatus status(std::string_view id) const { return operation(id).status; }
  std::string callback_id(std::string_view id) const {
    return make_callback_id(execution.info(), id);
  }
  std::vector<wire::Event> history() const {
    wire::GetDurableExecutionHistoryRequest request;
    request.max_items = 1000;
    return history_page(log, execution, request).value().events;
  }
  template <class T>
  T last_details() const {
    return std::get<T>(history().back().details);
  }
  std::vector<wire::EventType> history_types() const {
    std::vector<wire::EventType> types;
    for (const wire::Event& event : history()) types.push_back(event.event_type);
    return types;
  }

  Execution execution;
  EventLog log;
  Decision decision;
  Timestamp now{Duration{1'700'000'000'000}};
  wire::InvocationInput input;
  std::string token;
  std::string request_id;
};

}  // namespace durable::engine
