// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <algorithm>
#include <atomic>
#include <chrono>

namespace durable::lambda {

/// The machine's time, made never to run backwards. It is asked each time, since a process that
/// Lambda has frozen must see how late it is when it goes on. Thread-safety: safe.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    const Timestamp read = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    Timestamp last = last_.load(std::memory_order_relaxed);
    while (last < read && !last_.compare_exchange_weak(last, read, std::memory_order_relaxed)) {
    }
    return std::max(last, read);
  }

 private:
  mutable std::atomic<Timestamp> last_{Timestamp{}};
};

}  // namespace durable::lambda
