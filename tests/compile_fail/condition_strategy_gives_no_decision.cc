// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a .strategy is called as (const S&, const durable::PollContext&), where S is
// EXPECT: and returns a durable::PollDecision.
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const auto check = [](const int& n) { return n + 1; };
  co_await ctx.wait_for_condition(
      "n", 0, check, {.strategy = [](const int& n, const durable::PollContext& asked) {
        if (n > 3) return durable::PollDecision::satisfied();
        return durable::PollDecision::again_after(std::chrono::seconds(asked.attempt));
      }});
#ifdef DURABLE_WRONG
  co_await ctx.wait_for_condition("n", 0, check, {.strategy = [](const int& n) { return n > 3; }});
#endif
  co_return 1;
}
