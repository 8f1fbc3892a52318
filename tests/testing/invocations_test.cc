// SPDX-License-Identifier: Apache-2.0
//
// Invocations that crash, run out of time, or are cut off.
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

#include <memory>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A runner whose function's bodies may reach it: they run after it is made.
struct Reach {
  DurableFunctionTestRunner* runner = nullptr;
  int bodies = 0;
};

TEST(Invocations, RunAgainAfterACrash) {
  Reach reach;
  DurableFunctionTestRunner runner([&reach](DurableContext& ctx) -> Task<int> {
    int value = co_await ctx.step("work", [&] {
      if (++reach.bodies == 1) reach.runner->crash_invocation();
      return reach.bodies;
    });
    co_return value;
  });
  reach.runner = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(2));
  ASSERT_THAT(result.invocations(), SizeIs(2));
  ASSERT_TRUE(result.invocations()[0].error.has_value());
  EXPECT_EQ(result.invocations()[0].error->error_type, "Runtime.ExitError");
  EXPECT_FALSE(result.invocations()[1].error.has_value());
}

TEST(Invocations, CrashEvenWhenTheBodyCatchesEverything) {
  Reach reach;
  DurableFunctionTestRunner runner([&reach](DurableContext& ctx) -> Task<int> {
    int value = co_await ctx.step("work", [&] {
      try {
        if (++reach.bodies == 1) reach.runner->crash_invocation();
      } catch (...) {
        return -1;
      }
      return reach.bodies;
    });
    co_return value;
  });
  reach.runner = &runner;

  EXPECT_THAT(runner.run(), HasResult(2));
}

TEST(Invocations, RunAnAtMostOnceBodyNeverTwice) {
  Reach reach;
  DurableFunctionTestRunner runner([&reach](DurableContext& ctx) -> Task<int> {
    int value = co_await ctx.step(
        "charge",
        [&] {
          ++reach.bodies;
          reach.runner->crash_invocation();
          return 1;
        },
        {.semantics = StepSemantics::at_most_once_per_retry, .retry = retry::none()});
    co_return value;
  });
  reach.runner = &runner;

  const auto result = runner.run();

  EXPECT_EQ(reach.bodies, 1);
  EXPECT_EQ(result.status(), InvocationStatus::failed);
  EXPECT_THAT(result.get_step("charge"), HasStatus(OperationStatus::failed));
}

TEST(Invocations, FailTheExecutionWhenTheyKeepCrashing) {
  Reach reach;
  DurableFunctionTestRunner runner([&reach](DurableContext& ctx) -> Task<int> {
    int value = co_await ctx.step("work", [&] {
      ++reach.bodies;
      reach.runner->crash_invocation();
      return 1;
    });
    co_return value;
  });
  reach.runner = &runner;

  const auto result = runner.run();

  EXPECT_EQ(reach.bodies, 5);
  EXPECT_THAT(result, FailedWith("Runtime.ExitError", HasSubstr("exit status 1")));
}

TEST(Invocations, AreCutOffAtTheirTimeout) {
  Reach reach;
  LocalRunnerOptions options;
  options.invocation_timeout = 3s;
  DurableFunctionTestRunner runner(
      [&reach](DurableContext& ctx) -> Task<int> {
        int value = co_await ctx.step("slow", [&] {
          if (++reach.bodies == 1) reach.runner->advance_time(4s);
          return reach.bodies;
        });
        co_return value;
      },
      options);
  reach.runner = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(2));
  ASSERT_THAT(result.invocations(), SizeIs(2));
  ASSERT_TRUE(result.invocations()[0].error.has_value());
  EXPECT_EQ(result.invocations()[0].error->error_type, "Sandbox.Timedout");
  EXPECT_THAT(result.invocations()[0].error->error_message.value_or(""),
              HasSubstr("Task timed out after 3.00 seconds"));
}

TEST(Invocations, EndUnheardWhenTheExecutionTimesOutMeanwhile) {
  Reach reach;
  LocalRunnerOptions options;
  options.execution_timeout = 2s;
  DurableFunctionTestRunner runner(
      [&reach](DurableContext& ctx) -> Task<int> {
        int value = co_await ctx.step("slow", [&] {
          ++reach.bodies;
          reach.runner->advance_time(4s);
          return 1;
        });
        co_return value;
      },
      options);
  reach.runner = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, TimedOut());
  EXPECT_EQ(reach.bodies, 1);
}

TEST(Invocations, CannotCrashWhenNoneRuns) {
  DurableFunctionTestRunner runner(greet);

  EXPECT_THROW(runner.crash_invocation(), std::logic_error);
}

TEST(Invocations, DestroyTheirFramesWhenTheySuspend) {
  const auto alive = std::make_shared<int>(0);
  long uses_during_wait = 0;
  DurableFunctionTestRunner runner([alive](DurableContext& ctx) -> Task<int> {
    const std::shared_ptr<int> local = alive;
    bool caught = false;
    try {
      co_await ctx.wait("nap", 1s);
    } catch (...) {
      caught = true;
    }
    co_return caught ? 1 : 0;
  });

  const long uses_before = alive.use_count();
  const std::string arn = runner.run_async();
  uses_during_wait = alive.use_count();

  EXPECT_EQ(uses_during_wait, uses_before);
  EXPECT_THAT(runner.wait_for_result(arn), HasResult(0));
}

}  // namespace
}  // namespace durable::test
