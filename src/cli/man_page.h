// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command_line.h"

#include <string>

namespace durable::cli {

/// The manual page durable(1), in man's macros, with all that the program's help says.
[[nodiscard]] std::string man_page(const CommandText& program);

}  // namespace durable::cli
