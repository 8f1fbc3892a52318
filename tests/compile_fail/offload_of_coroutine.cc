// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: offload takes a function that returns its result, not a Task: a coroutine runs
// on the workflow's thread.
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.step("n", durable::offload([] { return 1; }));
#ifdef DURABLE_WRONG
  co_await ctx.step("n", durable::offload([]() -> durable::Task<int> { co_return 1; }));
#endif
  co_return 1;
}
