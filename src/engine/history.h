// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/event.h"
#include "engine/execution.h"
#include "engine/view.h"

#include <durable/base/result.h>
#include <durable/wire/api.h>
#include <durable/wire/model.h>

namespace durable::engine {

/// One page of the service's history of an execution. `log` must be the events that `execution` was
/// folded from. Data is included and order is oldest first unless the request says otherwise.
/// Cost: O(page + log of the length). Errors: `invalid_parameter` (MaxItems, Marker).
[[nodiscard]] Result<wire::GetDurableExecutionHistoryResponse> history_page(
    const EventLog& log, const Execution& execution,
    const wire::GetDurableExecutionHistoryRequest& request);

/// One event as the service shows it. Pre (asserted): `in_history(event.fact)`.
[[nodiscard]] wire::Event history_event(const Event& event, const Execution& execution,
                                        ExecutionData data);

}  // namespace durable::engine
