// SPDX-License-Identifier: Apache-2.0
//
// Conditions, SDK and engine together: what a function does over several invocations, and the
// history that it leaves.
#include "calls/history_lines.h"

#include <durable/durable.h>
#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using test::history_lines;
using ::testing::ElementsAre;
using ::testing::SizeIs;

struct Job {
  int polls = 0;
  bool done = false;
};

/// The states that were recorded by polls and at the end, with the delay after each.
std::vector<std::string> polls_of(const DurableFunctionTestResult& result) {
  std::vector<std::string> polls;
  for (const wire::Event& event : result.history()) {
    if (event.event_type != wire::EventType::step_succeeded) continue;
    const auto& details = std::get<wire::StepSucceededDetails>(event.details);
    std::string line = details.result.payload->str();
    line += " #" + std::to_string(details.retry_details.current_attempt.value_or(0));
    if (const auto delay = details.retry_details.next_attempt_delay_seconds) {
      line += " +" + std::to_string(*delay);
    }
    polls.push_back(std::move(line));
  }
  return polls;
}

TEST(ConditionHistory, HasAStartAndASuccessForEachPoll) {
  DurableFunctionTestRunner runner([](int limit, DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "counter", 0, [](const int& n) { return n + 1; },
        {.until = [limit](const int& n) { return n >= limit; }, .poll = PollSchedule::every(2s)});
  });

  const auto result = runner.run(3);

  EXPECT_THAT(result, HasResult(3));
  EXPECT_THAT(history_lines(result),
              ElementsAre("ExecutionStarted", "StepStarted counter", "StepSucceeded counter",
                          "InvocationCompleted", "StepStarted counter", "StepSucceeded counter",
                          "InvocationCompleted", "StepStarted counter", "StepSucceeded counter",
                          "InvocationCompleted", "ExecutionSucceeded"));
  EXPECT_THAT(polls_of(result), ElementsAre("1 #1 +2", "2 #2 +2", "3 #3"));
  EXPECT_EQ(result.get_step("counter").sub_type(), "WaitForCondition");
  EXPECT_EQ(result.duration(), Duration(4s));
}

TEST(ConditionHistory, OneAfterTheOtherPassesItsStateOn) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    const auto add = [](const int& n) { return n + 1; };
    int first = co_await ctx.wait_for_condition(
        0, add, {.until = [](const int& n) { return n == 2; }, .poll = PollSchedule::every(1s)});
    co_return co_await ctx.wait_for_condition(
        first, add,
        {.until = [](const int& n) { return n == 4; }, .poll = PollSchedule::every(1s)});
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(4));
  EXPECT_THAT(polls_of(result), ElementsAre("1 #1 +1", "2 #2", "3 #1 +1", "4 #2"));
  EXPECT_THAT(result.invocations(), SizeIs(3)) << "the second begins where the first ends";
}

TEST(ConditionHistory, StateMayBeAStruct) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<Job> {
    const Job first{};
    co_return co_await ctx.wait_for_condition(
        "job", first,
        [](const Job& job) { return Job{.polls = job.polls + 1, .done = job.polls == 2}; },
        {.until = [](const Job& job) { return job.done; }});
  });

  const auto result = runner.run();

  EXPECT_EQ(result.result<Job>().polls, 3);
}

TEST(ConditionHistory, CrashInAPollMakesThatPollAgain) {
  int checks = 0;
  std::vector<std::uint32_t> attempts;
  DurableFunctionTestRunner* reach = nullptr;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "counter", 10,
        [&](const int& n, StepContext& step) {
          attempts.push_back(step.attempt());
          if (++checks == 2) reach->crash_invocation();
          return n + 1;
        },
        {.until = [](const int& n) { return n == 12; }, .poll = PollSchedule::every(1s)});
  });
  reach = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(12));
  EXPECT_THAT(attempts, ElementsAre(1U, 2U, 2U));
  EXPECT_THAT(polls_of(result), ElementsAre("11 #1 +1", "12 #2"));
}

TEST(ConditionHistory, GivesUpWithAFailedStep) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "counter", 0, [](const int& n) { return n + 1; },
        {.until = [](const int&) { return false; }, .poll = PollSchedule::every(1s, 2)});
  });

  const auto result = runner.run();

  EXPECT_THAT(result, FailedWith("WaitForConditionError"));
  EXPECT_THAT(history_lines(result),
              ElementsAre("ExecutionStarted", "StepStarted counter", "StepSucceeded counter",
                          "InvocationCompleted", "StepStarted counter", "StepFailed counter",
                          "InvocationCompleted", "ExecutionFailed"));
}

TEST(ConditionHistory, PollsSideBySideWithOtherWork) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    auto job = ctx.wait_for_condition(
        "job", 0, [](const int& n) { return n + 1; },
        {.until = [](const int& n) { return n == 5; }, .poll = PollSchedule::every(10s)});
    auto winner = co_await race(job, ctx.wait("timeout", 25s));
    co_return winner.index() == 1 ? -1 : std::get<0>(winner);
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(-1));
  EXPECT_EQ(result.duration(), Duration(25s));
}

TEST(ConditionHistory, JitterStaysWithinTheScheduleAndIsRepeatable) {
  const auto delays = [] {
    DurableFunctionTestRunner runner(
        [](DurableContext& ctx) -> Task<int> {
          co_return co_await ctx.wait_for_condition(
              "job", 0, [](const int& n) { return n + 1; },
              {.until = [](const int& n) { return n == 20; }});
        },
        {.seed = 11});
    return polls_of(runner.run());
  };

  const auto first = delays();

  EXPECT_THAT(first, SizeIs(20));
  EXPECT_EQ(first, delays());
}

}  // namespace
}  // namespace durable
