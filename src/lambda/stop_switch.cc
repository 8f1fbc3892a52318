// SPDX-License-Identifier: Apache-2.0
#include "lambda/stop_switch.h"

#include <algorithm>
#include <utility>

namespace durable::lambda {

StopSwitch::StopSwitch(std::function<void()> exit_when_idle)
    : exit_when_idle_(std::move(exit_when_idle)) {}

StopSwitch::~StopSwitch() {
  {
    const std::lock_guard lock(mutex_);
    destroyed_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

bool StopSwitch::begin_idle() {
  const std::lock_guard lock(mutex_);
  idle_ = !terminated_;
  return idle_;
}

void StopSwitch::end_idle() {
  const std::lock_guard lock(mutex_);
  idle_ = false;
}

std::stop_token StopSwitch::begin_invocation(std::optional<Moment> stop_at) {
  const std::lock_guard lock(mutex_);
  std::stop_token token = invocation_.emplace().get_token();
  if (terminated_) invocation_->request_stop();
  stop_at_ = stop_at;
  if (stop_at_) {
    if (!thread_.joinable()) {
      thread_ = std::thread([this] { watch(); });
    } else if (!wakes_at_ || *stop_at_ < *wakes_at_) {
      // Deadlines mostly follow each other, so the thread is mostly left asleep.
      changed_.notify_one();
    }
  }
  return token;
}

void StopSwitch::end_invocation() {
  const std::lock_guard lock(mutex_);
  invocation_.reset();
  stop_at_.reset();
}

void StopSwitch::terminate() {
  std::unique_lock lock(mutex_);
  terminated_ = true;
  if (idle_) {
    exit_when_idle_();
    return;
  }
  std::optional<std::stop_source> running = invocation_;
  lock.unlock();  // whoever is told may call anything
  if (running) running->request_stop();
}

void StopSwitch::watch() {
  std::unique_lock lock(mutex_);
  while (!destroyed_) {
    if (!stop_at_) {
      wakes_at_.reset();
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() < *stop_at_) {
      wakes_at_ = stop_at_;
      changed_.wait_until(lock, *wakes_at_);
    } else {
      stop_at_.reset();
      std::optional<std::stop_source> running = invocation_;
      lock.unlock();
      if (running) running->request_stop();
      lock.lock();
    }
  }
}

Duration time_until_stop(Duration left) noexcept {
  constexpr Duration margin_max = std::chrono::seconds{1};
  return std::max(Duration::zero(), left - std::min(left / 10, margin_max));
}

}  // namespace durable::lambda
