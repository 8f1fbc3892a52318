// SPDX-License-Identifier: Apache-2.0
#include "http/deadlines.h"

#include <algorithm>

namespace durable::http {

void Deadlines::add(Timed& timed) {
  timed.kind_ = Kind::none;
  timed.place_ = queue(Kind::none).insert(queue(Kind::none).end(), &timed);
}

void Deadlines::remove(Timed& timed) { queue(timed.kind_).erase(timed.place_); }

Deadlines::Time Deadlines::set(Timed& timed, Kind kind, Time now) {
  std::list<Timed*>& to = queue(kind);
  to.splice(to.end(), queue(timed.kind_), timed.place_);
  timed.kind_ = kind;
  timed.due_ = now + timeouts_[static_cast<std::size_t>(kind)];
  return timed.due_;
}

std::chrono::nanoseconds Deadlines::waited(const Timed& timed, Time now) const {
  return now - (timed.due_ - timeouts_[static_cast<std::size_t>(timed.kind_)]);
}

std::optional<Deadlines::Time> Deadlines::next() const {
  std::optional<Time> earliest;
  for (const std::list<Timed*>& waiting : queues_) {
    if (waiting.empty() || waiting.front()->kind_ == Kind::none) continue;
    const Time due = waiting.front()->due_;
    earliest = earliest ? std::min(*earliest, due) : due;
  }
  return earliest;
}

Deadlines::Timed* Deadlines::take_due(Time now) {
  for (const std::list<Timed*>& waiting : queues_) {
    if (waiting.empty()) continue;
    Timed* const first = waiting.front();
    if (first->kind_ == Kind::none || first->due_ > now) continue;
    set(*first, Kind::none, now);
    return first;
  }
  return nullptr;
}

Deadlines::Timed* Deadlines::any() const {
  for (const std::list<Timed*>& waiting : queues_) {
    if (!waiting.empty()) return waiting.front();
  }
  return nullptr;
}

}  // namespace durable::http
