// SPDX-License-Identifier: Apache-2.0
#include <durable/base/system_clock.h>

#include <chrono>

namespace durable {

Timestamp SystemClock::now() const {
  // Not the steady clock counted on from a first look: it misses the time of a frozen machine.
  const Duration::rep present =
      std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())
          .time_since_epoch()
          .count();
  Duration::rep latest = latest_.load(std::memory_order_relaxed);
  while (latest < present &&
         !latest_.compare_exchange_weak(latest, present, std::memory_order_relaxed)) {
  }
  return Timestamp{Duration{latest < present ? present : latest}};
}

}  // namespace durable
