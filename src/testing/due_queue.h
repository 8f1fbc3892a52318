// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "testing/local_service.h"

#include <durable/testing/scripts.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace durable {

/// All that will happen in a runner's time, the earliest first; at one moment, in the order in
/// which it was put in.
class DueQueue {
 public:
  enum class Kind : std::uint8_t {
    execution,     ///< A deadline of the execution, or its next invocation.
    invoke_start,  ///< One of its chained invokes wants its target.
    script_part,   ///< Part `part` of `script`, for one of its callbacks or chained invokes.
    closed,        ///< It is closed; whoever invoked it gets its outcome.
  };
  struct Entry {
    Timestamp at{};
    std::uint64_t order = 0;  ///< Given by the queue, from 1.
    std::shared_ptr<LocalExecution> execution;
    detail::Script* script = nullptr;  ///< Owned by the runner's book of scripts.
    std::size_t part = 0;
    engine::OperationNumber operation = 0;
    Kind kind = Kind::execution;
  };

  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  /// Pre: not empty.
  [[nodiscard]] const Entry& top() const { return heap_.front(); }

  /// Returns the order number that it gave.
  std::uint64_t push(Entry entry) {
    entry.order = ++last_order_;
    put_back(std::move(entry));
    return last_order_;
  }
  /// As `push`, for what was popped: it keeps its place.
  void put_back(Entry entry) {
    heap_.push_back(std::move(entry));
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }
  Entry pop() {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    Entry entry = std::move(heap_.back());
    heap_.pop_back();
    return entry;
  }
  template <class Predicate>
  void remove_if(Predicate predicate) {
    std::erase_if(heap_, predicate);
    std::make_heap(heap_.begin(), heap_.end(), is_later);
  }

 private:
  static bool is_later(const Entry& a, const Entry& b) {
    return std::pair(a.at, a.order) > std::pair(b.at, b.order);
  }

  std::vector<Entry> heap_;
  std::uint64_t last_order_ = 0;
};

}  // namespace durable
