// SPDX-License-Identifier: Apache-2.0
//
// Delays between attempts, in integers: an attempt, a schedule and random bits give the same delay
// on every machine.
#pragma once

#include <durable/base/time.h>
#include <durable/sdk/retry.h>

#include <cstdint>
#include <optional>

namespace durable::machine {

struct Backoff {
  enum class Growth : std::uint8_t { exponential, linear };

  std::int64_t initial_ms = 0;
  std::int64_t max_ms = 0;
  std::uint32_t max_attempts = 1;
  /// Exponential: the rate in thousandths. Linear: the increment in milliseconds.
  std::uint32_t growth = 0;
  Jitter jitter = Jitter::none;
  Growth kind = Growth::exponential;
};

/// The delay after `attempt` attempts; absent: no more attempts.
[[nodiscard]] std::optional<Duration> delay_after(const Backoff& backoff, std::uint32_t attempt,
                                                  std::uint64_t random_bits) noexcept;

/// `delay` in whole seconds as the service takes it: rounded up, at least 1, at most its limit.
[[nodiscard]] std::int64_t delay_seconds(Duration delay) noexcept;

}  // namespace durable::machine
