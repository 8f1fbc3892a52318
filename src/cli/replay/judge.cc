// SPDX-License-Identifier: Apache-2.0
#include "cli/replay/judge.h"

#include "cli/render.h"
#include "testing/print.h"
#include "testing/replay_words.h"

#include <durable/json/value.h>
#include <durable/wire/names.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace durable::cli {
namespace {

using wire::Operation;
using wire::OperationAction;
using wire::OperationType;
using wire::OperationUpdate;

constexpr std::string_view checkpoint_token = "replay";
constexpr std::size_t open_shown_max = 3;

/// A call as divergences show it: `STEP (Step) "print-label"`.
std::string call(OperationType type, const std::optional<std::string>& sub_type,
                 const std::optional<std::string>& name) {
  std::string text(wire::to_string(type));
  if (sub_type && !sub_type->empty()) text += " (" + *sub_type + ")";
  return text + " \"" + name.value_or("") + "\"";
}
std::string call(const Operation& one) { return call(one.type, one.sub_type, one.name); }
std::string call(const OperationUpdate& one) { return call(one.type, one.sub_type, one.name); }

bool same_text(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  return a.value_or("") == b.value_or("");
}

/// Updates repeat who they are about; what one leaves out says nothing.
bool is_about(const OperationUpdate& update, const Operation& recorded) {
  const bool begins = update.action == OperationAction::start;
  return update.type == recorded.type &&
         (begins ? same_text(update.name, recorded.name)
                 : !update.name || same_text(update.name, recorded.name)) &&
         (!update.sub_type || !recorded.sub_type || update.sub_type == recorded.sub_type);
}

std::string described_result(const std::optional<Payload>& payload) {
  return "the result " + shorten(payload ? payload->view() : std::string_view("null"));
}
std::string described_error(const wire::ErrorObject& error) {
  return "failed with " + format_error(error);
}

std::string described_end(const wire::ContextDetails& details) {
  return details.error ? described_error(*details.error) : described_result(details.result);
}
std::string described_end(const OperationUpdate& update) {
  if (update.action == OperationAction::succeed) return described_result(update.payload);
  return described_error(update.error ? *update.error : wire::ErrorObject{});
}

bool same_end(const OperationUpdate& update, const Operation& recorded) {
  const wire::ContextDetails none;
  const wire::ContextDetails& details = recorded.context_details ? *recorded.context_details : none;
  const bool succeeded = recorded.status == wire::OperationStatus::succeeded;
  if (succeeded != (update.action == OperationAction::succeed)) return false;
  if (succeeded) {
    const auto text = [](const std::optional<Payload>& payload) {
      return payload ? payload->view() : std::string_view("null");
    };
    return json::same_value(text(details.result), text(update.payload));
  }
  const wire::ErrorObject now = update.error ? *update.error : wire::ErrorObject{};
  const wire::ErrorObject then = details.error ? *details.error : wire::ErrorObject{};
  return (!then.error_type || then.error_type == now.error_type) &&
         (!then.error_message || then.error_message == now.error_message);
}

std::size_t payload_size(const Operation& operation) {
  const auto size = [](const std::optional<Payload>& payload) {
    return payload ? payload->size() : std::size_t{0};
  };
  std::size_t bytes = 0;
  if (operation.execution_details) bytes += size(operation.execution_details->input_payload);
  if (operation.context_details) bytes += size(operation.context_details->result);
  if (operation.step_details) bytes += size(operation.step_details->result);
  if (operation.callback_details) bytes += size(operation.callback_details->result);
  if (operation.chained_invoke_details) bytes += size(operation.chained_invoke_details->result);
  return bytes;
}

}  // namespace

ReplayJudge::ReplayJudge(const ReplayRecord& record, ReplayPass pass)
    : record_(record), pass_(std::move(pass)), unended_(pass_.reopened) {
  for (std::size_t i = 0; i < pass_.operations.size(); ++i) {
    shown_.emplace(pass_.operations[i].id, i);
  }
}

// ---- What the code is shown ----

std::size_t ReplayJudge::page_end(std::size_t begin, std::size_t operations_max) const {
  std::size_t end = begin;
  std::size_t bytes = 0;
  while (end < pass_.operations.size() && end - begin < operations_max) {
    bytes += payload_size(pass_.operations[end]);
    if (bytes > page_bytes_max && end > begin) break;
    ++end;
  }
  return end;
}

