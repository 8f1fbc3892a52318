// SPDX-License-Identifier: Apache-2.0
#include "engine/paging.h"

#include "engine/refusal.h"

#include <charconv>

namespace durable::engine {

Result<std::size_t> page_size(const Limits& limits, std::optional<std::int64_t> max_items) {
  const std::int64_t asked = max_items.value_or(0);
  if (asked == 0) return std::size_t{limits.page_items_default};
  if (asked < 0 || asked > limits.page_items_max) {
    return refuse(
        "1 validation error detected: Value '" + std::to_string(asked) +
        "' at 'maxItems' failed to satisfy constraint: Member must have value from 0 to " +
        std::to_string(limits.page_items_max));
  }
  return static_cast<std::size_t>(asked);
}

Result<std::size_t> read_marker(const std::optional<std::string>& marker, std::string_view prefix,
                                MarkerRange range) {
  if (!marker || marker->empty()) return range.first;
  const std::string_view text = *marker;
  std::size_t position = 0;
  const char* const end = text.data() + text.size();
  const bool named = text.substr(0, prefix.size()) == prefix;
  const auto read = named ? std::from_chars(text.data() + prefix.size(), end, position)
                          : std::from_chars_result{text.data(), std::errc::invalid_argument};
  if (read.ec != std::errc() || read.ptr != end || position < range.lowest ||
      position > range.highest) {
    return refuse("Invalid Marker '" + std::string(text.substr(0, 64)) +
                  "': expected the NextMarker of an earlier page of this list.");
  }
  return position;
}

}  // namespace durable::engine
