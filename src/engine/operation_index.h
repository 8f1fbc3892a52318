// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace durable::engine {

/// The hash by which operations are found. Equal for equal ids within one process; it reaches no
/// output. Ids that count (`7-1`, `7-2`, ...) are neighbours in groups of eight, a cache line of
/// the index: code that makes many operations makes them in order.
[[nodiscard]] inline std::uint32_t hash_id(std::string_view id) noexcept {
  constexpr std::size_t digits_max = 9;  // fits 32 bits
  constexpr std::uint32_t group = 8;
  std::size_t digits = 0;
  std::uint32_t count = 0;
  std::uint32_t scale = 1;
  while (digits < digits_max && digits < id.size()) {
    const char c = id[id.size() - 1 - digits];
    if (c < '0' || c > '9') break;
    count += static_cast<std::uint32_t>(c - '0') * scale;
    scale *= 10;
    ++digits;
  }
  std::uint64_t hash = std::hash<std::string_view>{}(id.substr(0, id.size() - digits));
  hash = (hash ^ (count / group)) * 0x9E3779B97F4A7C15ULL;
  return (static_cast<std::uint32_t>(hash >> 32U) & ~(group - 1)) | (count % group);
}

/// From an operation's id to its number: open addressing over (hash, number), 8 bytes a slot. The
/// ids themselves stay with the operations; the caller compares them. Nothing is ever removed.
class OperationIndex {
 public:
  /// The number for which `matches(number)` holds among those with this hash.
  template <class Matches>
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint32_t hash, Matches matches) const {
    if (slots_.empty()) return std::nullopt;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.number == vacant) return std::nullopt;
      if (slot.hash == hash && matches(slot.number)) return slot.number;
    }
  }

  /// `number` must not be in the index yet.
  void insert(std::uint32_t hash, std::uint32_t number) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    place(slots_, Slot{hash, number});
    ++size_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::uint32_t vacant = 0xFFFFFFFFU;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = vacant;
  };

  static void place(std::vector<Slot>& slots, Slot slot) {
    const std::size_t mask = slots.size() - 1;
    std::size_t i = slot.hash & mask;
    while (slots[i].number != vacant) i = (i + 1) & mask;
    slots[i] = slot;
  }
  void grow() {
    std::vector<Slot> larger(slots_.empty() ? 8 : slots_.size() * 2);
    for (const Slot& slot : slots_) {
      if (slot.number != vacant) place(larger, slot);
    }
    slots_ = std::move(larger);
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace durable::engine
