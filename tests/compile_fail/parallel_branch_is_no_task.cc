// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a parallel branch must return durable::Task<R>: write "-> durable::Task<R>"
// after its parameters
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.parallel(
      "p",
      durable::branch("a", [](durable::DurableContext&) -> durable::Task<int> { co_return 1; }));
#ifdef DURABLE_WRONG
  co_await ctx.parallel("p", durable::branch("a", [](durable::DurableContext&) { return 1; }));
#endif
  co_return 1;
}
