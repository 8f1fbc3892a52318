// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: offload takes a function or a lambda without captures, since the workflow goes
// on while it runs
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  int local = 1;
  co_await ctx.step("n", durable::offload([](int value) { return value; }, local));
#ifdef DURABLE_WRONG
  co_await ctx.step("n", durable::offload([&] { return local; }));
#endif
  co_return 1;
}
