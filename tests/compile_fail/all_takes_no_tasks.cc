// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: all() and its siblings take DurableFutures. A Task has no ids of its own
#include <durable/durable.h>

durable::Task<int> helper(durable::DurableContext& ctx) {
  co_return co_await ctx.step([] { return 1; });
}

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await helper(ctx);
#ifdef DURABLE_WRONG
  co_await durable::all(helper(ctx), helper(ctx));
#endif
  co_return 1;
}
