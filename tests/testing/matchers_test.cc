// SPDX-License-Identifier: Apache-2.0
//
// What a user reads when an expectation fails.
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <string>

namespace durable::test {
namespace {

using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;

/// The results that the expectations below look at; EXPECT_NONFATAL_FAILURE allows no locals.
const DurableFunctionTestResult& succeeded() {
  static const DurableFunctionTestResult result = DurableFunctionTestRunner(nested).run();
  return result;
}
const DurableFunctionTestResult& failed() {
  static const DurableFunctionTestResult result = DurableFunctionTestRunner(broken).run();
  return result;
}

TEST(Matchers, AcceptWhatTheyName) {
  EXPECT_THAT(succeeded(), Succeeded());
  EXPECT_THAT(failed(), Not(Succeeded()));
  EXPECT_THAT(failed(), FailedWith("std::out_of_range"));
  EXPECT_THAT(failed(), FailedWith("out_of_range", HasSubstr("shelf")));
  EXPECT_THAT(failed(), Not(FailedWith("range")));
  EXPECT_THAT(failed(), Not(TimedOut()));
  EXPECT_THAT(failed(), Not(Stopped()));
  EXPECT_THAT(succeeded(), HasResult(111));
  EXPECT_THAT(succeeded(), HasResult<int>(Gt(110)));
  EXPECT_THAT(succeeded(), Not(HasResult(112)));
  EXPECT_THAT(succeeded().get_step("first"), HasResult(1));
  EXPECT_THAT(succeeded().get_step("first"), CompletedOnce());
  EXPECT_THAT(succeeded().get_step("first"), Not(SucceededOnAttempt(2)));
  EXPECT_THAT(succeeded().get_step("first"), HasStatus(OperationStatus::succeeded));
}

TEST(Matchers, ShowTheTreeWhenAnExecutionDidNotSucceed) {
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(failed(), Succeeded()),
                          "Expected: is an execution that is SUCCEEDED");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(failed(), Succeeded()), "which is FAILED");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(failed(), Succeeded()), "└─ STEP fine  SUCCEEDED");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(failed(), Succeeded()),
                          "error: std::out_of_range: no such shelf");
}

TEST(Matchers, ShowTheErrorThatWasFound) {
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(failed(), FailedWith("PaymentError")),
                          "whose error type is \"std::out_of_range\"");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(failed(), FailedWith("out_of_range", HasSubstr("card"))),
                          "whose error message is \"no such shelf\"");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(succeeded(), FailedWith("PaymentError")),
                          "which is SUCCEEDED");
}

TEST(Matchers, ShowTheResultThatWasFound) {
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(succeeded(), HasResult(7)), "whose result is 111");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(succeeded(), HasResult("text")),
                          "expected string, found integer");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(failed(), HasResult(7)), "which has no result");
}

TEST(Matchers, ShowTheOperationThatWasFound) {
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(succeeded().get_step("first"), SucceededOnAttempt(3)),
                          "STEP \"outer/first\" SUCCEEDED, attempts 1");
  EXPECT_NONFATAL_FAILURE(
      EXPECT_THAT(succeeded().get_step("first"), HasStatus(OperationStatus::failed)),
      "which is SUCCEEDED");
}

DURABLE_TEST(DurableTestMacro, RunsItsBodyWithARunner, .handler = greet,
             .lambda_function_name = "greet") {
  auto result = durable_runner.run("World");

  EXPECT_EQ(result.status(), InvocationStatus::succeeded);
  EXPECT_EQ(durable_runner.mode(), RunnerMode::local);
}

TEST(DurableTestMacro, SharesASuiteWithPlainTests) {
  DurableFunctionTestRunner runner(greet);

  EXPECT_THAT(runner.run("World"), HasResult("Hello World!"));
}

DURABLE_TEST(
    DurableTestMacro, TakesALambdaAndOptions,
    .handler = [](DurableContext& ctx) -> Task<int> {
      auto [a, b] = std::pair(1, 2);
      co_return co_await ctx.step("sum", [&] { return a + b; });
    },
    .local = {.execution_timeout = std::chrono::seconds{5}, .seed = 9}) {
  EXPECT_THAT(durable_runner.run(), HasResult(3));
}

TEST(DurableTestMacro, SaysThatLocalModeNeedsAHandler) {
  EXPECT_THAT(detail::missing_option(RunnerMode::local, {.lambda_function_name = "greet"}),
              HasSubstr("handler is required for local mode tests"));
  EXPECT_EQ(detail::missing_option(RunnerMode::local, {.handler = greet}), "");
}

TEST(DurableTestMacro, MakesTheSameSeedFromTheSameName) {
  EXPECT_EQ(detail::test_seed("Suite.Name"), detail::test_seed("Suite.Name"));
  EXPECT_NE(detail::test_seed("Suite.Name"), detail::test_seed("Suite.Other"));
}

}  // namespace
}  // namespace durable::test
