// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <optional>
#include <string>
#include <string_view>

namespace durable::json::detail {

/// `2025-12-02T08:30:00.250Z`; nothing for years outside 0000 to 9999.
[[nodiscard]] std::optional<std::string> iso_8601(Timestamp time);

/// Date and time of day, `T` between them, with `Z` or an offset from UTC. Digits below the
/// millisecond are dropped.
[[nodiscard]] std::optional<Timestamp> parse_iso_8601(std::string_view text);

}  // namespace durable::json::detail
