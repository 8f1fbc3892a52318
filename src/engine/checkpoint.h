// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/command.h"
#include "engine/draft.h"

#include <durable/base/result.h>

namespace durable::engine {

/// Whether this very checkpoint was accepted before and nothing came after it: same ClientToken,
/// same CheckpointToken. It is answered again, and nothing happens.
[[nodiscard]] bool is_repeat(const Execution& execution, const Checkpoint& command);

/// Applies a batch of updates by the service's rules.
[[nodiscard]] Result<void> checkpoint(Draft& draft, const Checkpoint& command);

/// Refuses when the draft has used more than the execution's quotas.
[[nodiscard]] Result<void> check_quotas(const Draft& draft);

}  // namespace durable::engine
