// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/event.h"
#include "engine/execution.h"
#include "engine/view.h"

#include <durable/base/result.h>
#include <durable/wire/api.h>
#include <durable/wire/model.h>

namespace durable::engine {

/// The EventId of the last event that `request`'s page can hold. The log may end after the event
/// behind that one, which says that there is another page; in reverse order it has to be complete.
[[nodiscard]] std::size_t history_reach(const Limits& limits,
                                        const wire::GetDurableExecutionHistoryRequest& request);

/// One page of the service's history of an execution. `log` must be the events that `execution` was
/// folded from, at least as far as `history_reach` says. Data is included and order is oldest first
/// unless the request says otherwise. Cost: O(page + log of the length). Errors:
/// `invalid_parameter` (MaxItems, Marker).
[[nodiscard]] Result<wire::GetDurableExecutionHistoryResponse> history_page(
    const EventLog& log, const Execution& execution,
    const wire::GetDurableExecutionHistoryRequest& request);

/// One event as the service shows it. Pre (asserted): `in_history(event.fact)`.
[[nodiscard]] wire::Event history_event(const Event& event, const Execution& execution,
                                        ExecutionData data);

}  // namespace durable::engine
