// SPDX-License-Identifier: Apache-2.0
//
// Waits that are called off.
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
using ::testing::SizeIs;
using Status = wire::InvocationOutputStatus;

wire::Operation recorded_wait(wire::OperationStatus status) {
  wire::Operation wait;
  wait.id = "1";
  wait.type = wire::OperationType::wait;
  wait.sub_type = "Wait";
  wait.name = "timer";
  wait.status = status;
  return wait;
}

/// A wait that is cancelled and then awaited; gives what the await made of it.
Task<std::string> cancel_and_await(DurableContext& ctx) {
  auto timer = ctx.wait("timer", 1h);
  timer.cancel();
  const auto outcome = co_await settle(timer);
  co_return outcome.has_value() ? "over" : outcome.error_message();
}

TEST(WaitCancel, IsRecordedByTheServiceAndInTheHistory) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    int value = co_await ctx.step("work", [] { return 1; });
    timer.cancel();
    co_return value;
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(1));
  EXPECT_THAT(result.get_wait("timer"), HasStatus(OperationStatus::cancelled));
  EXPECT_THAT(
      history_lines(result),
      ElementsAre("ExecutionStarted", "WaitStarted timer", "StepStarted work", "StepSucceeded work",
                  "WaitCancelled timer", "InvocationCompleted", "ExecutionSucceeded"));
}

TEST(WaitCancel, TravelsWithTheNextCall) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    timer.cancel();
    co_return co_await ctx.step("work", [] { return 1; });
  });

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_THAT(
      service.calls,
      ElementsAre("1 WAIT START \"timer\"",
                  "1 WAIT CANCEL \"timer\", 2 STEP START \"work\", 2 STEP SUCCEED \"work\""));
}

TEST(WaitCancel, AwaitedAfterwardsThrowsTheSameInFirstRunAndReplay) {
  std::vector<std::string> seen;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    timer.cancel();
    const auto outcome = co_await settle(timer);
    outcome.with_error<WaitCancelledError>([&](const WaitCancelledError& error) {
      seen.push_back(std::string(error.error_type()) + " " + error.what());
    });
    co_await ctx.wait("nap", 1s);
    co_return 1;
  });

  const auto result = runner.run();

  EXPECT_EQ(result.duration(), Duration(1s));
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(
      seen[0],
      "WaitCancelledError wait \"timer\" was cancelled, by cancel() or because something else "
      "won the race that it was part of");
  EXPECT_EQ(seen[1], seen[0]);
}

TEST(WaitCancel, NeitherKeepsTheInvocationOpenNorWakesItLater) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 10s);
    timer.cancel();
    co_await ctx.wait("nap", 60s);
    co_return 1;
  });

  const auto result = runner.run();

  EXPECT_THAT(result.invocations(), SizeIs(2)) << "its start, and the end of the other wait";
}

TEST(WaitCancel, OfAWaitThatIsOverDoesNothing) {
  Service service;
  service.add(recorded_wait(wire::OperationStatus::succeeded));

  EXPECT_EQ(output_of(service.invoke(cancel_and_await)).result, Payload("\"over\""));

  EXPECT_TRUE(service.calls.empty());
}

TEST(WaitCancel, IsSentAgainByAReplayThatFindsTheWaitOpen) {
  Service service;
  service.add(recorded_wait(wire::OperationStatus::started));

  const auto output = output_of(service.invoke(cancel_and_await));

  EXPECT_THAT(std::string(output.result->view()), HasSubstr("was cancelled"));
  EXPECT_THAT(service.calls, ElementsAre("1 WAIT CANCEL \"timer\""));
}

TEST(WaitCancel, IsNotSentAgainByAReplayThatFindsItRecorded) {
  Service service;
  service.add(recorded_wait(wire::OperationStatus::cancelled));

  const auto output = output_of(service.invoke(cancel_and_await));

  EXPECT_THAT(std::string(output.result->view()), HasSubstr("was cancelled"));
  EXPECT_TRUE(service.calls.empty());
}

TEST(WaitCancel, TwiceIsOnce) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    timer.cancel();
    timer.cancel();
    static_cast<void>(co_await settle(timer));
    timer.cancel();
    co_return 1;
  });

  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_THAT(service.calls, ElementsAre("1 WAIT START \"timer\"", "1 WAIT CANCEL \"timer\""));
}

