// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/harness.h"

#include <string>
#include <vector>

namespace durable::bench {

/// The programs that are measured.
struct ServerPrograms {
  std::string server;    ///< `durable`.
  std::string function;  ///< bench/server_function.cc.
};

/// What `durable server` does for clients on this machine, with function processes in C++. The peak
/// of memory is that of the server, where it is more than the load generator's.
[[nodiscard]] std::vector<Workload> server_workloads(const ServerPrograms& programs);

}  // namespace durable::bench
