// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: .until is called as (const S&), where S is the type of the state, and returns
// EXPECT: whether the condition holds, as a bool.
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const auto check = [](const int& n) { return n + 1; };
  co_await ctx.wait_for_condition("n", 0, check, {.until = [](const int& n) { return n > 3; }});
#ifdef DURABLE_WRONG
  co_await ctx.wait_for_condition("n", 0, check,
                                  {.until = [](const int&) { return std::string("never"); }});
#endif
  co_return 1;
}
