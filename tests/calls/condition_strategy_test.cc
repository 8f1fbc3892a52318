// SPDX-License-Identifier: Apache-2.0
//
// When a wait_for_condition ends, and after which delays it polls.
#include "calls/update_spy.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using fake::UpdateSpy;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::InvocationOutputStatus;

TEST(ConditionStrategy, StrategyThatThrowsFailsTheExecution) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "job", 0, [](const int& n) { return n; },
        {.strategy = [](const int&, const PollContext&) -> PollDecision {
          throw std::runtime_error("confused");
        }});
  });

  EXPECT_EQ(error_text(output), "confused");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"job\""));
}

TEST(ConditionStrategy, NothingDurableCanBeCalledInACheckOrAStrategy) {
  for (const bool in_check : {true, false}) {
    Service service;
    const auto output = service.run([in_check](DurableContext& ctx) -> Task<int> {
      const auto misuse = [&ctx] {
        try {
          auto wait = ctx.wait("inner", 1s);
        } catch (const UsageError&) {  // it is fatal all the same
        }
      };
      co_return co_await ctx.wait_for_condition("job", 0,
                                                [&](const int& n) {
                                                  if (in_check) misuse();
                                                  return n;
                                                },
                                                {.strategy = [&](const int&, const PollContext&) {
                                                  if (!in_check) misuse();
                                                  return PollDecision::satisfied();
                                                }});
    });
    EXPECT_EQ(error_type(output), "UsageError");
    EXPECT_THAT(error_text(output),
                AllOf(HasSubstr("wait \"inner\" was called inside the body of a step"),
                      HasSubstr("or in the check of a condition")));
    EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"job\""));
  }
}

TEST(ConditionStrategy, NothingDurableCanBeCalledInAStepsRetryPolicy) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("s", []() -> int { throw std::runtime_error("no"); },
                                {.retry = [&ctx](const RetryContext&) -> std::optional<Duration> {
                                  auto wait = ctx.wait("inner", 1s);
                                  return std::nullopt;
                                }});
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("wait \"inner\" was called by a retry policy"));
}

TEST(ConditionStrategy, UsedUpScheduleFailsAndSaysHowManyPolls) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto future = ctx.wait_for_condition(
        "job", 0, [](const int& n) { return n + 1; },
        {.until = [](const int&) { return false; }, .poll = PollSchedule::every(1s, 3)});
    const auto outcome = co_await settle(future);
    co_await ctx.wait(1s);
    std::string text;
    outcome.with_error<WaitForConditionError>([&](const WaitForConditionError& error) {
      text = std::string(error.error_type()) + ": " + error.what();
    });
    co_return text;
  });

  EXPECT_EQ(output.result, Payload(R"("WaitForConditionError: the condition of \"job\" still does )"
                                   R"(not hold after 3 polls")"));
}

TEST(ConditionStrategy, SatisfiedOnTheLastPollWins) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition(
        "job", 0, [](const int& n) { return n + 1; },
        {.until = [](const int& n) { return n == 3; }, .poll = PollSchedule::every(1s, 3)});
  });

  EXPECT_EQ(output.result, Payload("3"));
}

TEST(ConditionStrategy, StrategyCanGiveUpWithItsOwnMessage) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.wait_for_condition("job", 0, [](const int& n) { return n; },
                                              {.strategy = [](const int&, const PollContext&) {
                                                return PollDecision::give_up("the job was deleted");
                                              }});
  });

  EXPECT_EQ(error_type(output), "WaitForConditionError");
  EXPECT_EQ(error_text(output), "the job was deleted");
}

TEST(ConditionStrategy, DefaultScheduleIsThatOfTheOfficialSdks) {
  const PollSchedule poll;
  EXPECT_EQ(poll.max_attempts, 60U);
  EXPECT_EQ(poll.initial, Duration(5s));
  EXPECT_EQ(poll.max, Duration(5min));
  EXPECT_EQ(poll.rate, 1.5);
  EXPECT_EQ(poll.jitter, Jitter::full);
}

TEST(ConditionStrategy, DelaysOfAScheduleGrowToItsMaximum) {
  const PollSchedule poll{.max_attempts = 6, .initial = 4s, .max = 10s, .jitter = Jitter::none};
  std::vector<std::int64_t> delays;
  for (std::uint32_t attempt = 1; attempt <= 6; ++attempt) {
    const PollDecision next = detail::next_poll(poll, {.attempt = attempt});
    delays.push_back(next.kind() == PollDecision::Kind::again ? next.delay().count() : -1);
  }
  EXPECT_THAT(delays, ElementsAre(4000, 6000, 9000, 10000, 10000, -1));
}

TEST(ConditionStrategy, WithoutAnEndOrWithTwoIsRefusedAndUsesNoId) {
  Service service;
  std::vector<std::string> messages;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    const auto check = [](const int& n) { return n; };
    const Until<int> until = [](const int&) { return true; };
    const PollStrategy<int> strategy = [](const int&, const PollContext&) {
      return PollDecision::satisfied();
    };
    for (const ConditionOptions<int>& options :
         {ConditionOptions<int>{}, ConditionOptions<int>{.until = until, .strategy = strategy},
          ConditionOptions<int>{.until = until, .poll = PollSchedule::every(1s, 0)},
          ConditionOptions<int>{.until = until, .poll = PollSchedule::every(-1s)},
          ConditionOptions<int>{.until = until, .poll = {.rate = 0.5}}}) {
      try {
        auto future = ctx.wait_for_condition("job", 0, check, options);
      } catch (const ValidationError& error) {
        messages.emplace_back(error.what());
      }
    }
    co_return co_await ctx.step("after", [] { return 1; });
  });

  EXPECT_EQ(output.status, Status::succeeded);
  EXPECT_THAT(messages, ElementsAre(HasSubstr("set .until, or .strategy"),
                                    HasSubstr("are both set"), HasSubstr("at least 1"),
                                    HasSubstr("cannot be negative"), HasSubstr("from 1 to 1000")));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"after\", 1 STEP SUCCEED \"after\""));
}

TEST(ConditionStrategy, DelaysAreWholeSecondsAndAtLeastOne) {
  for (const auto& [asked, sent] : {std::pair{Duration(0ms), 1}, std::pair{Duration(1ms), 1},
                                    std::pair{Duration(1001ms), 2}, std::pair{Duration(-5s), 1}}) {
    Service service;
    UpdateSpy spy(service);
    const Duration delay = asked;
    static_cast<void>(spy.invoke([delay](DurableContext& ctx) -> Task<int> {
      co_return co_await ctx.wait_for_condition(
          "count", 0, [](const int& n) { return n; },
          {.strategy = [delay](const int&, const PollContext&) {
            return PollDecision::again_after(delay);
          }});
    }));
    EXPECT_EQ(spy.updates.at(1).step_options->next_attempt_delay_seconds, sent) << asked.count();
  }
}

}  // namespace
}  // namespace durable
