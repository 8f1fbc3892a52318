// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a map branch must return durable::Task<R>: write "-> durable::Task<R>" after its
// parameters
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const std::vector<int> items{1};
  co_await ctx.map("m", items,
                   [](durable::DurableContext&, int i) -> durable::Task<int> { co_return i; });
#ifdef DURABLE_WRONG
  co_await ctx.map("m", items, [](durable::DurableContext&, int i) { return i; });
#endif
  co_return 1;
}
