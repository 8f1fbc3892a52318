// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/random.h>

#include <cstdint>
#include <limits>

namespace durable {

/// A sequence of random numbers that is the same in each replay. A uniform random bit generator, so
/// it serves `std::shuffle`; what the distributions of <random> make of it depends on the standard
/// library that a program is built with, `below` and `unit` do not.
///
/// Thread-safety: none.
class DeterministicRandom {
 public:
  using result_type = std::uint64_t;

  explicit DeterministicRandom(std::uint64_t seed) noexcept : random_(seed) {}

  [[nodiscard]] static constexpr result_type min() noexcept { return 0; }
  [[nodiscard]] static constexpr result_type max() noexcept {
    return std::numeric_limits<result_type>::max();
  }
  result_type operator()() noexcept { return random_.next(); }

  /// Uniform in [0, bound); 0 when `bound` is 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept { return random_.below(bound); }
  /// Uniform in [0, 1), with 53 bits.
  [[nodiscard]] double unit() noexcept {
    return static_cast<double>(random_.next() >> 11U) * 0x1.0p-53;
  }

 private:
  Random random_;
};

}  // namespace durable
