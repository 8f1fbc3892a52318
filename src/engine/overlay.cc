// SPDX-License-Identifier: Apache-2.0
#include "engine/overlay.h"

#include <utility>

namespace durable::engine {

Overlay::Entry* Overlay::find_in_map(OperationNumber number) {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : &entries_[found->second];
}

Overlay::Entry* Overlay::find_created(std::string_view id) {
  if (entries_.size() > linear_max) {
    const auto found = created_by_id_.find(id);
    return found == created_by_id_.end() ? nullptr : &entries_[found->second];
  }
  for (Entry& entry : entries_) {
    if (entry.created && entry.state.info->id() == id) return &entry;
  }
  return nullptr;
}

Overlay::Entry& Overlay::add_copy(OperationNumber number, const OperationState& state) {
  Entry& entry = entries_.emplace_back();
  entry.number = number;
  entry.state = state;
  remember_last();
  return entry;
}

Overlay::Entry& Overlay::add_created(OperationNumber number,
                                     std::shared_ptr<const OperationInfo> info) {
  Entry& entry = entries_.emplace_back();
  entry.number = number;
  entry.created = true;
  entry.state.info = std::move(info);
  remember_last();
  return entry;
}

void Overlay::remember_last() {
  if (entries_.size() == linear_max + 1) {
    for (std::size_t i = 0; i < entries_.size(); ++i) remember(i);
  } else if (entries_.size() > linear_max) {
    remember(entries_.size() - 1);
  }
}

void Overlay::remember(std::size_t position) {
  const Entry& entry = entries_[position];
  by_number_.emplace(entry.number, position);
  if (entry.created) created_by_id_.emplace(entry.state.info->id(), position);
}

}  // namespace durable::engine
