// SPDX-License-Identifier: Apache-2.0
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(LocalRunner, RunsAFunctionToItsEnd) {
  DurableFunctionTestRunner runner(greet);

  const auto result = runner.run("World");

  EXPECT_EQ(runner.mode(), RunnerMode::local);
  EXPECT_EQ(result.status(), InvocationStatus::succeeded);
  EXPECT_EQ(result.result<std::string>(), "Hello World!");
  EXPECT_THAT(result.invocations(), SizeIs(1));
  EXPECT_EQ(result.error(), nullptr);
}

TEST(LocalRunner, JumpsOverAYearOfWaiting) {
  DurableFunctionTestRunner runner(wait_seconds);
  const Timestamp before = runner.now();

  const auto result = runner.run(365 * 24 * 3600);

  EXPECT_THAT(result, Succeeded());
  EXPECT_EQ(result.duration(), Duration(365 * 24h));
  EXPECT_EQ(runner.now() - before, Duration(365 * 24h));
  EXPECT_THAT(result.invocations(), SizeIs(2));
}

TEST(LocalRunner, KeepsItsTimeToItself) {
  DurableFunctionTestRunner runner(wait_seconds);
  DurableFunctionTestRunner other(wait_seconds);

  runner.run(3600);

  EXPECT_EQ(runner.now() - other.now(), Duration(1h));
}

TEST(LocalRunner, TakesTheDelaysOfRetries) {
  DurableFunctionTestRunner runner(flaky);

  const auto result = runner.run(3);

  EXPECT_THAT(result, HasResult(4));
  EXPECT_THAT(result.get_step("flaky"), SucceededOnAttempt(4));
  EXPECT_EQ(result.duration(), Duration(30s));
  EXPECT_THAT(result.invocations(), SizeIs(4));
}

TEST(LocalRunner, ReportsAFailedExecutionAsAResult) {
  DurableFunctionTestRunner runner(broken);

  const auto result = runner.run();

  EXPECT_THAT(result, FailedWith("std::out_of_range", HasSubstr("no such shelf")));
  EXPECT_THROW(static_cast<void>(result.result<int>()), ResultLookupError);
}

TEST(LocalRunner, WaitsItsRealTimeWhenToldTo) {
  LocalRunnerOptions options;
  options.skip_time = false;
  DurableFunctionTestRunner runner(wait_seconds, options);
  const auto begin = std::chrono::steady_clock::now();

  const auto result = runner.run(1);

  EXPECT_THAT(result, Succeeded());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_THROW(runner.advance_time(1s), std::logic_error);
}

TEST(LocalRunner, StopsAtItsRealTimeLimit) {
  LocalRunnerOptions options;
  options.skip_time = false;
  DurableFunctionTestRunner runner(wait_seconds, options);

  try {
    runner.run(3600, {.timeout = 20ms});
    FAIL() << "expected RunIncompleteError";
  } catch (const RunIncompleteError& error) {
    EXPECT_THAT(error.what(), HasSubstr("Execution did not complete within 0s"));
    EXPECT_THAT(error.what(), HasSubstr("last status: RUNNING"));
    EXPECT_THAT(error.what(), HasSubstr("WAIT \"nap\""));
    EXPECT_EQ(error.result().status(), InvocationStatus::pending);
  }
}

TEST(LocalRunner, SaysThatAnEndlessRunIsEndless) {
  LocalRunnerOptions options;
  options.invocations_max = 20;
  DurableFunctionTestRunner runner(endless, options);

  try {
    runner.run();
    FAIL() << "expected RunIncompleteError";
  } catch (const RunIncompleteError& error) {
    EXPECT_THAT(error.what(), HasSubstr("it is endless: it has used its 20 invocations"));
    EXPECT_THAT(error.result().invocations(), SizeIs(20));
  }
}

TEST(LocalRunner, EndsAnExecutionAtItsTimeout) {
  LocalRunnerOptions options;
  options.execution_timeout = 60s;
  DurableFunctionTestRunner runner(wait_seconds, options);

  const auto result = runner.run(3600);

  EXPECT_THAT(result, TimedOut());
  EXPECT_EQ(result.duration(), Duration(60s));
  ASSERT_NE(result.error(), nullptr);
  EXPECT_THAT(result.error()->error_message.value_or(""), HasSubstr("60 seconds"));
}

TEST(LocalRunner, StartsAsynchronouslyAndWaitsLater) {
  DurableFunctionTestRunner runner(wait_seconds);

  const std::string arn = runner.run_async(60);
  const auto before = runner.snapshot(arn);
  const auto after = runner.wait_for_result(arn);

  EXPECT_EQ(before.status(), InvocationStatus::pending);
  EXPECT_THAT(before.get_wait("nap"), HasStatus(OperationStatus::started));
  EXPECT_EQ(before.duration(), Duration(0));
  EXPECT_THAT(after, HasResult(60));
  EXPECT_EQ(after.execution_arn(), arn);
  EXPECT_EQ(before.status(), InvocationStatus::pending);  // a snapshot stays what it was
}

