// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys this argument twice
// EXPECT: Write "auto future = ctx.step(...); co_await future;", or capture by reference
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  std::string text = "x";
  auto future = ctx.step("s", [text] { return text; });
  co_await future;
  durable::DurableFuture<std::string> stored = ctx.step("s", [text] { return text; });
  co_await std::move(stored);
  co_await ctx.step("s", [&] { return text; });
  co_await ctx.step("s", durable::bound([](const std::string& t) { return t; }, text));
#ifdef DURABLE_WRONG
  co_await ctx.step("s", [text] { return text; });
#endif
  co_return 1;
}
