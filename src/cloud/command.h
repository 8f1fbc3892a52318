// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <string>

namespace durable::cloud {

struct CommandLimits {
  Duration time = std::chrono::seconds{60};  ///< People may have to type a code meanwhile.
  std::size_t output_bytes = 64 * 1024;
};

/// Runs `line` with /bin/sh and gives what it wrote to its standard output. Its standard input is
/// empty; what it writes to its standard error goes where ours goes. When it runs too long or
/// writes too much, it is killed with all processes that it started. Errors: `unavailable`, with
/// the exit status or the limit; the output is not in the message, since it may be a secret.
[[nodiscard]] Result<std::string> run_command(const std::string& line, CommandLimits limits = {});

}  // namespace durable::cloud
