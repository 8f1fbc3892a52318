// SPDX-License-Identifier: Apache-2.0
//
// The calls that start a batch, and the checks of what they are given.
#include <durable/sdk/errors.h>

#include "sdk/batch.h"
#include "sdk/child.h"

#include <cstdint>
#include <utility>

namespace durable::detail {
namespace {

constexpr BatchWords map_words{{wire::OperationType::context, "Map", "map"},
                               {wire::OperationType::context, "MapIteration", "map"},
                               "map-item-",
                               "MapResult"};
constexpr BatchWords parallel_words{{wire::OperationType::context, "Parallel", "parallel"},
                                    {wire::OperationType::context, "ParallelBranch", "parallel"},
                                    "parallel-branch-",
                                    "ParallelResult"};

[[noreturn]] void refuse(const BatchWords& words, std::string_view name, std::string_view option,
                         std::string_view range, std::string_view found) {
  std::string text(words.batch.call);
  text.append(" ").append(quoted_name(name)).append(": ").append(option).append(" must be ");
  text.append(range).append(", but is ").append(found);
  throw ValidationError(text);
}

// A number below zero that became a size.
bool is_negative(std::size_t value) noexcept {
  return value > static_cast<std::size_t>(PTRDIFF_MAX);
}
std::string shown(std::size_t value) { return std::to_string(static_cast<std::ptrdiff_t>(value)); }

void validate(const BatchWords& words, std::string_view name, const BatchSettings& settings,
              const BatchBody& body) {
  const Completion& completion = settings.completion;
  if (const auto& max = settings.max_concurrency; max && (*max < 1 || is_negative(*max))) {
    refuse(words, name, "max_concurrency", "at least 1 (absent: no limit)", shown(*max));
  }
  if (const auto& min = completion.min_successful; min && (*min < 1 || *min > body.size())) {
    refuse(words, name, "completion.min_successful",
           "from 1 to the number of items, " + std::to_string(body.size()), shown(*min));
  }
  if (const auto& count = completion.tolerated_failure_count; count && is_negative(*count)) {
    refuse(words, name, "completion.tolerated_failure_count", "at least 0", shown(*count));
  }
  if (const auto& percentage = completion.tolerated_failure_percentage;
      percentage && !(*percentage >= 0 && *percentage <= 100)) {
    refuse(words, name, "completion.tolerated_failure_percentage", "from 0 to 100",
           std::to_string(*percentage));
  }
  check_name(words.batch, name);
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (const std::string_view given = body.name(i); !given.empty()) {
      check_name(words.branch, given);
    }
  }
}

}  // namespace

OperationPtr run_batch(ContextCore& context, BatchKind kind, std::string_view name,
                       const BatchSettings& settings, std::unique_ptr<BatchBody> body) {
  const BatchWords& words = kind == BatchKind::map ? map_words : parallel_words;
  if (admit(context, words.batch, name)) {
    const ForeignCode guard(*context.runtime, Scope::Kind::item_namer);
    body->make_names();
  }
  validate(words, name, settings, *body);
  check_depth(context, words.batch, name);
  auto opened =
      open_call<BatchOperation>(context, words.batch, name, words, settings, std::move(body));
  if (opened.admitted) opened.operation->begin(opened.place);
  return std::move(opened.operation);
}

}  // namespace durable::detail
