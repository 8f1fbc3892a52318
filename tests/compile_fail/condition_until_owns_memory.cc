// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: an .until lambda is copied as plain bytes into the operation: capture only
// EXPECT: numbers, pointers and references, of 40 bytes together.
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  const std::string wanted = "done";
  const auto check = [](const std::string& text) { return text; };
  co_await ctx.wait_for_condition(
      "n", "", check, {.until = [&wanted](const std::string& text) { return text == wanted; }});
#ifdef DURABLE_WRONG
  co_await ctx.wait_for_condition(
      "n", "", check, {.until = [wanted](const std::string& text) { return text == wanted; }});
#endif
  co_return 1;
}
