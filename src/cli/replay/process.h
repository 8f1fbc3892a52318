// SPDX-License-Identifier: Apache-2.0
//
// Today's function as a process of this machine, run against a record: without a server, and
// without AWS.
#pragma once

#include "cli/io.h"
#include "cli/options.h"
#include "cli/replay/record.h"

#include <durable/base/result.h>

#include <string>

namespace durable::cli {

/// Replays the record with the process that the command names, pass by pass until one differs.
/// What the process prints goes to the world's `err` if the command says so. The process has ended
/// when this returns. Errors: `invalid_usage` (no such command, template, function),
/// `unavailable` (no port).
[[nodiscard]] Result<ProcessReplay> replay_in_process(const ReplayCommand& command,
                                                      const ReplayRecord& record,
                                                      const std::string& execution_arn,
                                                      World& world);

}  // namespace durable::cli
