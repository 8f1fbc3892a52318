// SPDX-License-Identifier: Apache-2.0
// EXPECT: function for call to
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.wait("w", std::chrono::seconds(5));
#ifdef DURABLE_WRONG
  co_await ctx.wait("w", 5);
#endif
  co_return 1;
}
