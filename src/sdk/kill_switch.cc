// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/kill_switch.h>

#include <durable/base/assert.h>

#include <utility>

namespace durable {
namespace {

// Leaves a step body. Deliberately no std::exception, and known to nobody.
struct InvocationKilled {};

}  // namespace

bool KillSwitch::set(wire::ErrorObject error, State then) noexcept {
  State expected = State::alive;
  if (!state_.compare_exchange_strong(expected, State::being_set, std::memory_order_acq_rel)) {
    return false;
  }
  error_ = std::move(error);
  state_.store(then, std::memory_order_release);
  return true;
}

bool KillSwitch::die() noexcept {
  State expected = State::put_off;
  return state_.compare_exchange_strong(expected, State::dead, std::memory_order_acq_rel);
}

void KillSwitch::kill(wire::ErrorObject error) noexcept {
  if (!set(std::move(error), State::dead)) pull_trigger();
}

void KillSwitch::kill_at_next_call(wire::ErrorObject error) noexcept {
  static_cast<void>(set(std::move(error), State::put_off));
}

void KillSwitch::kill_here(wire::ErrorObject error) {
  kill(std::move(error));
  throw InvocationKilled();
}

const wire::ErrorObject& KillSwitch::error() const noexcept {
  DURABLE_ASSERT(killed());
  return error_;
}

}  // namespace durable
