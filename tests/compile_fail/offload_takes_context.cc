// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: an offloaded body cannot take a DurableContext: durable calls are made on the
// workflow's thread only.
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.step("n", durable::offload([](durable::StepContext&) { return 1; }));
#ifdef DURABLE_WRONG
  co_await ctx.step("n", durable::offload([](durable::DurableContext&) { return 1; }));
#endif
  co_return 1;
}
