// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace durable::lambda {

/// Takes over a signal of this process: while it lives, the signal calls `told`, on a thread where
/// anything may be called, and does nothing else. Made before the process has other threads, which
/// inherit that they are not asked.
class SignalWatch {
 public:
  SignalWatch(int signal, std::function<void()> told);
  ~SignalWatch();  ///< Joins the thread.
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  void watch();

  const int signal_;
  const std::function<void()> told_;
  bool was_blocked_ = false;  // before this watch
  std::atomic<bool> destroyed_ = false;
  std::thread thread_;
};

}  // namespace durable::lambda
