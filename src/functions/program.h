// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>

#include <string>
#include <string_view>

namespace durable::functions {

/// The file that a command's first word means: one with '/' is relative to `folder` (empty: the
/// present one), any other is looked for in `search_path`, a list like PATH. Errors:
/// `invalid_usage` (no such file, not executable).
[[nodiscard]] Result<std::string> find_program(const std::string& program,
                                               const std::string& folder,
                                               std::string_view search_path);

}  // namespace durable::functions
