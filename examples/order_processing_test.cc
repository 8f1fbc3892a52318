// SPDX-License-Identifier: Apache-2.0
#include "order_processing.h"

#include <durable/testing/gtest.h>

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

namespace {

examples::Order order_1001() {
  examples::Order order;
  order.id = "1001";
  order.customer = "Riverside Books";
  order.items = {{"paper-a4", 20, 499}, {"stapler", 1, 1250}};
  order.payment = {"sandbox", 2};
  return order;
}

}  // namespace

DURABLE_TEST(OrderProcessing, ChargesAfterOutagesWaitsADayAndShips,
             .handler = examples::process_order, .lambda_function_name = "order processing") {
  auto result = durable_runner.run(order_1001());

  ASSERT_THAT(result, durable::Succeeded());
  EXPECT_EQ(result.result<examples::Receipt>().charged_cents, 20 * 499 + 1250);
  EXPECT_THAT(result.get_step("charge-card"), durable::SucceededOnAttempt(3));
  EXPECT_GE(result.get_wait("cancellation-period").duration(), durable::Duration(24h));
  EXPECT_THAT(result.get_context("ship").children(),
              ElementsAre(durable::CompletedOnce(), durable::CompletedOnce()));
}

DURABLE_TEST(OrderProcessing, RefusesAnOrderWithoutItems, .handler = examples::process_order,
             .lambda_function_name = "order processing") {
  examples::Order order = order_1001();
  order.items.clear();

  auto result = durable_runner.run(order);

  EXPECT_THAT(result, durable::FailedWith("StepError", HasSubstr("order 1001 has no items")));
}

DURABLE_TEST(OrderProcessing, GivesUpWhenTheGatewayStaysOut, .handler = examples::process_order,
             .lambda_function_name = "order processing") {
  examples::Order order = order_1001();
  order.payment.outages = 99;

  auto result = durable_runner.run(order);

  EXPECT_THAT(result, durable::FailedWith("StepError", HasSubstr("503 in attempt 5")));
  EXPECT_EQ(result.get_step("charge-card").attempts(), 5);
}
