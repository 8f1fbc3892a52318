// SPDX-License-Identifier: Apache-2.0
#include "price_quotes.h"

#include <durable/testing/gtest.h>

DURABLE_TEST(PriceQuotes, AsksBothCarriers, .handler = examples::cheapest_quote,
             .lambda_function_name = "price quotes") {
  auto result = durable_runner.run("heavy");

  EXPECT_EQ(result.result<examples::Quote>().carrier, "overland");
  EXPECT_THAT(result.get_step("ask-riverside"), durable::CompletedOnce());
  EXPECT_THAT(result.get_step("ask-overland"), durable::CompletedOnce());
}
