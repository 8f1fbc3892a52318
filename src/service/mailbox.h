// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace durable::service {

/// What became of a message that was offered.
enum class Delivery : std::uint8_t { taken, full, closed };

/// Where many threads leave messages for one. The reader takes all that are there at once, by
/// exchanging two vectors, so that neither side allocates once both have grown.
///
/// Thread-safety: any thread may write; one thread reads.
template <class T>
class Mailbox {
 public:
  /// `messages_max` bounds what `offer` takes.
  explicit Mailbox(std::size_t messages_max) : messages_max_(messages_max) {}

  /// Leaves a message, unless as many wait as may. It is moved from only when it was taken.
  [[nodiscard]] Delivery offer(T& message) { return put(message, messages_max_); }

  /// Leaves a message that must not be lost: the end of something that the reader has begun, and of
  /// which there are never more than it began. Dropped only when the mailbox is closed.
  void leave(T message) {
    static_cast<void>(put(message, static_cast<std::size_t>(-1)));  // closed: nobody reads
  }

  /// Waits until there is a message, the mailbox is closed, or `patience` is over (absent: for
  /// ever); then exchanges what is there with `batch`, which must be empty. False once the mailbox
  /// is closed and nothing is left in it.
  [[nodiscard]] bool take(std::vector<T>& batch, std::optional<std::chrono::nanoseconds> patience) {
    std::unique_lock lock(mutex_);
    const auto awake = [this] { return !messages_.empty() || closed_; };
    if (!awake() && patience != std::chrono::nanoseconds::zero()) {
      sleeps_ = true;
      if (patience) {
        written_.wait_for(lock, *patience, awake);
      } else {
        written_.wait(lock, awake);
      }
      sleeps_ = false;
    }
    batch.swap(messages_);
    return !batch.empty() || !closed_;
  }

  /// Nothing is taken in from now on; what is there can still be read.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    written_.notify_one();
  }

 private:
  Delivery put(T& message, std::size_t messages_max) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return Delivery::closed;
      if (messages_.size() >= messages_max) return Delivery::full;
      messages_.push_back(std::move(message));
      wake = sleeps_;
      sleeps_ = false;  // One call wakes the reader; the next writer need not.
    }
    if (wake) written_.notify_one();
    return Delivery::taken;
  }

  const std::size_t messages_max_;
  std::mutex mutex_;  // guards all below
  std::condition_variable written_;
  std::vector<T> messages_;
  bool sleeps_ = false;
  bool closed_ = false;
};

}  // namespace durable::service
