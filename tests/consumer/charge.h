// SPDX-License-Identifier: Apache-2.0
// A user's durable function with a struct of its own: public headers only.
#pragma once

#include <durable/durable.h>

#include <chrono>
#include <string>

namespace guest {

struct Order {
  std::string id;
  int total_cents = 0;
};

inline durable::Task<std::string> charge(Order order, durable::DurableContext& ctx) {
  std::string payment = co_await ctx.step("charge", [&] { return "pay-" + order.id; });
  co_await ctx.wait("cool-down", std::chrono::hours(24));
  co_return payment;
}

}  // namespace guest
