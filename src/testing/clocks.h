// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/assert.h>
#include <durable/base/time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace durable {

/// The time of a runner: it tells it, and lets it pass.
class RunnerClock : public Clock {
 public:
  /// Lets time pass until `then`, or until real time reaches `limit`, whichever comes first.
  /// A `then` that lies in the past changes nothing.
  virtual void pass_until(Timestamp then, std::chrono::steady_clock::time_point limit) = 0;
};

/// Time that stands still until it is told to move. Thread-safety: `now` may be called from any
/// thread; one thread at a time moves it.
class VirtualClock final : public RunnerClock {
 public:
  explicit VirtualClock(Timestamp start) : now_(start) {}

  [[nodiscard]] Timestamp now() const override { return now_.load(std::memory_order_relaxed); }
  void pass_until(Timestamp then, std::chrono::steady_clock::time_point) override {
    now_.store(std::max(now(), then), std::memory_order_relaxed);
  }

 private:
  std::atomic<Timestamp> now_;
};

/// The time of the machine, made monotonic.
class RealClock final : public RunnerClock {
 public:
  [[nodiscard]] Timestamp now() const override {
    return started_at_ +
           std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - steady_start_);
  }
  void pass_until(Timestamp then, std::chrono::steady_clock::time_point limit) override {
    // The clock counts whole milliseconds: one more makes sure that `then` is reached.
    const auto due = steady_start_ + (then - started_at_) + std::chrono::milliseconds{1};
    std::this_thread::sleep_until(std::min(due, limit));
  }

 private:
  Timestamp started_at_ = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  std::chrono::steady_clock::time_point steady_start_ = std::chrono::steady_clock::now();
};

}  // namespace durable