wire::InvocationInput ReplayJudge::input(std::string execution_arn) const {
  wire::InvocationInput input;
  input.durable_execution_arn = std::move(execution_arn);
  input.checkpoint_token = checkpoint_token;
  const std::size_t end = page_end(0, page_operations_max);
  input.initial_execution_state.operations.assign(
      pass_.operations.begin(), pass_.operations.begin() + static_cast<std::ptrdiff_t>(end));
  if (end < pass_.operations.size()) {
    input.initial_execution_state.next_marker = std::to_string(end);
  }
  return input;
}

Result<wire::GetDurableExecutionStateResponse> ReplayJudge::state(
    const wire::GetDurableExecutionStateRequest& request) const {
  std::size_t begin = 0;
  const std::string marker = request.marker.value_or("");
  const auto [at, error] = std::from_chars(marker.data(), marker.data() + marker.size(), begin);
  const bool is_number = error == std::errc() && at == marker.data() + marker.size();
  if (!marker.empty() && (!is_number || begin > pass_.operations.size())) {
    return Error{ErrorCode::invalid_parameter, "Invalid Marker."};
  }
  const auto wanted =
      static_cast<std::size_t>(std::max<std::int64_t>(request.max_items.value_or(0), 0));
  const std::size_t end =
      page_end(begin, wanted == 0 ? page_operations_max : std::min(wanted, page_operations_max));
  wire::GetDurableExecutionStateResponse response;
  response.operations.assign(pass_.operations.begin() + static_cast<std::ptrdiff_t>(begin),
                             pass_.operations.begin() + static_cast<std::ptrdiff_t>(end));
  if (end < pass_.operations.size()) response.next_marker = std::to_string(end);
  return response;
}

// ---- What the code does ----

std::optional<wire::CheckpointDurableExecutionResponse> ReplayJudge::checkpoint(
    const wire::CheckpointDurableExecutionRequest& request) {
  if (difference_) return std::nullopt;
  wire::CheckpointDurableExecutionResponse response;
  for (const OperationUpdate& update : request.updates) {
    if (!take(update, response.new_execution_state.operations)) return std::nullopt;
  }
  if (!early_end_) response.checkpoint_token = checkpoint_token;
  return response;
}

/// False: the code is to be stopped.
bool ReplayJudge::take(const OperationUpdate& update, std::vector<Operation>& changed) {
  if (update.type == OperationType::execution) {
    early_end_.emplace();
    early_end_->status = update.action == OperationAction::succeed
                             ? wire::InvocationOutputStatus::succeeded
                             : wire::InvocationOutputStatus::failed;
    early_end_->result = update.payload;
    early_end_->error = update.error;
    return true;
  }
  const Operation* const recorded = record_.find(update.id);
  if (recorded == nullptr) {
    take_new(update);
    return false;
  }
  const std::int64_t event_id = record_.first_event_of(update.id);
  if (!is_about(update, *recorded)) {
    differ({where(update), update.id, call(*recorded), call(update)}, event_id);
    return false;
  }
  if (update.parent_id && recorded->parent_id && update.parent_id != recorded->parent_id) {
    differ({where(update), update.id,
            "inside " + describe_recorded(record_.whole(), *recorded->parent_id),
            "inside the context with the id " + *update.parent_id},
           event_id);
    return false;
  }
  Operation* const shown = find_shown(update.id);
  if (shown == nullptr) {
    take_new(update);
    return false;
  }
  if (wire::is_terminal(shown->status)) {
    differ({where(update), update.id, describe_recorded(record_.whole(), update.id),
            std::string(wire::to_string(update.action)) + " of " + call(update)},
           event_id);
    return false;
  }
  return take_end_of_context(update, *shown, changed);
}

bool ReplayJudge::take_end_of_context(const OperationUpdate& update, Operation& shown,
                                      std::vector<Operation>& changed) {
  const bool is_end =
      update.action == OperationAction::succeed || update.action == OperationAction::fail;
  // All else goes on where the record ends.
  if (!is_end || !pass_.reopened.contains(update.id)) return false;
  const Operation& recorded = *record_.find(update.id);
  if (!same_end(update, recorded)) {
    differ({where(update), update.id,
            described_end(recorded.context_details ? *recorded.context_details
                                                   : wire::ContextDetails{}),
            described_end(update)},
           record_.first_event_of(update.id));
    return false;
  }
  unended_.erase(update.id);
  if (pass_.held.contains(update.id)) return false;
  shown = recorded;
  changed.push_back(recorded);
  return true;
}

