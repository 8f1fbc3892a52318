// SPDX-License-Identifier: Apache-2.0
//
// Durable functions that run in the test's process in local mode, and in processes of their own
// behind the local server in cloud mode.
#pragma once

#include <durable/durable.h>

#include <string>

namespace durable::test {

/// Every kind of operation that needs nobody else: nested contexts, a step that fails once, a map,
/// a wait.
Task<std::string> tour(std::string name, DurableContext& ctx);

/// Looks at four parts side by side, of which the second is broken; gives how many of them were
/// still being looked at when that was known.
Task<int> inspect(DurableContext& ctx);

/// Waits for the callback `approval`.
Task<std::string> ask(DurableContext& ctx);

/// Waits for the callback `watch` as long as it gives a sign of life each second; says how it
/// ended.
Task<std::string> watch(DurableContext& ctx);

/// So many steps, each with a result of so many bytes.
struct Pile {
  int steps = 0;
  int bytes = 0;
};
Task<int> pile(Pile size, DurableContext& ctx);

/// Fails with a `std::runtime_error` whose message is its input.
Task<int> refuse(std::string reason, DurableContext& ctx);

}  // namespace durable::test
