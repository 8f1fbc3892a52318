// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/command.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "engine/execution.h"
#include "engine/overlay.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <vector>

namespace durable::engine {

struct Decision {
  std::vector<Event> events;    ///< In order: the history, and all that `evolve` needs.
  std::vector<Effect> effects;  ///< In order; equals the change in `obligations`.

  Overlay overlay;  ///< Buffers of `decide`, kept for the next call. Without meaning outside.
};

/// Decides what `command` does to `execution` at `now`; changes nothing.
///
/// All that is due by `now` happens first (waits end, retries become ready, callbacks and the
/// execution time out), then the command. All or nothing: if one update of a checkpoint is refused,
/// none is accepted, and nothing that was due has happened either; send `Tick`. Later updates see
/// earlier ones. No events at all is a valid answer (a repeated checkpoint, `Stop` after the end).
/// Deterministic: equal arguments give an equal Decision. Cost: O(updates), however long the
/// history, and O(log timers) for each timer touched.
///
/// Pre (asserted): `now` is not earlier than the time of the last event.
///
/// Errors: `invalid_parameter` (stale token, an update that is not allowed, a limit),
/// `callback_closed`, `request_too_large` (input of StartExecution), `resource_not_found` (nothing
/// was started), `invalid_usage` (the host broke the protocol, for example an invocation that was
/// not wanted).
[[nodiscard]] Result<Decision> decide(const Execution& execution, const Command& command,
                                      Timestamp now);

/// As above, into `out`, whose buffers are reused; what it held before is dropped. Empty on errors.
[[nodiscard]] Result<void> decide(const Execution& execution, const Command& command, Timestamp now,
                                  Decision& out);

/// As above, without a Command around the most frequent of them.
[[nodiscard]] Result<void> decide(const Execution& execution, const Checkpoint& command,
                                  Timestamp now, Decision& out);

/// What must be live for `execution`: what a host restores after a crash. Order: WakeUp, Invoke,
/// StartChainedInvoke by operation. A running invocation is not among them; see
/// `Execution::invocation_runs`. Empty once closed.
[[nodiscard]] std::vector<Effect> obligations(const Execution& execution);

}  // namespace durable::engine
