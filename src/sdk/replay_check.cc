// SPDX-License-Identifier: Apache-2.0
//
// An invocation that only checks whether the code still does what is recorded.
#include "sdk/replay_check.h"

#include <durable/json/value.h>

#include "sdk/calls.h"
#include "sdk/runtime.h"

#include <algorithm>
#include <utility>

namespace durable::detail {
namespace {

constexpr std::size_t leftovers_max = 1'000;

/// A payload in a message: short enough to be read.
std::string shown(const std::optional<Payload>& payload) {
  constexpr std::size_t size_max = 200;
  if (!payload) return "no result";
  std::string text(payload->view().substr(0, size_max));
  if (payload->size() > size_max) text += "...";
  return text;
}

std::string shown(const wire::ErrorObject& error) {
  return error.error_type.value_or("an error") + ": " + error.error_message.value_or("");
}

}  // namespace

bool Runtime::is_recorded_as_finished(const ContextCore& context) const noexcept {
  for (const ContextCore* at = &context; at->parent != nullptr; at = at->parent) {
    const auto* record = static_cast<const machine::Journal::Record*>(at->record);
    // A context that is no operation of its own is as finished as the one that it is in.
    if (record != nullptr && record->operation != nullptr) {
      return wire::is_terminal(record->operation->status);
    }
  }
  return wire::is_terminal(journal_.execution()->status);
}

void Runtime::diverge(ReplayDivergence divergence) {
  wire::ErrorObject error;
  error.error_type = "NonDeterministicExecutionError";
  error.error_message = divergence.where + " is recorded as " + divergence.recorded +
                        ", but the code now has " + divergence.now;
  note_divergence(std::move(divergence));
  fail_execution(std::move(error));
}

void Runtime::note_divergence(ReplayDivergence divergence) {
  ReplayCheck* const check = environment_.replay_check;
  if (check != nullptr && !check->divergence) check->divergence = std::move(divergence);
}

void Runtime::check_begins(const ContextCore& context) { checked_.push_back(&context); }
void Runtime::check_ends(const ContextCore& context) noexcept { std::erase(checked_, &context); }

void Runtime::check_at_rest() {
  const std::string_view now = "code that waits for something which the record leaves open";
  if (!checked_.empty()) {
    const ContextCore& context = *checked_.back();  // the innermost
    diverge({path_of(context), context.id, "finished", std::string(now)});
  } else if (wire::is_terminal(journal_.execution()->status)) {
    diverge({"handler", {}, "finished", std::string(now)});
  }
}

void Runtime::note_leftovers() {
  for (const wire::Operation* operation : journal_.leftovers(leftovers_max)) {
    environment_.replay_check->left_over.push_back(operation->id);
  }
}

std::optional<ReplayDivergence> RecordedEnd::compare_result(
    const ContextCore& context, const std::optional<Payload>& now) const {
  if (error) {
    return ReplayDivergence{path_of(context), context.id, "failed with " + shown(*error),
                            "the result " + shown(now)};
  }
  const auto text = [](const std::optional<Payload>& payload) {
    return payload ? payload->view() : std::string_view("null");
  };
  if (json::same_value(text(result), text(now))) return std::nullopt;
  return ReplayDivergence{path_of(context), context.id, "the result " + shown(result),
                          "the result " + shown(now)};
}

std::optional<ReplayDivergence> RecordedEnd::compare_error(const ContextCore& context,
                                                           const wire::ErrorObject& now) const {
  if (error && same_error(*error, now)) return std::nullopt;
  return ReplayDivergence{path_of(context), context.id,
                          error ? "failed with " + shown(*error) : "the result " + shown(result),
                          "an error, " + shown(now)};
}

bool same_error(const wire::ErrorObject& recorded, const wire::ErrorObject& now) {
  return (!recorded.error_type || recorded.error_type == now.error_type) &&
         (!recorded.error_message || recorded.error_message == now.error_message);
}

}  // namespace durable::detail
