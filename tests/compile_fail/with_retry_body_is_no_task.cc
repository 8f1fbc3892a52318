// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: the body of a with_retry must return durable::Task<R>: write "->
// durable::Task<R>"
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.with_retry(
      "r", [](durable::DurableContext&, std::uint32_t) -> durable::Task<int> { co_return 1; });
#ifdef DURABLE_WRONG
  co_await ctx.with_retry("r", [](durable::DurableContext&, std::uint32_t) { return 1; });
#endif
  co_return 1;
}
