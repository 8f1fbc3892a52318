// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command_line.h"

#include <string>

namespace durable::cli {

/// Scripts that complete the command line in a shell: commands, options, and values that are words
/// or files.
[[nodiscard]] std::string bash_completion(const CommandText& program);
[[nodiscard]] std::string zsh_completion(const CommandText& program);

}  // namespace durable::cli
