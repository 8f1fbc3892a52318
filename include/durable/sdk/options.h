// SPDX-License-Identifier: Apache-2.0
//
// Options of durable calls. All are plain values without owning members, so that writing one in
// place inside a `co_await` expression is safe on every compiler.
#pragma once

#include <durable/sdk/retry.h>

#include <type_traits>

namespace durable {

/// What a crash between a step's start and its end means.
enum class StepSemantics : std::uint8_t {
  /// The body runs again: it must bear being repeated.
  at_least_once_per_retry,
  /// The body does not run again in this attempt: the retry policy is asked as if it had thrown a
  /// `StepInterruptedError`. Its start is recorded before the body runs, which costs one more call.
  at_most_once_per_retry,
};

/// How a step runs, and what follows a failed attempt.
struct StepOptions {
  StepSemantics semantics = StepSemantics::at_least_once_per_retry;
  RetryPolicy retry = {};
};
static_assert(std::is_trivially_destructible_v<StepOptions>);

}  // namespace durable
