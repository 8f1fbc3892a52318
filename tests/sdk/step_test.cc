// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::InvocationOutputStatus;

struct Receipt {
  std::string order;
  int cents = 0;
};

TEST(Step, RecordsStartAndResultInOneCallAndDoesNotSuspend) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("add", [] { return 41 + 1; });
  });

  EXPECT_EQ(output.status, Status::succeeded);
  EXPECT_EQ(output.result, Payload("42"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"add\", 1 STEP SUCCEED \"add\""));
  EXPECT_EQ(service.invocations, 1);
  EXPECT_EQ(service.operation("1").sub_type, "Step");
}

TEST(Step, IsReplayedWithoutRunningItsBodyOrSendingAnything) {
  Service service;
  int runs = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::string> {
    const auto receipt = co_await ctx.step("charge", [&] {
      ++runs;
      return Receipt{"7", 250};
    });
    co_await ctx.wait(std::chrono::seconds(1));
    co_return receipt.order + ":" + std::to_string(receipt.cents);
  };

  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("\"7:250\""));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(service.invocations, 2);
  EXPECT_EQ(service.calls.size(), 2U);
}

TEST(Step, TakesEveryFormOfBody) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    std::string all;
    co_await ctx.step("void", [&] { all += "a"; });
    all += co_await ctx.step("text", [] { return "b"; });
    all += co_await ctx.step([] { return std::string_view("c"); });
    all += std::to_string(
        co_await ctx.step("context", [](StepContext& step) { return step.attempt(); }));
    all += std::to_string(co_await ctx.step("auto", [](auto& step) { return step.attempt(); }));
    all += co_await ctx.step("task", [&]() -> Task<std::string> { co_return "d"; });
    all += co_await ctx.step("bound", bound([](std::string s) { return s; }, std::string(40, 'e')));
    const auto named = [] { return 'f' == 'f'; };
    all += co_await ctx.step("named", named) ? "f" : "-";
    co_return all;
  });

  EXPECT_EQ(output.result, Payload("\"abc11d" + std::string(40, 'e') + "f\""));
}

TEST(Step, WithATaskAsBodyMayAwaitTasks) {
  Service service;
  struct Helpers {
    static Task<int> half(int number) { co_return number / 2; }
  };
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("task", [](StepContext& step) -> Task<int> {
      const int half = co_await Helpers::half(20);
      co_return half + static_cast<int>(step.attempt());
    });
  });

  EXPECT_EQ(output.result, Payload("11"));
}

TEST(Step, GivesItsFailureAfterTheLastAttemptWithTypeAndMessage) {
  Service service;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    std::string seen;
    try {
      co_await ctx.step("pay", [] { throw std::out_of_range("too much"); },
                        {.retry = retry::none()});
    } catch (const StepError& error) {
      seen = std::string(error.error_type()) + "|" + error.what() + "|" + error.operation_name() +
             "|" + error.operation_id();
    }
    co_await ctx.wait(std::chrono::seconds(1));
    co_return seen;
  };

  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("\"std::out_of_range|too much|pay|1\""));
  EXPECT_EQ(service.invocations, 2) << "the replay gives the same error";
  EXPECT_EQ(service.calls.front(), "1 STEP START \"pay\", 1 STEP FAIL \"pay\"");
}

TEST(Step, RetriesInLaterInvocationsAndCountsItsAttempts) {
  Service service;
  std::vector<std::uint32_t> attempts;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
    co_return co_await ctx.step("flaky",
                                [&](StepContext& step) {
                                  attempts.push_back(step.attempt());
                                  if (step.attempt() < 3) throw std::runtime_error("busy");
                                  return "ok";
                                },
                                {.retry = retry::fixed({.max_attempts = 3})});
  });

  EXPECT_EQ(output.result, Payload("\"ok\""));
  EXPECT_THAT(attempts, ElementsAre(1U, 2U, 3U));
  EXPECT_EQ(service.invocations, 3);
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"flaky\", 1 STEP RETRY \"flaky\"",
                                         "1 STEP START \"flaky\", 1 STEP RETRY \"flaky\"",
                                         "1 STEP START \"flaky\", 1 STEP SUCCEED \"flaky\""));
}

TEST(Step, AsksTheRetryPolicyWithTheRecordedErrorAndTheAttempt) {
  Service service;
  struct Seen {
    std::uint32_t attempt = 0;
    std::string type;
    std::string message;
  } seen;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step(
        "s", []() -> int { throw std::logic_error("no"); },
        {.retry = [&seen](const RetryContext& asked) -> std::optional<Duration> {
          seen = {asked.attempt, std::string(asked.error_type), std::string(asked.error_message)};
          return std::nullopt;
        }});
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "StepError");
  EXPECT_EQ(error_text(output), "no");
  EXPECT_EQ(seen.attempt, 1U);
  EXPECT_EQ(seen.type, "std::logic_error");
  EXPECT_EQ(seen.message, "no");
}

TEST(Step, AtLeastOnceFoundStartedRunsAgainWithoutANewStart) {
  Service service;
  wire::Operation started;
  started.id = "1";
  started.type = wire::OperationType::step;
  started.sub_type = "Step";
  started.name = "again";
  started.status = wire::OperationStatus::started;
  service.add(started);

  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("again", [] { return 1; });
  });

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP SUCCEED \"again\""));
}

