// SPDX-License-Identifier: Apache-2.0
//
// A run that waits for what nothing brings.
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

/// Waits for a callback that nobody completes. `timeout_s` 0: it has no time-out.
Task<int> wait_for_approval(int timeout_s, DurableContext& ctx) {
  co_await ctx.step("ask", [] {});
  bool timed_out = false;
  try {
    co_await ctx.run_in_child_context("review", [&](DurableContext& review) -> Task<void> {
      Callback<void> approval =
          co_await review.create_callback<void>("approval", {.timeout = 1s * timeout_s});
      co_await approval.result();
    });
  } catch (const ChildContextError&) {
    timed_out = true;
  }
  co_return timed_out ? 1 : 0;
}

TEST(StuckRun, EndsAtOnceAndNamesWhatItWaitsFor) {
  DurableFunctionTestRunner runner(wait_for_approval);

  try {
    runner.run(0);
    FAIL() << "expected RunIncompleteError";
  } catch (const RunIncompleteError& error) {
    EXPECT_THAT(error.what(), HasSubstr("Execution did not complete within 10s"));
    EXPECT_THAT(error.what(), HasSubstr("last status: RUNNING): it is stuck"));
    EXPECT_THAT(error.what(), HasSubstr("CALLBACK \"review/approval\" (id 2-1, STARTED): nobody "
                                        "completes it"));
    EXPECT_THAT(error.what(), Not(HasSubstr("\"ask\"")));
    EXPECT_EQ(error.result().status(), InvocationStatus::pending);
    EXPECT_EQ(error.result().duration(), Duration(0));
  }
}

TEST(StuckRun, IsNoneWhenATimeoutOfTheOperationMovesItOn) {
  DurableFunctionTestRunner runner(wait_for_approval);

  const auto result = runner.run(3600);

  EXPECT_THAT(result, HasResult(1));
  EXPECT_EQ(result.duration(), Duration(1h));
  EXPECT_THAT(result.get_callback("approval"), HasStatus(OperationStatus::timed_out));
}

TEST(StuckRun, IsNoneWhenTheTestGaveTheExecutionATimeout) {
  LocalRunnerOptions options;
  options.execution_timeout = 30s;
  DurableFunctionTestRunner runner(wait_for_approval, options);

  const auto result = runner.run(0);

  EXPECT_THAT(result, TimedOut());
  EXPECT_EQ(result.duration(), Duration(30s));
}

}  // namespace
}  // namespace durable::test
