// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <chrono>

namespace durable::cloud {

/// The machine's wall clock as it is: what signatures and the expiry of credentials are measured
/// with. Unlike durable::SystemClock it follows when the machine's clock is set back: a signature
/// with the time from before would be refused. Thread-safe.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

/// Time that passes evenly, counted from an arbitrary point: for deadlines. Thread-safe.
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<Duration>(since)};
  }
};

}  // namespace durable::cloud
