// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <chrono>

namespace durable::cloud {

/// The machine's wall clock: what signatures and the expiry of credentials are measured with. It
/// runs backwards only when the machine's own clock is set back. Thread-safe.
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
