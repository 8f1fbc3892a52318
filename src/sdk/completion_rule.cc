// SPDX-License-Identifier: Apache-2.0
#include "sdk/completion_rule.h"

#include <algorithm>

namespace durable::detail {

std::size_t failures_within(double percentage, std::size_t total) noexcept {
  // A percentage such as 33.3 is not exactly what was written; the nudge is far above its error and
  // far below the share of one item.
  constexpr double nudge = 1e-12;
  const double failures = percentage * static_cast<double>(total) / 100.0;
  return std::min(static_cast<std::size_t>(failures * (1.0 + nudge)), total);
}

machine::CompletionRule completion_rule(const Completion& completion, std::size_t total) noexcept {
  machine::CompletionRule rule;
  rule.min_successful = completion.min_successful;
  rule.failures_max = completion.tolerated_failure_count;
  if (completion.tolerated_failure_percentage) {
    const std::size_t within = failures_within(*completion.tolerated_failure_percentage, total);
    rule.failures_max = std::min(rule.failures_max.value_or(within), within);
  }
  if (!rule.min_successful && !rule.failures_max) rule.failures_max = 0;
  return rule;
}

}  // namespace durable::detail
