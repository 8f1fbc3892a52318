// SPDX-License-Identifier: Apache-2.0
#include "service/waiters.h"

#include <utility>

namespace durable::service {

void Waiters::add(std::uint64_t waiter, store::ExecutionKey key, Reply<Ended> reply) {
  waiters_.emplace(waiter, Waiter{key, std::move(reply)});
  by_key_.emplace(key, waiter);
}

void Waiters::forget(std::uint64_t waiter) {
  const auto found = waiters_.find(waiter);
  if (found == waiters_.end()) return;
  const auto [first, last] = by_key_.equal_range(found->second.key);
  for (auto at = first; at != last; ++at) {
    if (at->second != waiter) continue;
    by_key_.erase(at);
    break;
  }
  waiters_.erase(found);
}

void Waiters::tell(store::ExecutionKey key, const Result<Ended>& ended) {
  const auto [first, last] = by_key_.equal_range(key);
  if (first == last) return;
  std::vector<Reply<Ended>> replies;
  for (auto at = first; at != last; ++at) {
    const auto waiter = waiters_.find(at->second);
    replies.push_back(std::move(waiter->second.reply));
    waiters_.erase(waiter);
  }
  by_key_.erase(first, last);
  for (const Reply<Ended>& reply : replies) reply(ended);
}

void Waiters::tell_all(const Result<Ended>& ended) {
  const auto waiters = std::exchange(waiters_, {});
  by_key_.clear();
  for (const auto& [number, waiter] : waiters) waiter.reply(ended);
}

}  // namespace durable::service
