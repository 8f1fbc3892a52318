// SPDX-License-Identifier: Apache-2.0
#include "lambda/signal_watch.h"

#include <csignal>

#include <utility>

namespace durable::lambda {
namespace {

sigset_t only(int signal) noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  return set;
}

}  // namespace

SignalWatch::SignalWatch(int signal, std::function<void()> told)
    : signal_(signal), told_(std::move(told)) {
  const sigset_t set = only(signal_);
  sigset_t before;
  sigemptyset(&before);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  was_blocked_ = sigismember(&before, signal_) == 1;
  thread_ = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch() {
  destroyed_ = true;
  // The signal itself wakes the thread, and only it.
  pthread_kill(thread_.native_handle(), signal_);
  thread_.join();
  const sigset_t set = only(signal_);
  if (!was_blocked_) pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalWatch::watch() {
  const sigset_t set = only(signal_);
  while (true) {
    int received = 0;
    if (sigwait(&set, &received) != 0) return;
    if (destroyed_) return;
    told_();
  }
}

}  // namespace durable::lambda
