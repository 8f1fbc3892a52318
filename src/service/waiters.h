// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/service.h"
#include "store/store.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

namespace durable::service {

/// Who wants to be told when which execution has ended.
class Waiters {
 public:
  /// `waiter` must be new.
  void add(std::uint64_t waiter, store::ExecutionKey key, Reply<Ended> reply);
  /// Drops a waiter, if it is there.
  void forget(std::uint64_t waiter);
  /// Whether anybody waits for this execution.
  [[nodiscard]] bool any(store::ExecutionKey key) const { return by_key_.contains(key); }
  /// Tells all that wait for this execution, and drops them.
  void tell(store::ExecutionKey key, const Result<Ended>& ended);
  /// Tells everybody, and drops them.
  void tell_all(const Result<Ended>& ended);
  [[nodiscard]] std::size_t size() const noexcept { return waiters_.size(); }

 private:
  struct Waiter {
    store::ExecutionKey key{};
    Reply<Ended> reply;
  };
  std::unordered_map<std::uint64_t, Waiter> waiters_;
  std::unordered_multimap<store::ExecutionKey, std::uint64_t> by_key_;  // exactly of waiters_
};

}  // namespace durable::service
