// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: an item namer is copied as plain bytes: capture only numbers, pointers and
// references
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx, std::string prefix) {
  const std::vector<int> items{1};
  const auto branch = [](durable::DurableContext&, int i) -> durable::Task<int> { co_return i; };
  co_await ctx.map("m", items, branch, {.item_namer = [&prefix](int) { return prefix; }});
#ifdef DURABLE_WRONG
  co_await ctx.map("m", items, branch, {.item_namer = [prefix](int) { return prefix; }});
#endif
  co_return 1;
}
