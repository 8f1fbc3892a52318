// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace durable::server {

/// Writes answers that may be tens of MiB long on a thread of its own, so that neither executions
/// nor connections wait for them.
///
/// Thread-safety: one thread calls `run`.
class Encoder {
 public:
  /// Tasks that may wait. Each holds one page, whose payloads it shares with the execution.
  static constexpr std::size_t tasks_max = 64;

  Encoder() = default;
  ~Encoder();  ///< Does what waits, and joins the thread.
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  /// Runs `task` soon, in its turn; before it returns, on the caller's thread, while `tasks_max`
  /// wait: who asks for more than can be written is not asked faster.
  void run(std::function<void()> task);

 private:
  void work();

  std::mutex mutex_;  // guards tasks_ and closed_
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool closed_ = false;
  std::thread thread_;  // made for the first task
};

}  // namespace durable::server
