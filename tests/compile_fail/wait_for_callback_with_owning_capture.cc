// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys this argument twice
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

durable::Task<std::string> handler(durable::DurableContext& ctx) {
  std::string desk = "7";
  auto future = ctx.wait_for_callback("approval", [desk](const std::string&) {});
  auto result = co_await future;
#ifdef DURABLE_WRONG
  result = co_await ctx.wait_for_callback("approval", [desk](const std::string&) {});
#endif
  co_return result;
}
