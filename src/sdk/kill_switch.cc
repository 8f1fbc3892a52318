// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/kill_switch.h>

#include <durable/base/assert.h>

#include <utility>

namespace durable {
namespace {

// Leaves a step body. Deliberately no std::exception, and known to nobody.
struct InvocationKilled {};

}  // namespace

void KillSwitch::kill(wire::ErrorObject error) noexcept {
  int alive = 0;
  if (!state_.compare_exchange_strong(alive, 1, std::memory_order_acq_rel)) return;
  error_ = std::move(error);
  state_.store(2, std::memory_order_release);
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
