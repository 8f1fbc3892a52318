// SPDX-License-Identifier: Apache-2.0
//
// The code of functions that tests run.
#pragma once

#include "service/call.h"

namespace durable::service {

/// Its input in a step.
inline InvocationOutcome one_step(Call& call) {
  if (!call.is("a", OperationStatus::succeeded)) {
    const auto done = call.checkpoint(
        {step_start("a"), step("a", OperationAction::succeed, Payload(call.input()))});
    EXPECT_TRUE(done.has_value()) << done.error().message;
  }
  return answer(succeeded(Payload("\"done\"")));
}

/// Waits for an hour.
inline InvocationOutcome wait_an_hour(Call& call) {
  if (call.find("w") == nullptr) {
    const auto done = call.checkpoint({wait_start("w", 3600)});
    EXPECT_TRUE(done.has_value()) << done.error().message;
  }
  if (!call.is("w", OperationStatus::succeeded)) return answer(pending());
  return answer(succeeded(Payload("\"rested\"")));
}

/// Waits for a callback, at most an hour.
inline InvocationOutcome await_callback(Call& call) {
  if (call.find("c") == nullptr) {
    const auto done = call.checkpoint({callback_start("c", 3600)});
    EXPECT_TRUE(done.has_value()) << done.error().message;
  }
  const wire::Operation& callback = *call.find("c");
  if (callback.status == OperationStatus::started) return answer(pending());
  if (callback.status != OperationStatus::succeeded) {
    return answer(failed(*callback.callback_details->error));
  }
  return answer(succeeded(callback.callback_details->result));
}

/// Invokes `target` and answers what that answers.
inline Code invoke_of(std::string target) {
  return [target = std::move(target)](Call& call) {
    if (call.find("i") == nullptr) {
      const auto done = call.checkpoint({invoke_start("i", target)});
      EXPECT_TRUE(done.has_value()) << done.error().message;
    }
    const wire::Operation& invoke = *call.find("i");
    if (invoke.status == OperationStatus::started) return answer(pending());
    if (invoke.status == OperationStatus::succeeded) {
      return answer(succeeded(invoke.chained_invoke_details->result));
    }
    return answer(failed(*invoke.chained_invoke_details->error));
  };
}

}  // namespace durable::service
