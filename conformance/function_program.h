// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "conformance/function.h"

namespace durable::conformance {

/// Makes this process the one of a Lambda function: serves the invocations of one of `functions`,
/// or of those that they invoke. `handler` is the id of a requirement or the name of an invoked
/// function; empty: as `_HANDLER` says. Gives the code for main() to return. To be called as
/// durable::lambda::Functions::run is.
[[nodiscard]] int run_function_program(const std::vector<Function>& functions,
                                       const std::string& handler);

}  // namespace durable::conformance
