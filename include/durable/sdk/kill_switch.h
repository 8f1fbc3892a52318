// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/wire/model.h>

#include <atomic>

namespace durable {

/// Lets a host end an invocation as a crash of the process would: from that moment nothing more is
/// sent to the service, the function's frames are destroyed, and `run_invocation` returns an
/// `InvocationFailure` with the error given here. No user code can catch or undo it.
///
/// A host gives one to each invocation through `InvocationEnvironment::kill_switch`. It is read at
/// each durable call, after each step body and at each reply of the service.
///
/// Thread-safety: `kill` and `killed` may be called from any thread; only the first `kill` counts.
class KillSwitch {
 public:
  KillSwitch() = default;
  KillSwitch(const KillSwitch&) = delete;
  KillSwitch& operator=(const KillSwitch&) = delete;

  /// Ends the invocation at its next durable call, body end or reply.
  void kill(wire::ErrorObject error) noexcept;

  /// Ends the invocation, and leaves the step body that calls this at once, by an exception of a
  /// private type. A body that swallows the exception is dead all the same.
  [[noreturn]] void kill_here(wire::ErrorObject error);

  [[nodiscard]] bool killed() const noexcept { return state_.load(std::memory_order_acquire) == 2; }

  /// What `kill` was given. Pre: `killed()`.
  [[nodiscard]] const wire::ErrorObject& error() const noexcept;

 private:
  std::atomic<int> state_ = 0;  // 0 alive, 1 being killed, 2 killed; error_ is fixed once it is 2
  wire::ErrorObject error_;
};

}  // namespace durable
