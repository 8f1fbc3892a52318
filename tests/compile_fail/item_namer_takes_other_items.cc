// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: an item namer is called as (const Item&) or as (const Item&, std::size_t index)
// and returns text
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const std::vector<int> items{1};
  const auto branch = [](durable::DurableContext&, int i) -> durable::Task<int> { co_return i; };
  co_await ctx.map("m", items, branch,
                   {.item_namer = [](int i) { return "item-" + std::to_string(i); }});
#ifdef DURABLE_WRONG
  co_await ctx.map("m", items, branch,
                   {.item_namer = [](const std::string& text) { return "item-" + text; }});
#endif
  co_return 1;
}
