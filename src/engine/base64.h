// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace durable::engine {

inline constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard base64 with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Empty optional: not base64 as `to_base64` writes it.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace durable::engine
