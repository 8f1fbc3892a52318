// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/retry.h"

#include "sdk/machine/limits.h"

#include <algorithm>

namespace durable::machine {
namespace {

__extension__ using Wide = __int128;

std::int64_t base_ms(const Backoff& backoff, std::uint32_t attempt) noexcept {
  const Wide max = backoff.max_ms;
  if (backoff.kind == Backoff::Growth::linear) {
    return static_cast<std::int64_t>(
        std::min(max, backoff.initial_ms + Wide{attempt - 1} * backoff.growth));
  }
  Wide micros = Wide{backoff.initial_ms} * 1000;
  if (backoff.growth > 1000) {
    for (std::uint32_t i = 1; i < attempt && micros < max * 1000; ++i) {
      const Wide next = micros * backoff.growth / 1000;
      if (next == micros) break;  // too small to grow
      micros = next;
    }
  }
  return static_cast<std::int64_t>(std::min(max, micros / 1000));
}

// Uniform in [0, range].
std::int64_t share(std::int64_t range, std::uint64_t random_bits) noexcept {
  __extension__ using Unsigned = unsigned __int128;
  return static_cast<std::int64_t>(
      (static_cast<Unsigned>(random_bits) * (static_cast<std::uint64_t>(range) + 1)) >> 64U);
}

}  // namespace

std::optional<Duration> delay_after(const Backoff& backoff, std::uint32_t attempt,
                                    std::uint64_t random_bits) noexcept {
  if (attempt >= backoff.max_attempts) return std::nullopt;
  const std::int64_t base = base_ms(backoff, std::max(attempt, 1U));
  switch (backoff.jitter) {
    case Jitter::none:
      return Duration(base);
    case Jitter::half:
      return Duration(base / 2 + share(base - base / 2, random_bits));
    case Jitter::full:
      return Duration(share(base, random_bits));
  }
  return Duration(base);
}

std::int64_t delay_seconds(Duration delay) noexcept {
  const std::int64_t ms = delay.count();
  const std::int64_t seconds = ms / 1000 + (ms % 1000 > 0 ? 1 : 0);
  return std::clamp(seconds, delay_s_min, delay_s_max);
}

}  // namespace durable::machine
