// SPDX-License-Identifier: Apache-2.0
#include "service/timers.h"

#include "engine/operation.h"

#include <algorithm>
#include <functional>

namespace durable::service {
namespace {

/// Below this many entries, replaced ones are not worth a rebuild.
constexpr std::size_t heap_rebuild_min = 64;

}  // namespace

void Timers::set(store::ExecutionKey key, Timestamp at) {
  if (at == engine::never) return remove(key);
  const auto [place, is_new] = times_.try_emplace(key, at);
  if (!is_new) {
    if (place->second == at) return;
    place->second = at;
  }
  heap_.push_back({at, key});
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  if (heap_.size() > 2 * times_.size() + heap_rebuild_min) rebuild();
}

std::optional<Timestamp> Timers::next() {
  settle();
  return heap_.empty() ? std::nullopt : std::optional(heap_.front().at);
}

std::optional<store::ExecutionKey> Timers::pop(Timestamp now) {
  settle();
  if (heap_.empty() || heap_.front().at > now) return std::nullopt;
  const store::ExecutionKey key = heap_.front().key;
  times_.erase(key);
  return key;
}

void Timers::settle() {
  while (!heap_.empty()) {
    const auto time = times_.find(heap_.front().key);
    if (time != times_.end() && time->second == heap_.front().at) return;
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.pop_back();
  }
}

void Timers::rebuild() {
  heap_.clear();
  for (const auto& [key, at] : times_) heap_.push_back({at, key});
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
}

}  // namespace durable::service
