// SPDX-License-Identifier: Apache-2.0
// A user's test: a struct and a durable function of its own, public headers, installed rooms.
#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <string>

using namespace std::chrono_literals;

namespace {

struct Order {
  std::string id;
  int total_cents = 0;
};

durable::Task<std::string> charge(Order order, durable::DurableContext& ctx) {
  std::string payment = co_await ctx.step("charge", [&] { return "pay-" + order.id; });
  co_await ctx.wait("cool-down", 24h);
  co_return payment;
}

DURABLE_TEST(Guest, RunsADurableFunction, .handler = charge, .lambda_function_name = "charge") {
  auto result = durable_runner.run(Order{"7", 995});

  EXPECT_THAT(result, durable::HasResult("pay-7"));
}

}  // namespace
