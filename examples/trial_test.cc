// SPDX-License-Identifier: Apache-2.0
#include "trial.h"

#include <durable/testing/gtest.h>

using namespace std::chrono_literals;

DURABLE_TEST(Trial, EndsEarlyAndCancelsItsTimer, .handler = examples::run_trial,
             .lambda_function_name = "trial") {
  const std::string arn = durable_runner.run_async("Ada");
  const std::string callback_id = durable_runner.wait_for_callback(arn, "subscribed");
  durable_runner.send_callback_success(callback_id, "the yearly plan");

  const auto result = durable_runner.wait_for_result(arn);

  EXPECT_THAT(result, durable::HasResult("Ada takes the yearly plan"));
  EXPECT_THAT(result.get_wait("two-weeks"), durable::HasStatus(OperationStatus::cancelled));
}

// Two weeks pass at once in the local runner, and only there.
TEST(Trial, EndsAfterTwoWeeks) {
  durable::DurableFunctionTestRunner runner(examples::run_trial);
  runner.on_callback("subscribed").ignore();

  const auto result = runner.run("Ada");

  EXPECT_THAT(result, durable::HasResult("Ada leaves"));
  EXPECT_EQ(result.duration(), durable::Duration(14 * 24h));
}
