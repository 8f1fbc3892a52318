// SPDX-License-Identifier: Apache-2.0
//
// Seeded events with members of every shape, sensible or not: a codec has no say in that.
#pragma once

#include "engine/event.h"

#include <durable/base/random.h>

#include <cstddef>
#include <vector>

namespace durable::store {

/// An event whose fact is the alternative `fact` of `engine::Fact`.
[[nodiscard]] engine::Event random_event(Random& random, std::size_t fact);

/// Events of random facts.
[[nodiscard]] std::vector<engine::Event> random_events(Random& random, std::size_t count);

/// Whether all that two events say is equal.
[[nodiscard]] bool same(const engine::Event& a, const engine::Event& b);
[[nodiscard]] bool same(const std::vector<engine::Event>& a, const std::vector<engine::Event>& b);

}  // namespace durable::store
