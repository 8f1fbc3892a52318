// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace durable::fake {
namespace {

const char* text_of(wire::OperationType type) {
  switch (type) {
    case wire::OperationType::execution:
      return "EXECUTION";
    case wire::OperationType::context:
      return "CONTEXT";
    case wire::OperationType::step:
      return "STEP";
    case wire::OperationType::wait:
      return "WAIT";
    default:
      return "?";
  }
}

const char* text_of(wire::OperationAction action) {
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
    default:
      return "?";
  }
}

}  // namespace

Service::Service(std::string input, Replies replies) : replies_(replies) {
  wire::Operation execution;
  execution.id = "execution";
  execution.type = wire::OperationType::execution;
  execution.status = wire::OperationStatus::started;
  execution.execution_details.emplace().input_payload = Payload(std::move(input));
  add(std::move(execution));
  environment.request_id = "request-1";
}

Service::~Service() {
  for (std::thread& thread : threads_) thread.join();
}

void Service::add(wire::Operation operation) {
  index_[operation.id] = operations_.size();
  operations_.push_back(std::move(operation));
}

wire::Operation& Service::operation(const std::string& id) {
  const auto found = index_.find(id);
  if (found == index_.end()) {
    ADD_FAILURE() << "no operation " << id << " is recorded";
    static wire::Operation none;
    return none;
  }
  return operations_[found->second];
}

void Service::checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) {
  if (replies_ == Replies::at_once) {
    done(record(request));
    return;
  }
  threads_.emplace_back(
      [this, request = std::move(request), done = std::move(done)] { done(record(request)); });
}

Result<wire::CheckpointDurableExecutionResponse> Service::record(
    const wire::CheckpointDurableExecutionRequest& request) {
  ++call_number_;
  if (on_call) on_call(call_number_);
  if (fault) {
    if (auto error = fault()) return *error;
  }
  if (request.checkpoint_token != token_) {
    return Error{ErrorCode::invalid_parameter,
                 "Invalid Checkpoint Token: " + request.checkpoint_token};
  }
  for (const wire::OperationUpdate& update : request.updates) {
    if (update.action != wire::OperationAction::cancel) continue;
    if (has(update.id) && operation(update.id).status == wire::OperationStatus::started) continue;
    calls.push_back("refused: " + update.id + " CANCEL");
    return Error{ErrorCode::invalid_parameter,
                 "Cannot cancel a WAIT that does not exist or has already completed."};
  }
  std::string call;
  for (const wire::OperationUpdate& update : request.updates) {
    if (keep_log) {
      if (!call.empty()) call += ", ";
      call += update.id + " " + text_of(update.type) + " " + text_of(update.action);
      if (update.name) call += " \"" + *update.name + "\"";
    }
    apply(update);
  }
  if (keep_log) calls.push_back(std::move(call));
  wire::CheckpointDurableExecutionResponse response;
  token_ = "t" + std::to_string(++token_number_);
  if (!close_execution) response.checkpoint_token = token_;
  for (const std::string& id : changed_) {
    response.new_execution_state.operations.push_back(operation(id));
  }
  changed_.clear();
  return response;
}

void Service::apply(const wire::OperationUpdate& update) {
  if (update.type == wire::OperationType::execution) {
    wire::Operation& execution = operation("execution");
    EXPECT_EQ(update.id, execution.id);
    execution.status = update.action == wire::OperationAction::succeed
                           ? wire::OperationStatus::succeeded
                           : wire::OperationStatus::failed;
    return;
  }
  EXPECT_TRUE(!update.parent_id || has(*update.parent_id)) << "parent of " << update.id;
  if (!has(update.id)) {
    wire::Operation fresh;
    fresh.id = update.id;
    fresh.type = update.type;
    fresh.sub_type = update.sub_type;
    fresh.name = update.name;
    fresh.parent_id = update.parent_id;
    EXPECT_EQ(update.action, wire::OperationAction::start) << update.id;
    add(std::move(fresh));
  }
  wire::Operation& known = operation(update.id);
  EXPECT_FALSE(wire::is_terminal(known.status)) << update.id << " is closed already";
  EXPECT_EQ(known.name, update.name);
  if (changed_.empty() || changed_.back() != update.id) changed_.push_back(update.id);
  const bool is_step = update.type == wire::OperationType::step;
  if (is_step && !known.step_details) known.step_details.emplace();
  if (is_step && update.action != wire::OperationAction::start) {
    known.step_details->attempt = known.step_details->attempt.value_or(0) + 1;
  }
  switch (update.action) {
    case wire::OperationAction::start:
      known.status = wire::OperationStatus::started;
      if (update.type == wire::OperationType::wait) known.wait_details.emplace();
      return;
    case wire::OperationAction::retry:
      known.status = wire::OperationStatus::pending;
      known.step_details->error = update.error;
      known.step_details->result = update.payload;
      return;
    case wire::OperationAction::cancel:
      known.status = wire::OperationStatus::cancelled;
      return;
    case wire::OperationAction::succeed:
      known.status = wire::OperationStatus::succeeded;
      if (is_step) {
        known.step_details->result = update.payload;
        known.step_details->error.reset();
      } else {
        known.context_details.emplace().result = update.payload;
        if (update.context_options) {
          known.context_details->replay_children = update.context_options->replay_children;
        }
      }
      return;
    case wire::OperationAction::fail:
      known.status = wire::OperationStatus::failed;
      if (is_step) {
        known.step_details->error = update.error;
      } else {
        known.context_details.emplace().error = update.error;
      }
      return;
    default:
      ADD_FAILURE() << "unexpected action";
  }
}

