// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/json/value.h>

#include <string_view>
#include <vector>

namespace durable::conformance {

/// One line that a function wrote, as its fields: those of a JSON object, or `{"message": line}`.
[[nodiscard]] json::Value to_log_line(std::string_view line);

/// All lines of `text` but empty ones, in their order.
[[nodiscard]] std::vector<json::Value> to_log_lines(std::string_view text);

}  // namespace durable::conformance
