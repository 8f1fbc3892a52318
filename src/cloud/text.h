// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace durable::cloud {

/// The text with A to Z in lower case; other bytes stay.
[[nodiscard]] std::string lower_case(std::string_view text);

/// Without blanks, tabs and line ends at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace durable::cloud