Result<wire::GetDurableExecutionStateResponse> Service::get_state(
    const wire::GetDurableExecutionStateRequest& request) {
  if (fault) {
    if (auto error = fault()) return *error;
  }
  EXPECT_EQ(request.checkpoint_token, token_);
  const std::size_t from = std::stoul(request.marker.value_or("0"));
  const std::size_t to = std::min(from + page_items, operations_.size());
  wire::GetDurableExecutionStateResponse response;
  for (std::size_t i = from; i < to; ++i) response.operations.push_back(operations_[i]);
  if (to < operations_.size()) response.next_marker = std::to_string(to);
  return response;
}

wire::InvocationInput Service::event() {
  wire::InvocationInput input;
  input.durable_execution_arn =
      "arn:aws:lambda:us-west-2:123456789012:function:f:1/durable-execution/e/1";
  token_ = "t" + std::to_string(++token_number_);
  input.checkpoint_token = token_;
  const std::size_t count = std::min(page_items, operations_.size());
  for (std::size_t i = 0; i < count; ++i) {
    input.initial_execution_state.operations.push_back(operations_[i]);
  }
  if (count < operations_.size()) {
    input.initial_execution_state.next_marker = std::to_string(count);
  }
  changed_.clear();
  return input;
}

InvocationOutcome Service::invoke(const Handler& handler) {
  ++invocations;
  return run_invocation(handler, event(), *this, environment);
}

wire::InvocationOutput Service::run(const Handler& handler, int invocations_max) {
  for (int i = 0; i < invocations_max; ++i) {
    wire::InvocationOutput output = output_of(invoke(handler));
    if (output.status != wire::InvocationOutputStatus::pending) return output;
    pass_time();
  }
  ADD_FAILURE() << "still PENDING after " << invocations_max << " invocations";
  return {};
}

void Service::complete(const std::string& id) {
  wire::Operation& known = operation(id);
  if (known.type == wire::OperationType::wait && known.status == wire::OperationStatus::started) {
    known.status = wire::OperationStatus::succeeded;
  } else if (known.status == wire::OperationStatus::pending) {
    known.status = wire::OperationStatus::ready;
  } else {
    return;
  }
  changed_.push_back(id);
}

void Service::pass_time() {
  for (const wire::Operation& known : operations_) complete(known.id);
}

wire::InvocationOutput output_of(const InvocationOutcome& outcome) {
  if (const auto* output = std::get_if<wire::InvocationOutput>(&outcome)) return *output;
  ADD_FAILURE() << "the invocation failed: "
                << std::get<InvocationFailure>(outcome).error.error_message.value_or("");
  return {};
}

wire::ErrorObject failure_of(const InvocationOutcome& outcome) {
  if (const auto* failure = std::get_if<InvocationFailure>(&outcome)) return failure->error;
  ADD_FAILURE() << "the invocation did not fail";
  return {};
}

std::string error_text(const wire::InvocationOutput& output) {
  return output.error ? output.error->error_message.value_or("") : "(no error)";
}
std::string error_type(const wire::InvocationOutput& output) {
  return output.error ? output.error->error_type.value_or("") : "(no error)";
}

}  // namespace durable::fake
