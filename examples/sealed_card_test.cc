// SPDX-License-Identifier: Apache-2.0
#include "sealed_card.h"

#include <durable/testing/gtest.h>

using ::testing::HasSubstr;
using ::testing::Not;

DURABLE_TEST(SealedCard, IsNotToBeReadInTheRecord, .handler = examples::show_card,
             .lambda_function_name = "sealed card") {
  const auto result = durable_runner.run("Ada");

  EXPECT_THAT(result, durable::HasResult("**** 1234"));
  EXPECT_THAT(result.get_step("card").raw_result().value().str(), Not(HasSubstr("1234")));
}
