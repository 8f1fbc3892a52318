// SPDX-License-Identifier: Apache-2.0
#include "service/views.h"

#include <utility>

namespace durable::service {
namespace {

constexpr std::size_t views_max = 4;
constexpr Duration view_kept = std::chrono::seconds{30};

}  // namespace

Result<const Views::View*> Views::read(store::ExecutionKey key, Timestamp now) {
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
  const Result<store::Revision> read =
      store_.read(key, view.log.size(), [&view](engine::Event event) {
        engine::evolve(view.state, event);
        view.log.push_back(std::move(event));
        return store::Reading::go_on;
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
