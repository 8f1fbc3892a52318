// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: offload takes its arguments by value: a pointer or a reference could outlive
// what it refers to
#include <durable/durable.h>

#include <functional>

durable::Task<int> handler(durable::DurableContext& ctx) {
  int local = 1;
  co_await ctx.step("n", durable::offload([](const int& value) { return value; }, local));
#ifdef DURABLE_WRONG
  co_await ctx.step("n", durable::offload([](const int& value) { return value; }, std::ref(local)));
#endif
  co_return 1;
}
