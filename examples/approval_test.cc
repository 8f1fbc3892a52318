// SPDX-License-Identifier: Apache-2.0
#include "approval.h"

#include <durable/testing/gtest.h>

using namespace std::chrono_literals;
using examples::Decision;
using examples::Expense;

DURABLE_TEST(Approval, PaysWhenTheManagerGrantsIt, .handler = examples::approve_expense,
             .lambda_function_name = "approval") {
  const std::string arn = durable_runner.run_async(Expense{.id = "e-1", .cents = 120'00});
  const std::string callback_id = durable_runner.wait_for_callback(arn, "decision");
  durable_runner.send_callback_success(callback_id, Decision{.granted = true, .by = "Kim"});

  EXPECT_THAT(durable_runner.wait_for_result(arn), durable::HasResult("paid e-1"));
}

DURABLE_TEST(Approval, TellsWhyNobodyCouldDecide, .handler = examples::approve_expense,
             .lambda_function_name = "approval") {
  const std::string arn = durable_runner.run_async(Expense{.id = "e-2", .cents = 120'00});
  const std::string callback_id = durable_runner.wait_for_callback(arn, "decision");
  durable::ErrorObject error;
  error.error_message = "the manager has left";
  durable_runner.send_callback_failure(callback_id, error);

  EXPECT_THAT(durable_runner.wait_for_result(arn),
              durable::HasResult("not decided: the manager has left"));
}

DURABLE_TEST(Approval, AsksNobodyAboutASmallExpense, .handler = examples::approve_expense,
             .lambda_function_name = "approval") {
  const auto result = durable_runner.run(Expense{.id = "e-3", .cents = 20'00});

  EXPECT_THAT(result, durable::HasResult("paid e-3"));
  EXPECT_TRUE(result.get_all_operations().empty());
}

// Three days pass at once in the local runner, and only there.
TEST(Approval, GivesUpAfterThreeDays) {
  durable::DurableFunctionTestRunner runner(examples::approve_expense);
  runner.on_callback("decision").ignore();

  const auto result = runner.run(Expense{.id = "e-4", .cents = 120'00});

  EXPECT_THAT(result, durable::HasResult("nobody has decided"));
  EXPECT_EQ(result.duration(), durable::Duration(72h));
}
