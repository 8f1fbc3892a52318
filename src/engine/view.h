// SPDX-License-Identifier: Apache-2.0
//
// The read side: an execution's state as the service's own types. Nothing here changes anything.
#pragma once

#include "engine/execution.h"

#include <durable/base/result.h>
#include <durable/wire/api.h>
#include <durable/wire/model.h>

#include <cstdint>

namespace durable::engine {

/// The event of the running invocation; to be called after the events of its `StartInvocation` are
/// folded in. All operations in start order, EXECUTION first, as far as `state_page_bytes_max`
/// allows; the rest by NextMarker. Children of completed contexts are always included: the service
/// may leave them out, no function may rely on either. Pre (asserted): an invocation runs.
[[nodiscard]] wire::InvocationInput invocation_input(const Execution& execution);

/// The answer to a checkpoint; to be called after its events are folded in. Its operations are
/// those that changed since this invocation last saw state: recorded by it, or due, or completed
/// from outside. No token once the execution is closed.
[[nodiscard]] wire::CheckpointDurableExecutionResponse checkpoint_response(
    const Execution& execution);

/// One page of operations, in start order. The token must be the running invocation's latest one.
/// Errors: `invalid_parameter` (token, MaxItems, Marker).
[[nodiscard]] Result<wire::GetDurableExecutionStateResponse> read_state(
    const Execution& execution, const wire::GetDurableExecutionStateRequest& request);

/// Whether input, results and errors are shown.
enum class ExecutionData : std::uint8_t { include, leave_out };

/// Of the DurableConfig only the time-out is the engine's.
[[nodiscard]] wire::GetDurableExecutionResponse describe(const Execution& execution,
                                                         ExecutionData data);
/// A row of a listing.
[[nodiscard]] wire::Execution summary(const Execution& execution);
[[nodiscard]] wire::Operation operation_view(const Execution& execution, OperationNumber number);

/// An estimate, from above, of an operation's size in an event; O(1).
[[nodiscard]] std::uint64_t size_estimate(const OperationState& operation);

}  // namespace durable::engine
