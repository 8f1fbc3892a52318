// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace durable::json::detail {

/// How far `text` from `from` may stand between quotes as it is: up to the first quote, backslash,
/// control character, or byte that is not part of well-formed UTF-8.
[[nodiscard]] std::size_t plain_end(std::string_view text, std::size_t from) noexcept;

/// Bytes of the well-formed UTF-8 sequence at `text[at]`; 0 when there is none.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text, std::size_t at) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace durable::json::detail
