// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/io.h"

#include <string>
#include <vector>

namespace durable::cli {

/// The whole program but its world: reads the arguments, runs the command, prints errors, gives the
/// exit code.
[[nodiscard]] int run(const std::vector<std::string>& arguments, World& world);

}  // namespace durable::cli
