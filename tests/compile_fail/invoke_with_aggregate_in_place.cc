// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys this argument twice
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

struct Order {
  std::string id;
};

durable::Task<int> handler(durable::DurableContext& ctx) {
  auto future = ctx.invoke<int>("invoice", "billing", Order{"7"});
  const int result = co_await future;
  const Order order{"8"};
  co_await ctx.invoke("invoice", "billing", order);
#ifdef DURABLE_WRONG
  co_await ctx.invoke("invoice", "billing", Order{"9"});
#endif
  co_return result;
}
