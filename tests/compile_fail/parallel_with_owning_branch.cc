// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys this argument twice
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx, std::string word) {
  co_await ctx.parallel("p",
                        durable::branch("a", [&](durable::DurableContext&) -> durable::Task<int> {
                          co_return static_cast<int>(word.size());
                        }));
  auto future = ctx.parallel(
      "p", durable::branch("a", [word](durable::DurableContext&) -> durable::Task<int> {
        co_return static_cast<int>(word.size());
      }));
  co_await future;
#ifdef DURABLE_WRONG
  co_await ctx.parallel(
      "p", durable::branch("a", [word](durable::DurableContext&) -> durable::Task<int> {
        co_return static_cast<int>(word.size());
      }));
#endif
  co_return 1;
}