/// A call that is not recorded in this place.
void ReplayJudge::take_new(const OperationUpdate& update) {
  if (pass_.invocation != 0) {
    return differ({where(update), update.id, what_is_open(), call(update)}, pass_.event_id);
  }
  const Operation* const context = update.parent_id ? record_.find(*update.parent_id) : nullptr;
  if (context != nullptr && wire::is_terminal(context->status)) {
    differ({where(update), update.id, "no call: the context is recorded as finished", call(update)},
           record_.first_event_of(context->id));
  } else if (context == nullptr && durable::has_ended(record_.whole())) {
    differ(
        {where(update), update.id, "no call: the execution is recorded as finished", call(update)},
        pass_.event_id);
  }
}

void ReplayJudge::differ_at_end(ReplayDivergence divergence, const wire::InvocationOutput& output) {
  // An SDK's own message says which call it is about, mostly at its end.
  if (output.error) divergence.now = "FAILED with " + whole_error(*output.error);
  differ(std::move(divergence), pass_.event_id);
}

void ReplayJudge::answered(wire::InvocationOutput output) {
  using Status = wire::InvocationOutputStatus;
  if (difference_) return;
  if (early_end_) output = *early_end_;
  if (output.status == Status::pending) {
    if (pass_.invocation == 0 && durable::has_ended(record_.whole())) {
      differ({"the end of the handler",
              {},
              "finished",
              "code that waits for something which the record leaves open"},
             pass_.event_id);
    }
    return;
  }
  if (pass_.waits) {
    return differ_at_end({"the end of the handler", {}, what_is_open(), describe_end(output)},
                         output);
  }
  ended_ = true;
  if (auto divergence = compare_ends(record_.whole(), output)) {
    return differ_at_end(*std::move(divergence), output);
  }
  for (const Operation& operation : record_.whole().operations) {
    const bool is_outermost =
        !operation.parent_id || unended_.find(*operation.parent_id) == unended_.end();
    if (is_outermost && unended_.contains(operation.id)) {
      left_over_.push_back(describe_recorded(record_.whole(), operation.id));
    }
  }
}

void ReplayJudge::failed(const std::string& error) {
  if (difference_) return;
  std::string recorded = "an execution that goes on";
  if (pass_.waits) recorded = what_is_open();
  if (!pass_.waits && durable::has_ended(record_.whole())) recorded = "finished";
  differ(
      {"the end of the handler", {}, std::move(recorded), "an invocation that fails with " + error},
      pass_.event_id);
}

void ReplayJudge::differ(ReplayDivergence divergence, std::int64_t event_id) {
  if (pass_.invocation != 0) {
    divergence.where += ", after event " + std::to_string(pass_.event_id) + ", where invocation " +
                        std::to_string(pass_.invocation) + " ended";
  } else if (event_id != 0) {
    divergence.where += ", event " + std::to_string(event_id);
  }
  difference_ = ReplayDifference{std::move(divergence), event_id};
}

Operation* ReplayJudge::find_shown(std::string_view id) {
  const auto found = shown_.find(id);
  return found != shown_.end() ? &pass_.operations[found->second] : nullptr;
}

/// The names on the way from the handler to what the code asks for.
std::string ReplayJudge::where(const OperationUpdate& update) const {
  std::string path = "\"" + update.name.value_or("") + "\"";
  for (auto id = update.parent_id; id;) {
    const Operation* const context = record_.find(*id);
    if (context == nullptr) break;
    path = "\"" + context->name.value_or(context->id) + "\" > " + path;
    id = context->parent_id;
  }
  return "handler > " + path;
}

/// What the code is recorded to wait for.
std::string ReplayJudge::what_is_open() const {
  std::string text;
  std::size_t count = 0;
  for (const Operation& operation : pass_.operations) {
    const bool is_waited_for = operation.type != OperationType::execution &&
                               operation.type != OperationType::context &&
                               !wire::is_terminal(operation.status);
    if (!is_waited_for || ++count > open_shown_max) continue;
    text += (text.empty() ? "" : ", ") + call(operation);
  }
  if (count == 0) return "nothing more: the invocation ends here";
  if (count > open_shown_max) {
    text += " and " + std::to_string(count - open_shown_max) + " more";
  }
  return "a wait for " + text;
}

}  // namespace durable::cli
