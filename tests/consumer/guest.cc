// SPDX-License-Identifier: Apache-2.0
// A user's test.
#include "charge.h"

#include <durable/testing/gtest.h>

namespace {

DURABLE_TEST(Guest, RunsADurableFunction, .handler = guest::charge,
             .lambda_function_name = "charge") {
  auto result = durable_runner.run(guest::Order{"7", 995});

  EXPECT_THAT(result, durable::HasResult("pay-7"));
}

}  // namespace
