// SPDX-License-Identifier: Apache-2.0
//
// What a function's code in a test sees of its invocation.
#pragma once

#include "engine/host.h"
#include "service/functions.h"

#include <durable/wire/json.h>

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace durable::service {

using engine::callback_start;
using engine::error_object;
using engine::failed;
using engine::invoke_start;
using engine::pending;
using engine::step;
using engine::step_retry;
using engine::step_start;
using engine::succeeded;
using engine::wait_start;
using wire::ExecutionStatus;
using wire::OperationAction;
using wire::OperationStatus;
using namespace std::chrono_literals;

/// One invocation, as the function's code sees it.
class Call {
 public:
  using Checkpoint = std::function<Result<wire::CheckpointDurableExecutionResponse>(
      wire::CheckpointDurableExecutionRequest)>;

  Call(const Invocation& invocation, Checkpoint checkpoint)
      : checkpoint_(std::move(checkpoint)), invocation_(invocation) {
    if (invocation.durable_execution_arn.empty()) return;
    auto input = wire::decode<wire::InvocationInput>(invocation.payload);
    EXPECT_TRUE(input.has_value()) << invocation.payload;
    if (input) input_ = std::move(*input);
    token_ = input_.checkpoint_token;
    see(input_.initial_execution_state.operations);
  }

  [[nodiscard]] const Invocation& invocation() const { return invocation_; }
  [[nodiscard]] const std::string& arn() const { return input_.durable_execution_arn; }
  [[nodiscard]] const std::string& token() const { return token_; }
  [[nodiscard]] std::string input() const {
    const auto& details = input_.initial_execution_state.operations.at(0).execution_details;
    return details && details->input_payload ? details->input_payload->str() : "";
  }
  /// Null: there is no such operation.
  [[nodiscard]] const wire::Operation* find(const std::string& id) const {
    const auto found = operations_.find(id);
    return found == operations_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool is(const std::string& id, OperationStatus status) const {
    const wire::Operation* operation = find(id);
    return operation != nullptr && operation->status == status;
  }
  Result<wire::CheckpointDurableExecutionResponse> checkpoint(
      std::vector<wire::OperationUpdate> updates) {
    auto response = checkpoint_({arn(), token_, std::move(updates), std::nullopt});
    if (response && response->checkpoint_token) token_ = *response->checkpoint_token;
    if (response) see(response->new_execution_state.operations);
    return response;
  }

 private:
  void see(const std::vector<wire::Operation>& operations) {
    for (const wire::Operation& operation : operations) operations_[operation.id] = operation;
  }

  Checkpoint checkpoint_;
  const Invocation& invocation_;
  wire::InvocationInput input_;
  std::string token_;
  std::map<std::string, wire::Operation> operations_;
};

inline InvocationOutcome answer(const wire::InvocationOutput& output) {
  return InvocationAnswer{wire::encode(output).value()};
}
inline InvocationOutcome crash_of(const Invocation& invocation) {
  return InvocationError{error_object(
      "Runtime.ExitError", "RequestId: " + invocation.request_id + " Error: Runtime exited")};
}

/// What a function does in one invocation.
using Code = std::function<InvocationOutcome(Call&)>;

}  // namespace durable::service
