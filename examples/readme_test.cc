// SPDX-License-Identifier: Apache-2.0
//
// The test of README.md.
#include "readme_order.h"

#include <durable/testing/gtest.h>

using namespace std::chrono_literals;

DURABLE_TEST(Orders, ChargesAndWaitsADay, .handler = process_order,
             .lambda_function_name = "process order") {
  auto result = durable_runner.run(Order{.id = "7", .total_cents = 1999});

  EXPECT_THAT(result, durable::HasResult("pay-7"));
  EXPECT_THAT(result.get_step("charge"), durable::CompletedOnce());
  EXPECT_GE(result.get_wait("cancellation-period").duration(), durable::Duration(24h));
}

TEST(Orders, RunsInATestOfYourOwn) {
  durable::DurableFunctionTestRunner runner(process_order);
  auto result = runner.run(Order{.id = "7", .total_cents = 1999});
  result.print();
  EXPECT_EQ(result.status(), durable::InvocationStatus::succeeded);
}
