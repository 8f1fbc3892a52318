// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys this argument twice
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  std::string text = "x";
  auto future = ctx.run_in_child_context(
      [text](durable::DurableContext&) -> durable::Task<int> { co_return 1; });
  co_await future;
#ifdef DURABLE_WRONG
  co_await ctx.run_in_child_context(
      [text](durable::DurableContext&) -> durable::Task<int> { co_return 1; });
#endif
  co_return 1;
}
