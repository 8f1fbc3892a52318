// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace durable::conformance {

/// What is not UTF-8 is read as this.
inline constexpr char32_t replacement_character = 0xFFFD;

/// The code point at the begin of `text`, which loses it. Of what is not UTF-8, one byte goes.
/// Pre: `text` is not empty.
[[nodiscard]] char32_t take_code_point(std::string_view& text);

}  // namespace durable::conformance
