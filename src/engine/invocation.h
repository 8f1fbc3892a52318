// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/command.h"
#include "engine/draft.h"

#include <durable/base/result.h>

namespace durable::engine {

[[nodiscard]] Result<void> start_invocation(Draft& draft, const StartInvocation& command);

/// Records the end of an invocation, and what follows from it: a closed execution, a retry after a
/// delay, or the next invocation at once.
[[nodiscard]] Result<void> end_invocation(Draft& draft, const EndInvocation& command);

}  // namespace durable::engine
