// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys this argument twice
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

#include <string>

struct Order {
  std::string id;
};

durable::Task<int> handler(durable::DurableContext& ctx) {
  const Order order{"7"};
  co_await ctx.step("n", durable::offload([](const Order&) { return 1; }, order));
  auto future = ctx.step("n", durable::offload([](const Order&) { return 1; }, Order{"7"}));
  co_await future;
#ifdef DURABLE_WRONG
  co_await ctx.step("n", durable::offload([](const Order&) { return 1; }, Order{"7"}));
#endif
  co_return 1;
}
