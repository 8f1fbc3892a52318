// SPDX-License-Identifier: Apache-2.0
//
// Who comes first among several operations that settle one after the other.
#pragma once

#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace durable::machine {

/// Knows the best so far. Those that were recorded as over with a time come in the order of these
/// times, before those without one; what is equal comes in the order of its index.
class Contest {
 public:
  enum class Rule : std::uint8_t { first_settled, first_success };
  enum class Result : std::uint8_t { succeeded, failed };

  Contest(Rule rule, std::size_t count) noexcept : rule_(rule), count_(count) {}

  /// Entry `index`, which was open until now, has settled. Returns whether it leads now.
  bool settle(std::size_t index, Result result, std::optional<Timestamp> ended_at) noexcept;

  [[nodiscard]] std::optional<std::size_t> leader() const noexcept { return leader_; }
  /// Whether all have settled and none of them counts.
  [[nodiscard]] bool lost() const noexcept { return !leader_ && settled_ == count_; }

 private:
  Rule rule_;
  std::size_t count_;
  std::size_t settled_ = 0;
  std::optional<std::size_t> leader_;
  std::optional<Timestamp> leader_ended_at_;
};

}  // namespace durable::machine
