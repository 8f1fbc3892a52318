// SPDX-License-Identifier: Apache-2.0
#include "calls/history_lines.h"
#include "sdk/fake_service.h"

#include <durable/testing/gtest.h>
#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::output_of;
using fake::Service;
using test::history_lines;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::InvocationOutputStatus;

const WithRetryOptions three_times{.retry = retry::fixed({.max_attempts = 3, .delay = 10s})};
const StepOptions once{.retry = retry::none()};

TEST(WithRetry, RunsItsOperationsAgainWithDurableWaitsBetween) {
  int calls = 0;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "book",
        [&](DurableContext& child, std::uint32_t attempt) -> Task<int> {
          co_await child.step("hotel", [] {});
          int seat = co_await child.step(
              "flight",
              [&] {
                if (++calls < 3) throw std::runtime_error("full");
                return calls;
              },
              once);
          co_return seat * 10 + static_cast<int>(attempt);
        },
        three_times);
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(33));
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(result.duration(), Duration(20s));
  EXPECT_THAT(
      history_lines(result),
      ElementsAre("ExecutionStarted", "ContextStarted book", "StepStarted hotel",
                  "StepSucceeded hotel", "StepStarted flight", "StepFailed flight",
                  "WaitStarted book-backoff-1", "InvocationCompleted",
                  "WaitSucceeded book-backoff-1", "StepStarted hotel", "StepSucceeded hotel",
                  "StepStarted flight", "StepFailed flight", "WaitStarted book-backoff-2",
                  "InvocationCompleted", "WaitSucceeded book-backoff-2", "StepStarted hotel",
                  "StepSucceeded hotel", "StepStarted flight", "StepSucceeded flight",
                  "ContextSucceeded book", "InvocationCompleted", "ExecutionSucceeded"));
  EXPECT_EQ(result.get_context("book").sub_type(), "RunInChildContext");
}

TEST(WithRetry, EndsWithTheLastErrorWhenThePolicyGivesUp) {
  int bodies = 0;
  std::vector<std::string> seen;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    auto future = ctx.with_retry(
        "book",
        [&](DurableContext& child, std::uint32_t attempt) -> Task<int> {
          co_await child.step("s", [&] { ++bodies; });
          throw std::out_of_range("attempt " + std::to_string(attempt));
        },
        three_times);
    const auto outcome = co_await settle(future);
    outcome.with_error<ChildContextError>([&](const ChildContextError& error) {
      seen.push_back(std::string(error.error_type()) + ": " + error.what());
    });
    co_await ctx.wait("nap", 1s);
    co_return 1;
  });

  EXPECT_THAT(runner.run(), Succeeded());
  EXPECT_EQ(bodies, 3);
  EXPECT_THAT(seen, ElementsAre("std::out_of_range: attempt 3", "std::out_of_range: attempt 3"));
}

TEST(WithRetry, PolicyIsAskedAboutWhatIsRecordedInsideAFailedOperation) {
  Service service;
  std::vector<std::string> asked;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "book",
        [&](DurableContext& child, std::uint32_t attempt) -> Task<int> {
          if (attempt == 2) throw std::logic_error("own");
          co_return co_await child.step(
              "s", []() -> int { throw std::out_of_range("busy"); }, once);
        },
        {.retry = [&asked](const RetryContext& about) -> std::optional<Duration> {
          asked.push_back(std::to_string(about.attempt) + " " + std::string(about.error_type) +
                          ": " + std::string(about.error_message));
          if (about.attempt == 2) return std::nullopt;
          return 1s;
        }});
  });

  EXPECT_EQ(error_text(output), "own");
  EXPECT_THAT(asked, ElementsAre("1 std::out_of_range: busy", "1 std::out_of_range: busy",
                                 "2 std::logic_error: own"))
      << "the first in two invocations";
}

TEST(WithRetry, PolicyGetsTheSameRandomBitsInEveryReplay) {
  Service service;
  std::vector<std::uint64_t> bits;
  int seed = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "book",
        [](DurableContext&) -> Task<int> {
          throw std::runtime_error("no");
          co_return 0;
        },
        {.retry = [&bits](const RetryContext& about) -> std::optional<Duration> {
          bits.push_back(about.random_bits);
          if (about.attempt == 2) return std::nullopt;
          return 1s;
        }});
  };
  do {
    service.environment.random_seed = static_cast<std::uint64_t>(++seed);
    service.pass_time();
  } while (output_of(service.invoke(handler)).status == Status::pending && seed < 9);

  ASSERT_EQ(bits.size(), 3U);
  EXPECT_EQ(bits[0], bits[1]);
  EXPECT_NE(bits[1], bits[2]);
}

