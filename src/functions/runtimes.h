// SPDX-License-Identifier: Apache-2.0
//
// Programs that run functions of other languages: the function's side of the Lambda Runtime API for
// Node and Python. Their sources are in runtimes/; the build makes texts of them.
#pragma once

#include <string_view>

namespace durable::functions {

/// A JavaScript module, for `node --input-type=module --eval`.
extern const std::string_view node_runtime;
/// For `python3 -c`.
extern const std::string_view python_runtime;

}  // namespace durable::functions
