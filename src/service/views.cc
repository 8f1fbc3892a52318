// SPDX-License-Identifier: Apache-2.0
#include "service/views.h"

#include <cstdint>
#include <limits>
#include <utility>

namespace durable::service {
namespace {

constexpr std::size_t views_max = 4;
constexpr Duration view_kept = std::chrono::seconds{30};
/// How much of a log is read at once beyond what is needed. The store looks for a piece of a log
/// from its end on, so pieces must not be too small.
constexpr std::size_t ahead_events_max = 10'000;
constexpr std::uint64_t ahead_bytes_max = 1024 * 1024;

}  // namespace

Result<const Views::View*> Views::read(store::ExecutionKey key, Timestamp now) {
  return read(key, now, std::numeric_limits<std::size_t>::max());
}

Result<const Views::View*> Views::read(store::ExecutionKey key, Timestamp now, std::size_t reach) {
  auto at = views_.begin();
  while (at != views_.end() && at->key != key) ++at;
  if (at == views_.end()) {
    views_.emplace_front().key = key;
    if (views_.size() > views_max) views_.pop_back();
  } else {
    views_.splice(views_.begin(), views_, at);
  }
  View& view = views_.front();
  view.used_at = now;
  const engine::Progress& progress = view.state.progress();
  if (progress.history_id > reach) return &std::as_const(view);
  const std::size_t first = view.log.size();
  const std::uint64_t stored = progress.stored_bytes;
  const Result<store::Revision> read = store_.read(key, first, [&](engine::Event event) {
    engine::evolve(view.state, event);
    view.log.push_back(std::move(event));
    const bool is_much = view.log.size() - first >= ahead_events_max ||
                         progress.stored_bytes - stored >= ahead_bytes_max;
    // What becomes known of an open operation later is shown with the event of its start.
    const bool is_settled = progress.history_id > reach && progress.open_operations == 0;
    return is_much && is_settled ? store::Reading::stop : store::Reading::go_on;
  });
  if (!read) {
    views_.pop_front();
    return read.error();
  }
  return &std::as_const(view);
}

void Views::clean(Timestamp now) {
  views_.remove_if([now](const View& view) { return now - view.used_at > view_kept; });
}

}  // namespace durable::service
