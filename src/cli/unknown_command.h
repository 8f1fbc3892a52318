// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command_line.h"

#include <optional>
#include <string>
#include <vector>

namespace durable::cli {

/// What to say if `arguments` name no command of `program`, or of one that has commands of its own.
/// Absent: they do, or ask for help.
[[nodiscard]] std::optional<ParseEnd> unknown_command(const CommandText& program,
                                                      const std::vector<std::string>& arguments);

}  // namespace durable::cli
