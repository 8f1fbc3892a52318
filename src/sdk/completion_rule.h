// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/options.h>

#include "sdk/machine/completion.h"

#include <cstddef>

namespace durable::detail {

/// The most failures among `total` items that are no more than `percentage` percent of them.
/// `percentage`: 0 to 100. Exact where the percentage has few decimals: 1 of 10 is 10 percent.
[[nodiscard]] std::size_t failures_within(double percentage, std::size_t total) noexcept;

/// The rule for `total` items. With nothing set in `completion`, the first failure completes it.
[[nodiscard]] machine::CompletionRule completion_rule(const Completion& completion,
                                                      std::size_t total) noexcept;

}  // namespace durable::detail
