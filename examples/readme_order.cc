// SPDX-License-Identifier: Apache-2.0
#include "readme_order.h"

using namespace std::chrono_literals;

durable::Task<std::string> process_order(Order order, durable::DurableContext& ctx) {
  std::string payment = co_await ctx.step("charge", [&] { return "pay-" + order.id; });
  co_await ctx.wait("cancellation-period", 24h);  // no compute while it waits
  co_return payment;
}
