// SPDX-License-Identifier: Apache-2.0
#include "store/listing.h"

#include <durable/base/assert.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace durable::store {
namespace {

constexpr auto first_key = ExecutionKey{std::numeric_limits<std::int64_t>::min()};
constexpr auto last_key = ExecutionKey{std::numeric_limits<std::int64_t>::max()};
constexpr char separator = '.';

std::string make_marker(ListPosition position) {
  return std::to_string(position.started_at.time_since_epoch().count()) + separator +
         std::to_string(static_cast<std::int64_t>(position.key));
}

Result<ListPosition> read_marker(std::string_view marker) {
  std::int64_t started_at_ms = 0;
  std::int64_t key = 0;
  const char* const end = marker.data() + marker.size();
  auto read = std::from_chars(marker.data(), end, started_at_ms);
  if (read.ec == std::errc() && read.ptr != end && *read.ptr == separator) {
    read = std::from_chars(read.ptr + 1, end, key);
    const ListPosition position{Timestamp(Duration(started_at_ms)), ExecutionKey{key}};
    if (read.ec == std::errc() && read.ptr == end) return position;
  }
  return Error{ErrorCode::invalid_parameter,
               "Invalid Marker '" + std::string(marker.substr(0, 64)) +
                   "': expected the NextMarker of an earlier page of this list."};
}

bool passes(const ListQuery& query, const Summary& summary) {
  const Identity& identity = summary.identity;
  const auto fits = [](const std::optional<std::string>& filter, const std::string& text) {
    return !filter || *filter == text;
  };
  return fits(query.function_name, identity.function_name) &&
         fits(query.version, identity.version) && fits(query.execution_name, identity.name) &&
         (query.statuses.empty() || std::find(query.statuses.begin(), query.statuses.end(),
                                              summary.standing.status) != query.statuses.end());
}

}  // namespace

Result<ListRange> range_of(const ListQuery& query) {
  ListRange range{{query.started_after.value_or(Timestamp::min()), last_key},
                  {query.started_before.value_or(Timestamp::max()), first_key}};
  if (!query.started_after) range.after.key = first_key;
  if (!query.started_before) range.before.key = last_key;
  if (query.marker.empty()) return range;
  const Result<ListPosition> marker = read_marker(query.marker);
  if (!marker) return marker.error();
  if (query.order == Order::newest_first) {
    range.before = std::min(range.before, *marker);
  } else {
    range.after = std::max(range.after, *marker);
  }
  return range;
}

bool PageBuilder::offer(Summary&& summary) {
  DURABLE_ASSERT(query_.items_max > 0);
  if (page_.items.size() == query_.items_max || examined_ == examined_max) {
    page_.next = make_marker(last_);
    return false;
  }
  ++examined_;
  last_ = position_of(summary);
  if (passes(query_, summary)) page_.items.push_back(std::move(summary));
  return true;
}

}  // namespace durable::store
