// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: the check of a wait_for_condition is called as (const S&) or (const S&,
// EXPECT: durable::StepContext&), where S is the type of the first state.
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const durable::Until<int> until = [](const int& n) { return n > 3; };
  co_await ctx.wait_for_condition("n", 0, [](const int& n, durable::StepContext&) { return n + 1; },
                                  {.until = until});
#ifdef DURABLE_WRONG
  co_await ctx.wait_for_condition("n", 0, [](durable::DurableContext&) { return 1; },
                                  {.until = until});
#endif
  co_return 1;
}
