// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace durable {

/// A span of time, in whole milliseconds: the service's resolution. Any coarser `std::chrono`
/// literal converts
/// (`24h`, `30s`, `250ms`).
using Duration = std::chrono::milliseconds;

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Tells the time. Nothing in this project reads the time in any other way, so that a test can own
/// it.
///
/// Thread-safety: implementations say so themselves; the SDK calls it from the workflow's thread
/// only.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// The present time. Never runs backwards.
  [[nodiscard]] virtual Timestamp now() const = 0;
};

}  // namespace durable
