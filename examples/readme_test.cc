// SPDX-License-Identifier: Apache-2.0
//
// The code of README.md, as a test.
#include <durable/durable.h>

#include <string>

using namespace std::chrono_literals;

struct Order {  // a plain struct is its own JSON: no macro needed
  std::string id;
  int total_cents = 0;
};

durable::Task<std::string> process_order(Order order, durable::DurableContext& ctx) {
  std::string payment = co_await ctx.step("charge", [&] { return "pay-" + order.id; });
  co_await ctx.wait("cancellation-period", 24h);  // no compute while it waits
  co_return payment;
}

#include <durable/testing/gtest.h>

DURABLE_TEST(Orders, ChargesAndWaitsADay, .handler = process_order,
             .lambda_function_name = "process order") {
  auto result = durable_runner.run(Order{.id = "7", .total_cents = 1999});

  EXPECT_THAT(result, durable::HasResult("pay-7"));
  EXPECT_THAT(result.get_step("charge"), durable::CompletedOnce());
  EXPECT_EQ(result.get_wait("cancellation-period").duration(), durable::Duration(24h));
}

TEST(Orders, RunsInATestOfYourOwn) {
  durable::DurableFunctionTestRunner runner(process_order);
  auto result = runner.run(Order{.id = "7", .total_cents = 1999});
  result.print();
  EXPECT_EQ(result.status(), durable::InvocationStatus::succeeded);
}
