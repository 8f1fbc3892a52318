// SPDX-License-Identifier: Apache-2.0
//
// When to stop: the running invocation shortly before its deadline, and the process when its host
// says so.
#pragma once

#include <durable/base/time.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace durable::lambda {

/// Thread-safety: `terminate` may be called from any thread, all else from the loop's.
class StopSwitch {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// `exit_when_idle` ends the process. It is called by `terminate` while the loop waits for an
  /// invocation, which nothing else can interrupt.
  explicit StopSwitch(std::function<void()> exit_when_idle);
  ~StopSwitch();  ///< Joins the thread.
  StopSwitch(const StopSwitch&) = delete;
  StopSwitch& operator=(const StopSwitch&) = delete;

  /// The loop is about to wait for an invocation. False: it is to end instead.
  [[nodiscard]] bool begin_idle();
  void end_idle();

  /// What the invocation that begins may ask; it is told at `stop_at`, from a thread of this
  /// switch's, or by `terminate`.
  [[nodiscard]] std::stop_token begin_invocation(std::optional<Moment> stop_at);
  void end_invocation();

  /// The process is to end: now if it is idle, else after the running invocation, which is asked to
  /// stop.
  void terminate();

 private:
  void watch();

  const std::function<void()> exit_when_idle_;
  std::mutex mutex_;  // guards all below but thread_
  std::condition_variable changed_;
  bool idle_ = false;
  bool terminated_ = false;
  bool destroyed_ = false;
  std::optional<std::stop_source> invocation_;  // absent: none runs
  std::optional<Moment> stop_at_;               // absent: no deadline to watch
  std::optional<Moment> wakes_at_;  // when watch() looks again by itself; absent: when it is told
  std::thread thread_;              // made for the first deadline
};

/// When an invocation that has `left` until its deadline is asked to stop: early enough to end what
/// it does and to record it.
[[nodiscard]] Duration time_until_stop(Duration left) noexcept;

}  // namespace durable::lambda
