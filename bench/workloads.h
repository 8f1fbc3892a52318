// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness.h"

#include <vector>

namespace durable::bench {

/// All workloads, in the order of the table.
[[nodiscard]] std::vector<Workload> all_workloads();

}  // namespace durable::bench
