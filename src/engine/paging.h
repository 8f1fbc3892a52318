// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/limits.h"

#include <durable/base/result.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace durable::engine {

/// How many items a page may have: MaxItems, or the default when it is absent or 0.
/// Error: `invalid_parameter` when it is negative or too large.
[[nodiscard]] Result<std::size_t> page_size(const Limits& limits,
                                            std::optional<std::int64_t> max_items);

/// Where a list begins when no marker is given, and what a marker may say.
struct MarkerRange {
  std::size_t first = 0;
  std::size_t lowest = 0;
  std::size_t highest = 0;
};

/// Where a list goes on: decimal digits behind a prefix that names the list. An absent or empty
/// marker is `range.first`. Error: `invalid_parameter` for anything that is no marker of this list.
[[nodiscard]] Result<std::size_t> read_marker(const std::optional<std::string>& marker,
                                              std::string_view prefix, MarkerRange range);

}  // namespace durable::engine
