// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a durable::Task can await only durable operations and other durable::Tasks
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.wait(std::chrono::seconds(1));
#ifdef DURABLE_WRONG
  co_await std::suspend_always{};
#endif
  co_return 1;
}
