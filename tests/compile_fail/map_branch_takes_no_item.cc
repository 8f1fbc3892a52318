// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a map branch is called as (durable::DurableContext&, const Item&)
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const std::vector<int> items{1};
  co_await ctx.map(
      "m", items,
      [](durable::DurableContext&, const int& i, std::size_t index) -> durable::Task<int> {
        co_return i + static_cast<int>(index);
      });
#ifdef DURABLE_WRONG
  co_await ctx.map("m", items, [](durable::DurableContext&) -> durable::Task<int> { co_return 1; });
#endif
  co_return 1;
}