TEST(WithRetry, DoesNotCatchASuspension) {
  Service service;
  std::vector<std::uint32_t> attempts;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "book",
        [&](DurableContext& child, std::uint32_t attempt) -> Task<int> {
          attempts.push_back(attempt);
          co_await child.wait("inside", 1h);
          co_return 5;
        },
        three_times);
  };

  EXPECT_EQ(output_of(service.invoke(handler)).status, Status::pending);
  service.pass_time();
  EXPECT_EQ(output_of(service.invoke(handler)).result, Payload("5"));

  EXPECT_THAT(attempts, ElementsAre(1U, 1U));
}

TEST(WithRetry, ExecutionErrorIsNotRetried) {
  Service service;
  int bodies = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "book",
        [&](DurableContext&) -> Task<int> {
          ++bodies;
          throw ExecutionError("hopeless");
          co_return 0;
        },
        three_times);
  });

  EXPECT_EQ(error_type(output), "ExecutionError");
  EXPECT_EQ(bodies, 1);
}

TEST(WithRetry, InvocationErrorEndsTheInvocationAndTheAttemptIsMadeAgain) {
  Service service;
  std::vector<std::uint32_t> attempts;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "book",
        [&](DurableContext& child, std::uint32_t attempt) -> Task<int> {
          attempts.push_back(attempt);
          if (attempts.size() == 1) throw InvocationError("later");
          co_return co_await child.step([] { return 1; });
        },
        three_times);
  };

  EXPECT_EQ(fake::failure_of(service.invoke(handler)).error_message, "later");
  EXPECT_EQ(output_of(service.invoke(handler)).result, Payload("1"));
  EXPECT_THAT(attempts, ElementsAre(1U, 1U));
}

TEST(WithRetry, PolicyThatThrowsFailsTheExecution) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry("book",
                                      [](DurableContext&) -> Task<int> {
                                        throw std::runtime_error("no");
                                        co_return 0;
                                      },
                                      {.retry = [](const RetryContext&) -> std::optional<Duration> {
                                        throw std::runtime_error("confused");
                                      }});
  });

  EXPECT_EQ(error_text(output), "confused");
}

TEST(WithRetry, NothingDurableCanBeCalledInItsPolicy) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "book",
        [](DurableContext&) -> Task<int> {
          throw std::runtime_error("no");
          co_return 0;
        },
        {.retry = [&ctx](const RetryContext&) -> std::optional<Duration> {
          auto wait = ctx.wait("inner", 1s);
          return std::nullopt;
        }});
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("wait \"inner\" was called by a retry policy"));
}

TEST(WithRetry, BodyThatThrowsBeforeItIsACoroutineIsRetried) {
  Service service;
  int calls = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    struct Helpers {
      static Task<int> give(int value) { co_return value; }
    };
    co_return co_await ctx.with_retry(
        "book",
        [&](DurableContext&) -> Task<int> {
          if (++calls == 1) throw std::runtime_error("no");
          return Helpers::give(7);
        },
        three_times);
  });

  EXPECT_EQ(output.result, Payload("7"));
}

TEST(WithRetry, WithoutANameNamesItsWaitsAllTheSame) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.with_retry("", [](DurableContext&, std::uint32_t attempt) -> Task<void> {
      if (attempt == 1) throw std::runtime_error("no");
      co_return;
    });
  });

  EXPECT_EQ(output.status, Status::succeeded);
  EXPECT_EQ(service.calls.front(), "1 CONTEXT START, 1-1 WAIT START \"backoff-1\"");
}

TEST(WithRetry, NameThatLeavesNoRoomForTheWaitsIsRefusedAndUsesNoId) {
  Service service;
  std::string message;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    try {
      auto future =
          ctx.with_retry(std::string(240, 'x'), [](DurableContext&) -> Task<int> { co_return 1; });
    } catch (const ValidationError& error) {
      message = error.what();
    }
    co_return co_await ctx.step("after", [] { return 1; });
  });

  EXPECT_EQ(output.status, Status::succeeded);
  EXPECT_THAT(message, HasSubstr("at most 237 characters"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"after\", 1 STEP SUCCEED \"after\""));
}

TEST(WithRetry, CrashInALaterAttemptGoesOnWithThatOne) {
  int charges = 0;
  bool crashed = false;
  DurableFunctionTestRunner* reach = nullptr;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.with_retry(
        "pay",
        [&](DurableContext& child, std::uint32_t attempt) -> Task<int> {
          int made = co_await child.step("charge", [&] { return ++charges; });
          co_await child.step(
              "receipt",
              [&] {
                if (attempt == 1) throw std::runtime_error("printer");
                if (!std::exchange(crashed, true)) reach->crash_invocation();
              },
              once);
          co_return made;
        },
        three_times);
  });
  reach = &runner;

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(2));
  EXPECT_EQ(charges, 2) << "a recorded step of an attempt does not run again";
}

}  // namespace
}  // namespace durable
