// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness.h"

#include <vector>

namespace durable::bench {

/// What a function's process does in Lambda, without a network.
[[nodiscard]] std::vector<Workload> lambda_workloads();

}  // namespace durable::bench
