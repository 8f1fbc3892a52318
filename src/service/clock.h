// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/service.h"

#include <durable/base/time.h>

#include <atomic>
#include <chrono>

namespace durable::service {

/// The time of one service: that of the system, or faster, or with jumps. Never runs backwards,
/// whatever is done to the system's clock.
///
/// Thread-safety: `now` may be called from any thread, `jump_to` from one.
class ServiceClock final : public Clock {
 public:
  explicit ServiceClock(const ServiceOptions& options);

  [[nodiscard]] Timestamp now() const override;
  /// Makes it `then`, if that is later. Only with `TimeMode::skipped`.
  void jump_to(Timestamp then);
  /// How long `time` of this clock takes.
  [[nodiscard]] std::chrono::nanoseconds real(Duration time) const;

 private:
  const TimeMode mode_;
  const double scale_;
  const Timestamp began_;
  const std::chrono::steady_clock::time_point began_steadily_;
  std::atomic<Duration::rep> skipped_ = 0;        // milliseconds that were jumped over
  mutable std::atomic<Timestamp::rep> last_ = 0;  // the latest time that was told
};

}  // namespace durable::service
