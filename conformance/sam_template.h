// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/function.h"

namespace durable::conformance {

/// The program with a suite's functions, as the build calls it: `conformance_step`.
[[nodiscard]] std::string program_name(const Suite& suite);

/// The AWS SAM template that deploys the functions of `suite`, and those that they invoke, from the
/// folder that has the suite's program as `bootstrap`. Each function under test tells the official
/// runner its requirement.
[[nodiscard]] std::string sam_template(const Suite& suite);

}  // namespace durable::conformance
