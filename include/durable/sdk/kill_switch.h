// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/wire/model.h>

#include <atomic>
#include <cstdint>

namespace durable {

/// Lets a host end an invocation as a crash of the process would: from that moment nothing more is
/// sent to the service, the function's frames are destroyed, and `run_invocation` returns an
/// `InvocationFailure` with the error given here. No user code can catch or undo it.
///
/// A host gives one to each invocation through `InvocationEnvironment::kill_switch`. It is read at
/// each durable call, after each step body and at each reply of the service.
///
/// Thread-safety: all but `error` may be called from any thread; only the first order to kill
/// counts.
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

  /// Ends the invocation at its next durable call, its next call to the service (through a client
  /// that pulls the trigger there) or where it would answer, whichever comes first. Code that runs
  /// until then still runs.
  void kill_at_next_call(wire::ErrorObject error) noexcept;
  /// What `kill_at_next_call` has put off happens now. True: it did. For the SDK and for clients of
  /// the service.
  bool pull_trigger() noexcept {
    return state_.load(std::memory_order_acquire) == State::put_off && die();
  }

  [[nodiscard]] bool killed() const noexcept {
    return state_.load(std::memory_order_acquire) == State::dead;
  }

  /// What `kill` was given. Pre: `killed()`.
  [[nodiscard]] const wire::ErrorObject& error() const noexcept;

 private:
  enum class State : std::uint8_t { alive, being_set, put_off, dead };

  [[nodiscard]] bool set(wire::ErrorObject error, State then) noexcept;
  bool die() noexcept;

  std::atomic<State> state_ = State::alive;  // error_ is fixed once it is put_off or dead
  wire::ErrorObject error_;
};

}  // namespace durable
