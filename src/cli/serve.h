// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/io.h"

namespace durable::cli {

/// Keeps SIGINT, SIGTERM and SIGPIPE from ending the process, for `serve`. Before there are
/// threads.
void hold_signals();

/// Runs a server until SIGINT or SIGTERM, then stops it gracefully; a second signal ends the
/// process at once. Gives the exit code. Errors: those of `plan_server` and of the server's start.
[[nodiscard]] Result<int> serve(const ServerCommand& command, World& world);

}  // namespace durable::cli
