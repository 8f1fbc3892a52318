// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a retry lambda is called as (const durable::RetryContext&) and returns
// std::optional<durable::Duration>; nullopt gives up
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.step(
      [] {}, {.retry = [](const durable::RetryContext& asked) -> std::optional<durable::Duration> {
        if (asked.attempt > 2) return std::nullopt;
        return std::chrono::seconds(asked.attempt);
      }});
#ifdef DURABLE_WRONG
  co_await ctx.step([] {}, {.retry = [](int) {}});
#endif
  co_return 1;
}
