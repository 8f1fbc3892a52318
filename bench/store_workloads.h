// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness.h"

#include <vector>

namespace durable::bench {

/// What a store does for a host: commits of one and of many executions, and a start with many.
[[nodiscard]] std::vector<Workload> store_workloads();

}  // namespace durable::bench
