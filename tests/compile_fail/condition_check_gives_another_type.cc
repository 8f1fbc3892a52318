// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: the check of a wait_for_condition returns the new state, of the type of the
// first EXPECT: state, or a durable::Task of it.
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const durable::Until<int> until = [](const int& n) { return n > 3; };
  co_await ctx.wait_for_condition("n", 0, [](const int& n) { return n + 1; }, {.until = until});
#ifdef DURABLE_WRONG
  co_await ctx.wait_for_condition("n", 0, [](const int&) { return std::string("done"); },
                                  {.until = until});
#endif
  co_return 1;
}
