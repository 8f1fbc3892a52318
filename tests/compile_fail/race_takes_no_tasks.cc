// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: all() and its siblings take DurableFutures. A Task has no ids of its own
#include <durable/durable.h>

durable::Task<int> helper(durable::DurableContext& ctx) {
  co_return co_await ctx.step([] { return 1; });
}

durable::Task<int> handler(durable::DurableContext& ctx) {
  auto a = ctx.step([] { return 1; });
  auto b = ctx.step([] { return 2; });
  co_await durable::race(a, b);
  co_await durable::any("first", a, std::move(b));
#ifdef DURABLE_WRONG
  co_await durable::race(helper(ctx), a);
#endif
  co_return 1;
}
