// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/testing/usage.h>
#include <durable/wire/model.h>

#include <vector>

namespace durable {

/// What an execution has used, as far as its history tells: all but the checkpoints, which are no
/// events. `events`: with data, oldest first. `operations`: those that the events make, in the
/// order of their start, without the execution itself. Limits: the service's documented ones.
[[nodiscard]] Usage usage_of_history(const std::vector<wire::Event>& events,
                                     const std::vector<wire::Operation>& operations);

}  // namespace durable
