// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/command.h"
#include "engine/execution.h"

#include <durable/base/time.h>
#include <durable/wire/model.h>

namespace durable::engine {

/// What a closed execution means for the CHAINED_INVOKE that started it. One that is not closed
/// counts as failed: its host has given it up.
[[nodiscard]] CompleteChainedInvoke chained_outcome(const Execution& invoked);

/// The error of a CHAINED_INVOKE whose function took longer than `timeout`.
[[nodiscard]] wire::ErrorObject chained_timeout_error(Duration timeout);

}  // namespace durable::engine
