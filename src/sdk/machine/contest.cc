// SPDX-License-Identifier: Apache-2.0
#include "sdk/machine/contest.h"

namespace durable::machine {
namespace {

bool before(std::optional<Timestamp> a, std::optional<Timestamp> b) noexcept {
  return a && (!b || *a < *b);
}

}  // namespace

bool Contest::settle(std::size_t index, Result result, std::optional<Timestamp> ended_at) noexcept {
  ++settled_;
  if (rule_ == Rule::first_success && result == Result::failed) return false;
  if (leader_) {
    if (before(leader_ended_at_, ended_at)) return false;
    if (!before(ended_at, leader_ended_at_) && *leader_ < index) return false;
  }
  leader_ = index;
  leader_ended_at_ = ended_at;
  return true;
}

}  // namespace durable::machine
