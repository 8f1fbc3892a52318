// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/journal.h"

#include <durable/base/assert.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace durable::machine {
namespace {

// Numbers in a context have few holes (calls whose record was never sent), so a number far beyond
// all others is no position of ours; without this bound a foreign id could claim any memory.
constexpr std::uint64_t hole_max = 4'096;

// The number at the start of `text`, which is cut off with the '-' after it; nothing if it is not
// one that we write.
std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || number == 0 || text.front() == '0') return std::nullopt;
  if (parsed.ptr == end) {
    text = {};
    return number;
  }
  if (*parsed.ptr != '-' || parsed.ptr + 1 == end) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()) + 1);
  return number;
}

}  // namespace

void Journal::load(std::vector<wire::Operation> page) {
  pages_.push_back(std::move(page));
  for (wire::Operation& operation : pages_.back()) {
    if (operation.type == wire::OperationType::execution) {
      if (execution_ == nullptr) execution_ = &operation;
      continue;
    }
    const Slot place = slot(operation.id);
    Record& record = *place.record;
    if (record.operation == nullptr) {
      ++operation_count_;
      count(place, operation);
    } else if (!wire::is_terminal(record.operation->status)) {
      --open_unasked_;  // a page repeats it: the later state counts
    }
    record.operation = &operation;
    if (!wire::is_terminal(operation.status)) ++open_unasked_;
  }
}

void Journal::count(const Slot& place, const wire::Operation& operation) {
  Record* context = place.context;
  if (context == nullptr && operation.parent_id) context = find(*operation.parent_id);
  if (context == nullptr) return;
  if (!context->children) context->children = std::make_unique<Children>();
  ++context->children->stored;
  if (wire::is_terminal(operation.status) && place.number > context->children->last_ended) {
    context->children->last_ended = place.number;
  }
}

Journal::Slot Journal::slot(std::string_view id) {
  Record* record = &root_;
  Record* context = nullptr;
  std::uint64_t position = 0;
  std::string_view rest = id;
  while (!rest.empty()) {
    std::string_view after = rest;
    const auto number = take_number(after);
    const std::uint64_t size = record->children ? record->children->records.size() : 0;
    if (!number || *number > size + hole_max) {
      if (record == &root_) {
        // A hash stands for its whole path; what follows it are positions again.
        const std::size_t dash = rest.find('-');
        std::string first(rest.substr(0, dash));
        after = rest;
        after.remove_prefix(dash == std::string_view::npos ? rest.size() : dash + 1);
        const bool positions_follow = after.empty() || take_number(after);
        auto& entry = irregular_[positions_follow ? std::move(first) : std::string(id)];
        if (!entry) entry = std::make_unique<Record>();
        record = entry.get();
        if (!positions_follow) return {record, nullptr, 0};
        rest.remove_prefix(dash == std::string_view::npos ? rest.size() : dash + 1);
        continue;
      }
      auto& entry = irregular_[std::string(id)];
      if (!entry) entry = std::make_unique<Record>();
      return {entry.get(), nullptr, 0};
    }
    if (!record->children) record->children = std::make_unique<Children>();
    if (*number > size) record->children->records.resize(*number);
    context = record;
    position = *number;
    record = record->child(*number);
    rest = after;
  }
  return {record, context, position};
}

Journal::Record* Journal::find(std::string_view id) noexcept {
  Record* const record = locate(id);
  return record != nullptr && record->operation != nullptr ? record : nullptr;
}

Journal::Record* Journal::locate(std::string_view id) noexcept {
  Record* record = &root_;
  std::string_view rest = id;
  while (!rest.empty() && record != nullptr) {
    std::string_view after = rest;
    const auto number = take_number(after);
    if (!number) break;
    record = record->child(*number);
    rest = after;
  }
  if (record != nullptr && rest.empty()) return record;
  if (irregular_.empty()) return nullptr;
  if (const auto whole = irregular_.find(std::string(id)); whole != irregular_.end()) {
    return whole->second.get();
  }
  const std::size_t dash = id.find('-');
  if (dash == std::string_view::npos) return nullptr;
  const auto first = irregular_.find(std::string(id.substr(0, dash)));
  if (first == irregular_.end()) return nullptr;
  record = first->second.get();
  rest = id.substr(dash + 1);
  while (!rest.empty() && record != nullptr) {
    const auto number = take_number(rest);
    if (!number) return nullptr;
    record = record->child(*number);
  }
  return record;
}

wire::Operation& Journal::ask(Record& record) noexcept {
  DURABLE_ASSERT(record.operation != nullptr && !record.asked);
  record.asked = true;
  if (!wire::is_terminal(record.operation->status)) --open_unasked_;
  return *record.operation;
}

void Journal::update(wire::Operation operation) {
  Record* record = find(operation.id);
  if (record == nullptr || record->asked || wire::is_terminal(record->operation->status)) return;
  if (wire::is_terminal(operation.status)) --open_unasked_;
  *record->operation = std::move(operation);
  record->updated = true;
}

void Journal::mark_updated(std::string_view id) noexcept {
  if (Record* record = find(id); record != nullptr) record->updated = true;
}

void Journal::collect(const Record& context, std::size_t count_max,
                      std::vector<const wire::Operation*>& found) {
  if (!context.children) return;
  for (const Record& record : context.children->records) {
    if (found.size() >= count_max) return;
    if (record.operation == nullptr || record.entered) {
      collect(record, count_max, found);
    } else if (!record.asked) {
      found.push_back(record.operation);
    }
  }
}

std::vector<const wire::Operation*> Journal::leftovers(std::size_t count_max) const {
  std::vector<const wire::Operation*> found;
  collect(root_, count_max, found);
  std::vector<std::pair<std::string_view, const Record*>> irregular;
  for (const auto& [id, record] : irregular_) irregular.emplace_back(id, record.get());
  std::sort(irregular.begin(), irregular.end());
  for (const auto& [id, record] : irregular) {
    if (found.size() >= count_max) break;
    if (record->operation == nullptr || record->entered) {
      collect(*record, count_max, found);
    } else if (!record->asked) {
      found.push_back(record->operation);
    }
  }
  return found;
}

}  // namespace durable::machine
