// SPDX-License-Identifier: Apache-2.0
#include "service/clock.h"

#include <durable/base/assert.h>

#include <algorithm>

namespace durable::service {
namespace {

using std::chrono::duration_cast;
using Steady = std::chrono::steady_clock;

/// The longest that is ever waited in one go: a wait that is longer is begun again.
constexpr std::chrono::hours real_wait_max{24};

Timestamp system_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace

ServiceClock::ServiceClock(const ServiceOptions& options)
    : mode_(options.time_mode),
      scale_(options.time_mode == TimeMode::scaled ? options.time_scale : 1.0),
      began_(system_now()),
      began_steadily_(Steady::now()) {}

Timestamp ServiceClock::now() const {
  Timestamp time;
  switch (mode_) {
    case TimeMode::real:
      time = system_now();
      break;
    case TimeMode::scaled: {
      const std::chrono::duration<double, std::milli> passed = Steady::now() - began_steadily_;
      time = began_ + Duration{static_cast<Duration::rep>(passed.count() * scale_)};
      break;
    }
    case TimeMode::skipped:
      time = began_ + duration_cast<Duration>(Steady::now() - began_steadily_) +
             Duration{skipped_.load(std::memory_order_relaxed)};
      break;
  }
  const Timestamp::rep count = time.time_since_epoch().count();
  Timestamp::rep last = last_.load(std::memory_order_relaxed);
  while (last < count && !last_.compare_exchange_weak(last, count, std::memory_order_relaxed)) {
  }
  return Timestamp{Duration{std::max(last, count)}};
}

void ServiceClock::jump_to(Timestamp then) {
  DURABLE_ASSERT(mode_ == TimeMode::skipped);
  const Timestamp present = now();
  if (then > present) skipped_.fetch_add((then - present).count(), std::memory_order_relaxed);
}

std::chrono::nanoseconds ServiceClock::real(Duration time) const {
  const std::chrono::duration<double, std::milli> scaled(static_cast<double>(time.count()) /
                                                         scale_);
  if (scaled > real_wait_max) return real_wait_max;
  return std::max(duration_cast<std::chrono::nanoseconds>(scaled), std::chrono::nanoseconds{0});
}

}  // namespace durable::service
