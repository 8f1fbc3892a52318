// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness.h"

#include <string>
#include <vector>

namespace durable::bench {

/// What a function in Lambda costs before its first invocation. `bootstrap`:
/// bench/server_function.cc as durable_add_lambda() links it.
[[nodiscard]] std::vector<Workload> start_workloads(const std::string& bootstrap);

}  // namespace durable::bench
