// SPDX-License-Identifier: Apache-2.0
//
// Counters as Prometheus text.
#pragma once

#include "service/service.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace durable::server {

struct ServerMetrics {
  std::array<std::uint64_t, 6> answered{};  ///< By the status's first digit.
  std::size_t requests_in_work = 0;
  std::optional<std::size_t> connections;
};

/// Of this process; absent where the system does not tell.
struct ProcessMetrics {
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> open_files;
  std::optional<std::uint64_t> threads;
  std::optional<double> cpu_seconds;
};
[[nodiscard]] ProcessMetrics read_process_metrics();

/// The text format 0.0.4. Names follow the service's CloudWatch metrics in snake case behind
/// `aws_lambda_`; what only a server of one's own has begins with `durable_server_`.
[[nodiscard]] std::string metrics_text(const service::ServiceMetrics& service,
                                       const ServerMetrics& server, const ProcessMetrics& process);

}  // namespace durable::server
