// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/completion.h"

#include <durable/base/assert.h>

#include <algorithm>

namespace durable::machine {

std::optional<CompletionReason> completion_of(const CompletionRule& rule,
                                              const BatchCounts& counts) noexcept {
  if (rule.failures_max && counts.failed > *rule.failures_max) {
    return CompletionReason::failure_tolerance_exceeded;
  }
  if (counts.succeeded + counts.failed == counts.total) return CompletionReason::all_completed;
  if (rule.min_successful && counts.succeeded >= *rule.min_successful) {
    return CompletionReason::min_successful_reached;
  }
  return std::nullopt;
}

BatchSchedule::BatchSchedule(std::size_t total, const CompletionRule& rule,
                             std::optional<std::size_t> concurrency_max)
    : items_(total, Item::waiting),
      rule_(rule),
      concurrency_max_(concurrency_max),
      counts_{total, 0, 0} {}

std::optional<BatchSchedule> BatchSchedule::again(std::size_t total, const BatchSummary& recorded) {
  if (recorded.begun > total || recorded.indexes.size() > recorded.begun) return std::nullopt;
  BatchSchedule schedule(total, CompletionRule{}, std::nullopt);
  const Item unlisted = recorded.lists_started ? Item::waiting : Item::left_running;
  const Item listed = recorded.lists_started ? Item::left_running : Item::waiting;
  const auto begun = static_cast<std::ptrdiff_t>(recorded.begun);
  std::fill(schedule.items_.begin(), schedule.items_.begin() + begun, unlisted);
  std::fill(schedule.items_.begin() + begun, schedule.items_.end(), Item::left_out);
  for (const std::size_t index : recorded.indexes) {
    if (index >= recorded.begun || schedule.items_[index] == listed) return std::nullopt;
    schedule.items_[index] = listed;
  }
  schedule.counts_.total =
      recorded.lists_started ? recorded.begun - recorded.indexes.size() : recorded.indexes.size();
  if (recorded.succeeded + recorded.failed != schedule.counts_.total) return std::nullopt;
  return schedule;
}

std::optional<std::size_t> BatchSchedule::next() noexcept {
  if (concurrency_max_ && running_ >= *concurrency_max_) return std::nullopt;
  if (reason()) return std::nullopt;
  while (next_ < items_.size() && items_[next_] != Item::waiting) ++next_;
  if (next_ == items_.size()) return std::nullopt;
  return next_;
}

bool BatchSchedule::success_matters() const noexcept {
  return rule_.min_successful.has_value() ||
         (concurrency_max_ && running_ >= *concurrency_max_ && next_ < items_.size());
}

void BatchSchedule::begin(std::size_t index) noexcept {
  DURABLE_ASSERT(items_[index] == Item::waiting);
  items_[index] = Item::running;
  ++running_;
}

void BatchSchedule::end(std::size_t index, bool success) noexcept {
  DURABLE_ASSERT(items_[index] == Item::running);
  items_[index] = success ? Item::succeeded : Item::failed;
  --running_;
  ++(success ? counts_.succeeded : counts_.failed);
}

BatchSummary BatchSchedule::summary() const {
  BatchSummary summary;
  summary.reason = reason().value_or(CompletionReason::all_completed);
  summary.succeeded = counts_.succeeded;
  summary.failed = counts_.failed;
  summary.begun = items_.size();
  while (summary.begun > 0 && items_[summary.begun - 1] == Item::waiting) --summary.begun;
  const std::size_t ended = counts_.succeeded + counts_.failed;
  summary.lists_started = summary.begun - ended <= ended;
  for (std::size_t i = 0; i < summary.begun; ++i) {
    if ((items_[i] == Item::running) == summary.lists_started) summary.indexes.push_back(i);
  }
  return summary;
}

}  // namespace durable::machine
