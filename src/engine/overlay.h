// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/operation.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace durable::engine {

/// The operations that a decision has touched so far, as they will be: copies laid over the
/// execution, which stays as it is. Finding one is O(1) however many there are.
class Overlay {
 public:
  struct Entry {
    OperationNumber number = 0;
    bool created = false;     ///< Started by this very decision.
    bool updated = false;     ///< An update of this batch named it.
    bool may_follow = false;  ///< That update was a START which one more update may follow.
    OperationState state;
  };

  void clear() noexcept {
    entries_.clear();
    // Clearing a map costs its buckets even when it is empty.
    if (!by_number_.empty()) by_number_.clear();
    if (!created_by_id_.empty()) created_by_id_.clear();
  }
  [[nodiscard]] Entry* find(OperationNumber number) {
    if (entries_.size() > linear_max) return find_in_map(number);
    for (Entry& entry : entries_) {
      if (entry.number == number) return &entry;
    }
    return nullptr;
  }
  [[nodiscard]] Entry* find_created(std::string_view id);
  /// Both: pre: no entry has this number. They move the entries: references end here.
  Entry& add_copy(OperationNumber number, const OperationState& state);
  Entry& add_created(OperationNumber number, std::shared_ptr<const OperationInfo> info);
  [[nodiscard]] std::vector<Entry>& entries() noexcept { return entries_; }

 private:
  // Few entries are searched one by one; the maps are filled only beyond this many.
  static constexpr std::size_t linear_max = 8;
  [[nodiscard]] Entry* find_in_map(OperationNumber number);
  void remember_last();
  void remember(std::size_t position);

  std::vector<Entry> entries_;
  std::unordered_map<OperationNumber, std::size_t> by_number_;
  std::unordered_map<std::string_view, std::size_t> created_by_id_;
};

}  // namespace durable::engine
