// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "functions/host.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace durable::server {

/// What `X-Amz-Log-Result` holds at most, before base64. The service's.
inline constexpr std::size_t log_tail_bytes_max = 4 * 1024;

/// The end of what one invocation wrote, in base64; empty if it wrote nothing.
[[nodiscard]] std::string log_tail(const functions::Host& host, std::string_view function,
                                   std::string_view request_id);

/// `text` with each byte that is not part of UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string as_utf8(std::string_view text);

}  // namespace durable::server