TEST(Step, AtMostOnceRecordsItsStartBeforeTheBodyRuns) {
  Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("once",
                                [&] {
                                  EXPECT_TRUE(service.has("1"));
                                  return 1;
                                },
                                {.semantics = StepSemantics::at_most_once_per_retry});
  });

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"once\"", "1 STEP SUCCEED \"once\""));
}

TEST(Step, AtMostOnceFoundStartedDoesNotRunButFailsAsInterrupted) {
  Service service;
  wire::Operation started;
  started.id = "1";
  started.type = wire::OperationType::step;
  started.name = "once";
  started.status = wire::OperationStatus::started;
  service.add(started);
  bool ran = false;
  const Handler handler = [&](DurableContext& ctx) -> Task<std::string> {
    std::string seen;
    try {
      co_await ctx.step(
          "once", [&] { ran = true; },
          {.semantics = StepSemantics::at_most_once_per_retry, .retry = retry::none()});
    } catch (const StepInterruptedError& error) {
      seen = error.what();
    }
    co_await ctx.wait(std::chrono::seconds(1));
    co_return seen;
  };

  const auto output = service.run(handler);

  EXPECT_FALSE(ran);
  EXPECT_THAT(std::string(output.result->view()), HasSubstr("attempt 1 of step \\\"once\\\""));
  EXPECT_EQ(service.calls.front(), "1 STEP FAIL \"once\"");
  EXPECT_EQ(service.operation("1").step_details->error->error_type, "StepInterruptedError");
}

TEST(Step, AtMostOnceFoundStartedRunsAgainInTheNextAttemptIfThePolicyAllows) {
  Service service;
  wire::Operation started;
  started.id = "1";
  started.type = wire::OperationType::step;
  started.name = "once";
  started.status = wire::OperationStatus::started;
  service.add(started);

  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step(
        "once", [](StepContext& step) { return static_cast<int>(step.attempt()); },
        {.semantics = StepSemantics::at_most_once_per_retry, .retry = retry::fixed()});
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP RETRY \"once\"", "1 STEP START \"once\"",
                                         "1 STEP SUCCEED \"once\""));
}

TEST(Step, ThatThrowsAnExecutionErrorEndsTheExecutionWithoutARetry) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    try {
      co_await ctx.step("s", [] { throw ExecutionError("the order does not exist"); });
    } catch (...) {
    }
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "ExecutionError");
  EXPECT_EQ(error_text(output), "the order does not exist");
}

TEST(Step, ThatThrowsAnInvocationErrorFailsTheInvocation) {
  Service service;
  const auto failure = fake::failure_of(service.invoke([](DurableContext& ctx) -> Task<int> {
    try {
      co_await ctx.step("s", [] { throw InvocationError("no network"); });
    } catch (...) {
    }
    co_return 1;
  }));

  EXPECT_EQ(failure.error_type, "InvocationError");
  EXPECT_FALSE(service.has("1")) << "nothing is recorded for it";
}

TEST(Step, WhoseResultCannotBeWrittenEndsTheExecution) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    try {
      co_await ctx.step("nan", [] { return std::string("\xff"); });
    } catch (...) {
    }
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "SerDesError");
  EXPECT_THAT(error_text(output), HasSubstr("cannot be written as JSON"));
}

TEST(Step, WhoseRecordedResultIsOfAnotherTypeThrowsASerDesError) {
  Service service;
  wire::Operation done;
  done.id = "1";
  done.type = wire::OperationType::step;
  done.status = wire::OperationStatus::succeeded;
  done.step_details.emplace().result = Payload("\"text\"");
  service.add(done);

  const auto output = service.run(
      [](DurableContext& ctx) -> Task<int> { co_return co_await ctx.step([] { return 1; }); });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "SerDesError");
  EXPECT_THAT(error_text(output), HasSubstr("a recorded value cannot be read"));
}

TEST(Step, WithoutARecordedResultReadsAsNull) {
  Service service;
  wire::Operation done;
  done.id = "1";
  done.type = wire::OperationType::step;
  done.status = wire::OperationStatus::succeeded;
  service.add(done);

  const auto output = service.run([](DurableContext& ctx) -> Task<bool> {
    const auto value = co_await ctx.step([]() -> std::optional<int> { return 1; });
    co_return value.has_value();
  });

  EXPECT_EQ(output.result, Payload("false"));
}

TEST(Step, InAStatusThatStepsDoNotHaveEndsTheExecution) {
  Service service;
  wire::Operation odd;
  odd.id = "1";
  odd.type = wire::OperationType::step;
  odd.status = wire::OperationStatus::timed_out;
  service.add(odd);

  const auto output = service.run(
      [](DurableContext& ctx) -> Task<int> { co_return co_await ctx.step([] { return 1; }); });

  EXPECT_EQ(error_type(output), "InvalidStateError");
  EXPECT_THAT(error_text(output), HasSubstr("operation 1 (no name) in handler is recorded as "
                                            "TIMED_OUT, which a step cannot be"));
}

TEST(Step, GivesAFreshValueToEachAwaitOfANamedFuture) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto future = ctx.step("s", [] { return std::string(100, 'x'); });
    std::string first = co_await future;
    first.clear();
    const std::string second = co_await future;
    const std::string third = co_await std::move(future);
    co_return second == third ? "same" : "different";
  });

  EXPECT_EQ(output.result, Payload("\"same\""));
}

}  // namespace
}  // namespace durable
