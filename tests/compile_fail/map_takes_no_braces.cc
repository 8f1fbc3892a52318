// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a map takes no list in braces: name a vector first
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const auto branch = [](durable::DurableContext&, int i) -> durable::Task<int> { co_return i; };
  const std::vector<int> items{1, 2};
  co_await ctx.map("m", items, branch);
#ifdef DURABLE_WRONG
  ctx.map("m", {1, 2}, branch);
#endif
  co_return 1;
}