TEST(LocalRunner, RunsSeveralExecutionsOnOneClock) {
  DurableFunctionTestRunner runner(wait_seconds);

  const std::string longer = runner.run_async(100);
  const std::string shorter = runner.run_async(10);

  EXPECT_EQ(runner.wait_for_result(longer).duration(), Duration(100s));
  EXPECT_THAT(runner.wait_for_result(shorter), HasResult(10));
}

TEST(LocalRunner, TreatsTheSameNameAndInputAsTheSameExecution) {
  DurableFunctionTestRunner runner(greet);

  const std::string first = runner.run_async("World", {.execution_name = "monday"});
  const std::string again = runner.run_async("World", {.execution_name = "monday"});

  EXPECT_EQ(first, again);
  EXPECT_THAT(first, HasSubstr("/durable-execution/monday/"));
  EXPECT_THROW(static_cast<void>(runner.run_async("Moon", {.execution_name = "monday"})),
               std::invalid_argument);
}

TEST(LocalRunner, RefusesWhatIsNoExecutionName) {
  DurableFunctionTestRunner runner(greet);

  EXPECT_THROW(static_cast<void>(runner.run_async("World", {.execution_name = "a b"})),
               std::invalid_argument);
}

TEST(LocalRunner, RefusesAnUnknownArn) {
  DurableFunctionTestRunner runner(greet);

  EXPECT_THROW(runner.wait_for_result("arn:nothing"), std::invalid_argument);
}

TEST(LocalRunner, StopsAnExecutionFromOutside) {
  DurableFunctionTestRunner runner(wait_seconds);
  const std::string arn = runner.run_async(60);

  ErrorObject reason;
  reason.error_type = "Changed";
  reason.error_message = "not needed any more";
  runner.stop(arn, reason);
  const auto result = runner.wait_for_result(arn);

  EXPECT_THAT(result, Stopped());
  ASSERT_NE(result.error(), nullptr);
  EXPECT_EQ(result.error()->error_message, "not needed any more");
}

TEST(LocalRunner, TellsEachHistoryEventAsItHappens) {
  std::vector<std::string> told;
  LocalRunnerOptions options;
  options.on_event = [&told](const wire::Event& event) {
    told.push_back(std::to_string(event.event_id) + " " + event.name.value_or(""));
  };
  DurableFunctionTestRunner runner(greet, options);

  const auto result = runner.run("World");

  EXPECT_THAT(told, ElementsAre("1 ", "2 greet", "3 greet", "4 ", "5 "));
  EXPECT_THAT(result.history(), SizeIs(5));
}

TEST(LocalRunner, GivesTheSameRunForTheSameSeed) {
  const auto arn_and_history = [](std::uint64_t seed) {
    LocalRunnerOptions options;
    options.seed = seed;
    DurableFunctionTestRunner runner(flaky, options);
    const auto result = runner.run(2);
    return std::pair(result.execution_arn(), result.history());
  };

  EXPECT_EQ(arn_and_history(7), arn_and_history(7));
  EXPECT_NE(arn_and_history(7).first, arn_and_history(8).first);
}

TEST(LocalRunner, LoadsStateThatDoesNotFitTheEvent) {
  LocalRunnerOptions options;
  options.quotas.state_page_bytes_max = 1;  // one operation a page
  DurableFunctionTestRunner runner(
      [](DurableContext& ctx) -> Task<int> {
        int sum = 0;
        for (int i = 1; i <= 5; ++i) {
          int part = co_await ctx.step("part", [&] { return i; });
          sum += part;
        }
        co_await ctx.wait("nap", 1s);
        co_return sum;
      },
      options);

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(15));
  EXPECT_THAT(result.invocations(), SizeIs(2));
}

TEST(LocalRunner, FailsAtTheQuotaOfOperationsAsTheServiceDoes) {
  LocalRunnerOptions options;
  options.quotas.operations_max = 3;
  DurableFunctionTestRunner runner(
      [](DurableContext& ctx) -> Task<int> {
        for (int i = 0; i < 10; ++i) co_await ctx.step("part", [&] { return i; });
        co_return 10;
      },
      options);

  const auto result = runner.run();

  EXPECT_EQ(result.status(), InvocationStatus::failed);
  EXPECT_THAT(result.get_all_operations(), SizeIs(2));  // the execution itself counts too
  ASSERT_NE(result.error(), nullptr);
  EXPECT_THAT(result.error()->error_message.value_or(""), HasSubstr("3"));
}

}  // namespace
}  // namespace durable::test
