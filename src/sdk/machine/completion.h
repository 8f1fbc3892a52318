// SPDX-License-Identifier: Apache-2.0
//
// When a map or a parallel is complete and why, which item begins next, and what of all this a
// short record must hold. In integers and indexes: knows no branch and no service.
#pragma once

#include <durable/sdk/options.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace durable::machine {

/// A `Completion` for a known number of items.
struct CompletionRule {
  std::optional<std::size_t> min_successful = {};
  std::optional<std::size_t> failures_max = {};  ///< More failures complete it; absent: never.
};

struct BatchCounts {
  std::size_t total = 0;  ///< Of all items, begun or not.
  std::size_t succeeded = 0;
  std::size_t failed = 0;
};

/// Why it is complete; absent: it is not yet.
[[nodiscard]] std::optional<CompletionReason> completion_of(const CompletionRule& rule,
                                                            const BatchCounts& counts) noexcept;

/// What is recorded in place of a result that is too large.
struct BatchSummary {
  CompletionReason reason = CompletionReason::all_completed;
  std::size_t begun = 0;  ///< The items from 0 up to here.
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  /// Of those begun, the ones that `lists_started` says, in ascending order: whichever are fewer.
  std::vector<std::size_t> indexes;
  bool lists_started = true;

  /// Whether all that began have ended.
  [[nodiscard]] bool all_ended() const noexcept { return succeeded + failed == begun; }
};

/// The items of one batch, and which of them may begin.
class BatchSchedule {
 public:
  enum class Item : std::uint8_t {
    waiting,
    running,
    succeeded,
    failed,
    left_running,  ///< Begun, and never to end.
    left_out,      ///< Never to begin.
  };

  BatchSchedule(std::size_t total, const CompletionRule& rule,
                std::optional<std::size_t> concurrency_max);
  /// For making the result of a complete batch again: every item that is recorded as ended runs,
  /// and no other. Absent: `recorded` is not of a batch of `total` items.
  [[nodiscard]] static std::optional<BatchSchedule> again(std::size_t total,
                                                          const BatchSummary& recorded);

  [[nodiscard]] std::size_t total() const noexcept { return items_.size(); }
  [[nodiscard]] Item item(std::size_t index) const noexcept { return items_[index]; }
  [[nodiscard]] const BatchCounts& counts() const noexcept { return counts_; }
  /// Why it is complete; absent: it is not yet.
  [[nodiscard]] std::optional<CompletionReason> reason() const noexcept {
    return completion_of(rule_, counts_);
  }

  /// The item to begin now: the first one that waits, if it is not complete and a place is free.
  [[nodiscard]] std::optional<std::size_t> next() noexcept;
  /// Whether the end of a running item, when it succeeds, can change what `next` or `reason` say
  /// before all items have ended.
  [[nodiscard]] bool success_matters() const noexcept;

  /// Pre: waiting.
  void begin(std::size_t index) noexcept;
  /// Pre: running.
  void end(std::size_t index, bool success) noexcept;

  /// Pre: complete; the items that have begun are the first ones.
  [[nodiscard]] BatchSummary summary() const;

 private:
  std::vector<Item> items_;
  CompletionRule rule_;
  std::optional<std::size_t> concurrency_max_;
  BatchCounts counts_;
  std::size_t running_ = 0;
  std::size_t next_ = 0;  // no item before it waits
};

}  // namespace durable::machine