TEST(WaitCancel, ThatComesTooLateLeavesTheWaitOverAndTheRestRecorded) {
  for (const auto replies : {Service::Replies::at_once, Service::Replies::from_a_thread}) {
    Service service("{}", replies);
    service.on_call = [&](int call) {
      if (call == 2) service.complete("1");
    };
    const auto output = output_of(service.invoke([](DurableContext& ctx) -> Task<std::string> {
      auto timer = ctx.wait("timer", 1h);
      timer.cancel();
      co_await ctx.step("work", [] {});
      const auto outcome = co_await settle(timer);
      co_return outcome.has_value() ? "over" : outcome.error_message();
    }));

    EXPECT_EQ(output.result, Payload("\"over\""));
    EXPECT_THAT(service.calls, ElementsAre("1 WAIT START \"timer\"", "refused: 1 CANCEL",
                                           "2 STEP START \"work\", 2 STEP SUCCEED \"work\""));
  }
}

TEST(WaitCancel, AloneThatComesTooLateAsksForTheStateInstead) {
  Service service;
  service.on_call = [&](int call) {
    if (call == 2) service.complete("1");
  };

  const auto output = output_of(service.invoke(cancel_and_await));

  EXPECT_EQ(output.result, Payload("\"over\""));
  EXPECT_THAT(service.calls, ElementsAre("1 WAIT START \"timer\"", "refused: 1 CANCEL", ""));
}

TEST(WaitCancel, RefusalForAnotherReasonFailsTheExecution) {
  Service service;
  int asked = 0;
  service.fault = [&]() -> std::optional<Error> {
    if (++asked == 1) return std::nullopt;
    return Error{ErrorCode::invalid_parameter, "no"};
  };

  const auto output = output_of(service.invoke(cancel_and_await));

  EXPECT_EQ(error_type(output), "CheckpointError");
  EXPECT_EQ(asked, 3) << "once without the cancellation";
}

TEST(WaitCancel, BeforeTheStartIsRecordedWaitsForThat) {
  Service service("{}", Service::Replies::from_a_thread);

  const auto output = output_of(service.invoke([](DurableContext& ctx) -> Task<std::string> {
    auto work = ctx.step("work", [] {});
    auto timer = ctx.wait("timer", 1h);
    timer.cancel();
    const auto outcome = co_await settle(timer);
    co_return outcome.has_value() ? "over" : "cancelled";
  }));

  EXPECT_EQ(output.result, Payload("\"cancelled\""));
  EXPECT_EQ(service.calls.back(), "2 WAIT CANCEL \"timer\"");
}

TEST(WaitCancel, OutsideTheContextThatStartedTheWaitIsMisuse) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    co_return co_await ctx.run_in_child_context("child", [&](DurableContext& child) -> Task<int> {
      timer.cancel();
      co_return co_await child.step([] { return 1; });
    });
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("cancel of wait \"timer\" was called on the context"));
}

TEST(WaitCancel, OfAFutureThatWasMovedFromIsMisuse) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    auto moved = std::move(timer);
    timer.cancel();  // NOLINT: the use after the move is the point
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "UsageError");
}

TEST(WaitCancel, InAStepBodyIsMisuse) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    co_return co_await ctx.step("work", [&] {
      timer.cancel();
      return 1;
    });
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("cancel of wait \"timer\" was called inside"));
}

TEST(WaitCancel, LetsACoroutineThatWaitsGoOn) {
  Service service;
  std::vector<std::string> order;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    auto reminder = ctx.run_in_child_context("reminder", [&](DurableContext&) -> Task<int> {
      const auto outcome = co_await settle(timer);
      order.push_back(outcome.has_value() ? "remind" : "no reminder");
      co_return 0;
    });
    order.push_back("answered");
    timer.cancel();
    co_return co_await reminder;
  });

  EXPECT_EQ(output.result, Payload("0"));
  EXPECT_THAT(order, ElementsAre("answered", "no reminder"));
}

// The local clock has no say in it.
TEST(WaitCancel, WaitWhoseTimeIsPastIsOpenUntilTheServiceClosesIt) {
  Service service;
  wire::Operation wait = recorded_wait(wire::OperationStatus::started);
  wait.wait_details.emplace().scheduled_end_timestamp = Timestamp{};
  service.add(wait);
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    co_await ctx.wait("timer", 1s);
    co_return 1;
  };

  EXPECT_EQ(output_of(service.invoke(handler)).status, Status::pending);
  service.pass_time();
  EXPECT_EQ(output_of(service.invoke(handler)).result, Payload("1"));
}

}  // namespace
}  // namespace durable
