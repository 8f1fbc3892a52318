// SPDX-License-Identifier: Apache-2.0
//
// The SDK and the engine together: what a function does over several invocations, and the history
// that it leaves.
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <durable/wire/names.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// The history as `EventType name` lines.
std::vector<std::string> lines_of(const DurableFunctionTestResult& result) {
  std::vector<std::string> lines;
  for (const wire::Event& event : result.history()) {
    std::string line(wire::to_string(event.event_type));
    if (event.name) line += " " + *event.name;
    lines.push_back(line);
  }
  return lines;
}

std::string message_of(const DurableFunctionTestResult& result) {
  return result.error() == nullptr ? "" : result.error()->error_message.value_or("");
}

TEST(Semantics, HandlerThatChangedBetweenInvocationsFailsWithBothSides) {
  bool changed = false;
  DurableFunctionTestRunner runner([&changed](DurableContext& ctx) -> Task<int> {
    if (changed) {
      co_await ctx.wait("settle", 5s);
    } else {
      co_await ctx.step("charge", [] { return 1; });
    }
    co_await ctx.wait("nap", 1s);
    co_return 1;
  });

  const std::string arn = runner.run_async();
  changed = true;
  const auto result = runner.wait_for_result(arn);

  EXPECT_THAT(result, FailedWith("NonDeterministicExecutionError"));
  EXPECT_THAT(message_of(result), AllOf(HasSubstr("call 1 in handler (operation 1)"),
                                        HasSubstr("is recorded as STEP (Step) \"charge\""),
                                        HasSubstr("the code now makes WAIT (Wait) \"settle\""),
                                        HasSubstr("let running executions finish on the version")));
}

TEST(Semantics, AtMostOnceCrashWithOneRetryLeavesTheServicesHistory) {
  int bodies = 0;
  DurableFunctionTestRunner* reach = nullptr;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    int value = co_await ctx.step("charge",
                                  [&] {
                                    if (++bodies == 1) reach->crash_invocation();
                                    return bodies;
                                  },
                                  {.semantics = StepSemantics::at_most_once_per_retry,
                                   .retry = retry::fixed({.max_attempts = 2, .delay = 1s})});
    co_return value;
  });
  reach = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(2));
  EXPECT_THAT(lines_of(result),
              ElementsAre("ExecutionStarted", "StepStarted charge", "InvocationCompleted",
                          "StepFailed charge", "InvocationCompleted", "StepStarted charge",
                          "StepSucceeded charge", "InvocationCompleted", "ExecutionSucceeded"));
  const auto& failed = std::get<wire::StepFailedDetails>(result.history()[3].details);
  EXPECT_EQ(failed.retry_details.current_attempt, 1);
  EXPECT_EQ(failed.retry_details.next_attempt_delay_seconds, 1);
  const auto& succeeded = std::get<wire::StepSucceededDetails>(result.history()[6].details);
  EXPECT_EQ(succeeded.retry_details.current_attempt, 2);
}

TEST(Semantics, WaitsSideBySideTakeAsLongAsTheLongest) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    auto shorter = ctx.wait("shorter", 10s);
    auto longer = ctx.wait("longer", 60s);
    co_await all(shorter, longer);
    co_return 1;
  });

  const auto result = runner.run();

  EXPECT_EQ(result.duration(), Duration(60s));
  EXPECT_THAT(lines_of(result),
              ElementsAre("ExecutionStarted", "WaitStarted shorter", "WaitStarted longer",
                          "InvocationCompleted", "WaitSucceeded shorter", "InvocationCompleted",
                          "WaitSucceeded longer", "InvocationCompleted", "ExecutionSucceeded"));
}

TEST(Semantics, LargeResultOfAChildIsMadeAgainFromItsOperations) {
  constexpr std::size_t large = 300 * 1024;
  int bodies = 0;
  int steps = 0;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<std::size_t> {
    std::string text = co_await ctx.run_in_child_context(
        "report", [&](DurableContext& child) -> Task<std::string> {
          ++bodies;
          char letter = static_cast<char>(co_await child.step("letter", [&] {
            ++steps;
            return static_cast<int>('r');
          }));
          co_return std::string(large, letter);
        });
    co_await ctx.wait("nap", 1s);
    co_return text.size();
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(large));
  EXPECT_EQ(bodies, 2);
  EXPECT_EQ(steps, 1);
  EXPECT_THAT(result.get_context("report"), HasStatus(OperationStatus::succeeded));
  EXPECT_THAT(result.history(), SizeIs(10));
}

TEST(Semantics, ResultThatDoesNotFitTheAnswerIsRecordedUpToTheServicesLimit) {
  constexpr std::size_t limit = 6 * 1024 * 1024;
  DurableFunctionTestRunner runner([](std::size_t size, DurableContext& ctx) -> Task<std::string> {
    co_await ctx.wait("nap", 1s);
    co_return std::string(size - 2, 'x');  // and its quotes
  });

  const auto fits = runner.run(limit);
  const auto too_large = runner.run(limit + 1);

  EXPECT_THAT(fits, Succeeded());
  EXPECT_EQ(fits.raw_result()->size(), limit);
  EXPECT_EQ(too_large.status(), InvocationStatus::failed);
  EXPECT_THAT(message_of(too_large), HasSubstr("6291456"));
}

TEST(Semantics, PayloadAboveTheQuotaFailsTheExecution) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("large", [] { return std::string(2 * 1024 * 1024, 'x'); });
    co_return 1;
  });

  const auto result = runner.run();

  EXPECT_EQ(result.status(), InvocationStatus::failed);
  EXPECT_THAT(message_of(result), HasSubstr("STEP output payload size must be less than or equal"));
}

TEST(Semantics, ErrorsAreTheSameInTheFirstRunAndInAReplay) {
  std::vector<std::string> seen;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    auto failing = ctx.step("charge", []() -> int { throw std::out_of_range("no funds"); },
                            {.retry = retry::none()});
    auto outcome = co_await settle(failing);
    outcome.with_error<StepError>([&](const StepError& error) {
      seen.push_back(std::string(error.error_type()) + ": " + error.what());
    });
    co_await ctx.wait("nap", 1s);
    co_return 1;
  });

  EXPECT_THAT(runner.run(), Succeeded());
  EXPECT_THAT(seen, ElementsAre("std::out_of_range: no funds", "std::out_of_range: no funds"));
}

}  // namespace
}  // namespace durable::test
