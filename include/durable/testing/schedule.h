// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable {

/// What goes wrong at one place of a run.
enum class FaultKind : std::uint8_t {
  // At a checkpoint call.
  kill_before_send,  ///< The process dies first: the service never hears of it.
  kill_reply_lost,   ///< The service records it; the process dies before the reply arrives.
  /// The process takes the reply in and dies at the next durable call, the next call to the service
  /// or the end of the invocation, whichever comes first. Code that runs until then still runs.
  kill_after_reply,
  throttled,      ///< The service answers 429 and records nothing.
  service_error,  ///< The service answers 5xx and records nothing.
  stale_token,    ///< The service refuses the checkpoint token and records nothing.
  // At a read of the execution's state, which happens when it does not fit the invocation's event.
  state_error,  ///< The service answers 5xx.
  // At the completion of a callback from outside.
  callback_twice,  ///< It is delivered twice.
  /// It is delivered when nothing else can happen before time passes; others overtake it.
  callback_late,
  // At a callback that a script completes, when the function has just made it.
  /// It is completed before the reply to its start: the function has not begun to wait for it.
  callback_early,
};

/// How `kind` is spelled in a schedule's text, e.g. `kill-reply-lost`.
[[nodiscard]] std::string_view to_string(FaultKind kind) noexcept;

/// One thing that goes wrong.
struct Fault {
  FaultKind kind = FaultKind::kill_before_send;
  /// Which call of that sort, counted from 1 over all executions and invocations of one runner.
  std::uint32_t number = 1;
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// What goes wrong in the runs of one runner, and in which order things happen. A value
/// with a text form, so that a run can be repeated.
struct Schedule {
  std::vector<Fault> faults = {};
  /// Not 0: drawn from this seed is which of several branches that can go on does so first, and
  /// which replies of the service take their time while other branches go on. 0: each reply comes
  /// at once, and branches go on in the order in which they became ready.
  std::uint64_t order_seed = 0;
  /// What the executions must come to, as a digest; absent: not checked. Crash exploration writes
  /// it, so that a repeated run can be judged without the undisturbed one.
  std::optional<std::uint64_t> outcome = {};

  /// Whether nothing goes wrong.
  [[nodiscard]] bool undisturbed() const noexcept { return faults.empty() && order_seed == 0; }

  /// E.g. `kill-reply-lost@7`, `throttled@2,order=3`; `undisturbed` when nothing goes wrong.
  [[nodiscard]] std::string to_string() const;
  /// Reads what `to_string` writes. Throws `std::invalid_argument`, with what may stand there.
  [[nodiscard]] static Schedule parse(std::string_view text);

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

}  // namespace durable
