// SPDX-License-Identifier: Apache-2.0
//
// Functions as they were when a history was made, and as they are today. The tests run them to make
// histories; a program has them as processes.
#pragma once

#include <durable/sdk/handler.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::cli {

/// What a step body did, for tests that look whether one ran.
using Note = std::function<void(std::string_view)>;

struct NamedHandler {
  std::string name;
  Handler handler;
};

/// `order`, with every kind of operation that ends by itself, and what has become of it: `renamed`,
/// `extra`, `hasty` (without its first wait), `other` (a child's result), `failing` (it throws),
/// `crashing` (it ends the process), `slow` (it never answers). `trial` waits for a race, `large`
/// has a child whose result is rebuilt, `leaves` leaves work open.
[[nodiscard]] std::vector<NamedHandler> replay_functions(const Note& note);
/// The one that is called `name`.
[[nodiscard]] Handler replay_function(std::string_view name, const Note& note);

}  // namespace durable::cli
