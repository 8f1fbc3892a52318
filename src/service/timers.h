// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/store.h"

#include <durable/base/time.h>

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

namespace durable::service {

/// When which execution is to be looked at again: one time for each. Knows nothing else of them, so
/// that a sleeping execution costs no more than its two entries here. No clock, no thread.
class Timers {
 public:
  /// Replaces the time of an execution; `engine::never` removes it. O(log n), and O(1) where it is
  /// the one that it was.
  void set(store::ExecutionKey key, Timestamp at);
  void remove(store::ExecutionKey key) { times_.erase(key); }

  /// The earliest time; absent: there is none.
  [[nodiscard]] std::optional<Timestamp> next();
  /// Removes and returns the execution with the earliest time, if that is not after `now`. Of equal
  /// times the older execution.
  [[nodiscard]] std::optional<store::ExecutionKey> pop(Timestamp now);

  /// How many executions have a time.
  [[nodiscard]] std::size_t size() const noexcept { return times_.size(); }
  /// Entries of the heap, replaced ones included: at most about twice `size()`.
  [[nodiscard]] std::size_t heap_size() const noexcept { return heap_.size(); }

 private:
  struct Entry {
    Timestamp at{};
    store::ExecutionKey key{};
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  /// Drops replaced entries from the top.
  void settle();
  void rebuild();

  std::vector<Entry> heap_;  // the earliest first; holds every pair of times_, and replaced ones
  std::unordered_map<store::ExecutionKey, Timestamp> times_;
};

}  // namespace durable::service
