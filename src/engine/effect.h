// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/operation.h"

#include <durable/base/time.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <variant>

namespace durable::engine {

/// Send `Tick` at `at()`. Replaces every earlier WakeUp of the execution.
struct WakeUp {
  std::optional<Timestamp> timer;  ///< The earliest wait, retry or callback timer.
  Timestamp execution_timeout{};   ///< When the execution as a whole times out.

  [[nodiscard]] Timestamp at() const noexcept {
    return timer ? std::min(*timer, execution_timeout) : execution_timeout;
  }
  friend bool operator==(const WakeUp&, const WakeUp&) = default;
};

/// Send `StartInvocation` as soon as possible, but not before `not_before`, and invoke the function
/// with `invocation_input`. Replaces an earlier Invoke that was not started yet.
struct Invoke {
  Timestamp not_before{};
  friend bool operator==(const Invoke&, const Invoke&) = default;
};

/// Invoke another function; send `ChainedInvokeStarted` (optional) and `CompleteChainedInvoke`.
struct StartChainedInvoke {
  OperationNumber operation = 0;
  /// What to invoke: `info->chained_invoke()`. Owners: the operation's state, and this effect.
  std::shared_ptr<const OperationInfo> info;
  friend bool operator==(const StartChainedInvoke& a, const StartChainedInvoke& b) {
    return a.operation == b.operation && *a.info == *b.info;
  }
};

/// The execution is closed: nothing more is to be done for it, and whoever waits for it may be
/// told. A running invocation goes on until it ends by itself (`EndInvocation`). Functions that it
/// invoked go on too, and nobody waits for their results.
struct Closed {
  friend bool operator==(const Closed&, const Closed&) = default;
};

/// What the host must do once the events are kept. Doing one twice must be harmless.
using Effect = std::variant<WakeUp, Invoke, StartChainedInvoke, Closed>;

}  // namespace durable::engine
