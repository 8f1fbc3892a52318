// SPDX-License-Identifier: Apache-2.0
#include "server/encoder.h"

#include <utility>

namespace durable::server {

Encoder::~Encoder() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Encoder::run(std::function<void()> task) {
  bool is_taken = false;
  {
    const std::lock_guard lock(mutex_);
    is_taken = tasks_.size() < tasks_max;
    if (is_taken) tasks_.push_back(std::move(task));
  }
  if (!is_taken) return task();
  changed_.notify_one();
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
}

void Encoder::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it holds is large, and no business of the lock's
    lock.lock();
  }
}

}  // namespace durable::server
