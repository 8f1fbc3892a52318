// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: an offloaded function is called with its arguments as rvalues
// EXPECT: Text in quotes arrives as a std::string.
#include <durable/durable.h>

#include <string>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.step("n", durable::offload([](const std::string&) { return 1; }, "text"));
#ifdef DURABLE_WRONG
  co_await ctx.step("n", durable::offload([](const char*) { return 1; }, "text"));
#endif
  co_return 1;
}
