// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace durable::detail {

/// `text` with the replacement character U+FFFD in place of each byte that is not part of
/// well-formed UTF-8: for texts that are for people, and must be JSON.
[[nodiscard]] std::string repair_utf8(std::string_view text);

}  // namespace durable::detail
