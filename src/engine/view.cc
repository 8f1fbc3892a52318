// SPDX-License-Identifier: Apache-2.0
#include "engine/view.h"

#include "engine/paging.h"
#include "engine/refusal.h"
#include "engine/token.h"

#include <durable/base/assert.h>

#include <string>
#include <utility>

namespace durable::engine {
namespace {

using wire::OperationStatus;
using wire::OperationType;

// Marks a page of a checkpoint's changed operations; without it, of all operations.
constexpr std::string_view delta_prefix = "d";

Boxed<wire::ErrorObject> boxed(const SharedError& error) {
  return error ? Boxed<wire::ErrorObject>(*error) : Boxed<wire::ErrorObject>();
}

void fill_details(const Execution& execution, const OperationState& state, wire::Operation& out) {
  switch (state.type()) {
    case OperationType::execution:
      out.execution_details.emplace().input_payload = execution.info().input;
      break;
    case OperationType::context: {
      wire::ContextDetails& details = out.context_details.emplace();
      if (state.replay_children) details.replay_children = true;
      details.result = state.result;
      details.error = boxed(state.error);
      break;
    }
    case OperationType::step: {
      wire::StepDetails& details = out.step_details.emplace();
      details.attempt = state.attempt;
      if (state.due != never) details.next_attempt_timestamp = state.due;
      details.result = state.result;
      details.error = boxed(state.error);
      break;
    }
    case OperationType::wait:
      out.wait_details.emplace().scheduled_end_timestamp =
          state.started_at + std::chrono::seconds{state.info->timeout_s()};
      break;
    case OperationType::callback: {
      wire::CallbackDetails& details = out.callback_details.emplace();
      details.callback_id = make_callback_id(execution.info(), state.info->id());
      details.result = state.result;
      details.error = boxed(state.error);
      break;
    }
    case OperationType::chained_invoke: {
      wire::ChainedInvokeDetails& details = out.chained_invoke_details.emplace();
      details.result = state.result;
      details.error = boxed(state.error);
      break;
    }
    case OperationType::unknown:
      break;
  }
}

void fill(const Execution& execution, OperationNumber number, wire::Operation& out) {
  const OperationState& state = execution.operation(number);
  const OperationInfo& info = *state.info;
  out.id.assign(info.id());
  if (info.parent() != 0) {
    out.parent_id.emplace(execution.operation(info.parent()).info->id());
  }
  if (const auto name = info.name()) out.name.emplace(*name);
  if (const auto sub_type = info.sub_type()) out.sub_type.emplace(*sub_type);
  out.type = info.type();
  out.start_timestamp = state.started_at;
  if (is_terminal(state.status)) out.end_timestamp = state.ended_at;
  out.status = state.status;
  fill_details(execution, state, out);
}

/// One page of a list of operations, of which `number_at(position)` is the one at a position.
/// Returns where the next page begins. A page has at least one operation.
template <class NumberAt>
std::size_t fill_page(const Execution& execution, std::size_t first, std::size_t end,
                      std::size_t items_max, NumberAt number_at,
                      std::vector<wire::Operation>& out) {
  std::uint64_t bytes_left = execution.limits().state_page_bytes_max;
  std::size_t position = first;
  for (; position < end && out.size() < items_max; ++position) {
    const OperationNumber number = number_at(position);
    const std::uint64_t size = size_estimate(execution.operation(number));
    if (!out.empty() && size > bytes_left) break;
    bytes_left -= size < bytes_left ? size : bytes_left;
    fill(execution, number, out.emplace_back());
  }
  return position;
}

constexpr auto identity = [](std::size_t position) {
  return static_cast<OperationNumber>(position);
};

}  // namespace

std::uint64_t size_estimate(const OperationState& operation) {
  // Keys, timestamps, status and a callback's id.
  constexpr std::uint64_t frame = 512;
  const OperationInfo& info = *operation.info;
  std::uint64_t size = frame + info.id().size();
  if (const auto name = info.name()) size += name->size();
  if (operation.result) size += operation.result->size();
  if (operation.error) size += size_of(*operation.error);
  return size;
}

wire::Operation operation_view(const Execution& execution, OperationNumber number) {
  wire::Operation out;
  fill(execution, number, out);
  return out;
}

wire::InvocationInput invocation_input(const Execution& execution) {
  DURABLE_ASSERT(execution.invocation_runs());
  wire::InvocationInput input;
  input.durable_execution_arn.assign(execution.arn());
  input.checkpoint_token = current_token(execution);
  std::vector<wire::Operation>& operations = input.initial_execution_state.operations;
  const std::size_t count = execution.operation_count();
  if (execution.limits().state_page_bytes_max / 1024 > count) operations.reserve(count);
  const std::size_t next = fill_page(execution, 0, count, count, identity, operations);
  if (next < count) input.initial_execution_state.next_marker = std::to_string(next);

  std::vector<std::string>& updated = input.updated_operation_ids.emplace();
  updated.reserve(execution.updated().size());
  for (const OperationNumber number : execution.updated()) {
    updated.emplace_back(execution.operation(number).info->id());
  }
  return input;
}

wire::CheckpointDurableExecutionResponse checkpoint_response(const Execution& execution) {
  wire::CheckpointDurableExecutionResponse response;
  if (execution.running() && execution.invocation_runs()) {
    response.checkpoint_token = current_token(execution);
  }
  const std::vector<OperationNumber>& delta = execution.last_delta();
  std::vector<wire::Operation>& operations = response.new_execution_state.operations;
  operations.reserve(delta.size() < 1024 ? delta.size() : 1024);
  const std::size_t next = fill_page(
      execution, 0, delta.size(), delta.size(),
      [&](std::size_t position) { return delta[position]; }, operations);
  if (next < delta.size()) {
    response.new_execution_state.next_marker = std::string(delta_prefix) + std::to_string(next);
  }
  return response;
}

Result<wire::GetDurableExecutionStateResponse> read_state(
    const Execution& execution, const wire::GetDurableExecutionStateRequest& request) {
  if (!execution.started()) {
    return Error{ErrorCode::resource_not_found, "Durable Execution does not exist"};
  }
  if (auto checked = check_token(execution, request.checkpoint_token); !checked) {
    return checked.error();
  }
  const auto items_max = page_size(execution.limits(), request.max_items);
  if (!items_max) return items_max.error();
  const std::vector<OperationNumber>& delta = execution.last_delta();
  const bool of_delta =
      request.marker && request.marker->substr(0, delta_prefix.size()) == delta_prefix;
  const std::size_t count = of_delta ? delta.size() : execution.operation_count();
  const std::string_view prefix = of_delta ? delta_prefix : std::string_view();
  const auto first = read_marker(request.marker, prefix, {0, 0, count});
  if (!first) return first.error();

  wire::GetDurableExecutionStateResponse response;
  const auto number_at = [&](std::size_t position) {
    return of_delta ? delta[position] : identity(position);
  };
  const std::size_t next =
      fill_page(execution, *first, count, *items_max, number_at, response.operations);
  if (next < count) response.next_marker = std::string(prefix) + std::to_string(next);
  return response;
}

wire::GetDurableExecutionResponse describe(const Execution& execution, ExecutionData data) {
  const ExecutionInfo& info = execution.info();
  wire::GetDurableExecutionResponse response;
  response.durable_execution_arn = info.arn;
  response.durable_execution_name = info.name;
  response.function_arn = info.function_arn;
  response.start_timestamp = execution.started_at();
  response.status = execution.status();
  if (!execution.running()) response.end_timestamp = execution.ended_at();
  response.version = info.version;
  response.durable_config.emplace().execution_timeout =
      std::chrono::floor<std::chrono::seconds>(info.execution_timeout).count();
  response.execution_data_included = data == ExecutionData::include;
  if (data == ExecutionData::include) {
    response.input_payload = info.input;
    response.result = execution.result();
    response.error = boxed(execution.error());
  }
  return response;
}

wire::Execution summary(const Execution& execution) {
  const ExecutionInfo& info = execution.info();
  wire::Execution row;
  row.durable_execution_arn = info.arn;
  row.durable_execution_name = info.name;
  row.function_arn = info.function_arn;
  row.status = execution.status();
  row.start_timestamp = execution.started_at();
  if (!execution.running()) row.end_timestamp = execution.ended_at();
  return row;
}

}  // namespace durable::engine
