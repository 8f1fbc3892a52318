// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys an argument of this call twice
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  std::string text = "x";
  auto a = ctx.step("a", [text] { return text; });
  co_await durable::race(a, ctx.wait("timeout", std::chrono::hours(1)));
#ifdef DURABLE_WRONG
  co_await durable::race(a, ctx.step("b", [text] { return text; }));
#endif
  co_return 1;
}
