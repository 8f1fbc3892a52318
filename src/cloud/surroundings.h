// SPDX-License-Identifier: Apache-2.0
//
// What credentials and settings are looked up in, so that a test can own all of it.
#pragma once

#include "http/transport.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace durable::cloud {

inline constexpr std::size_t config_file_bytes_max = 1024 * 1024;

struct Surroundings {
  /// A variable of the environment. One that is empty counts as absent.
  std::function<std::optional<std::string>(const char* name)> variable;
  /// A whole file. Errors: `resource_not_found`, `request_too_large`, or `storage` with the reason.
  std::function<Result<std::string>(const std::string& path)> read_file;
  /// What a command line writes to its standard output. Errors: `unavailable` with the reason.
  std::function<Result<std::string>(const std::string& command)> run_command;
  std::shared_ptr<http::Transport> transport;  // owners: this, and clients
  /// Asks the machine's and the container's own addresses, never through a proxy.
  std::shared_ptr<http::Transport> local_transport;  // owners: this, and clients
  std::shared_ptr<const Clock> clock;                // owners: this, and clients

  /// `variable`, without those that are empty.
  [[nodiscard]] std::optional<std::string> get(const char* name) const;
};

/// The process's environment, files and programs. The caller adds the transports.
[[nodiscard]] Surroundings process_surroundings();

}  // namespace durable::cloud
