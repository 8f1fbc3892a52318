// SPDX-License-Identifier: Apache-2.0
//
// What each fault does to a run.
#include "testing/faults.h"
#include "testing/local_service.h"

#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include "engine/token.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Steps `a` and `b`, and a note of all that runs.
struct Traced {
  std::vector<std::string> trace;

  Handler handler() {
    return [this](DurableContext& ctx) -> Task<int> {
      trace.emplace_back("begin");
      int a = co_await ctx.step("a", [this] {
        trace.emplace_back("body a");
        return 1;
      });
      trace.emplace_back("after a");
      int b = co_await ctx.step("b", [this] {
        trace.emplace_back("body b");
        return 2;
      });
      trace.emplace_back("after b");
      co_return a + b;
    };
  }

  DurableFunctionTestResult run(const std::string& schedule) {
    LocalRunnerOptions options;
    options.faults = Schedule::parse(schedule);
    DurableFunctionTestRunner runner(handler(), options);
    return runner.run();
  }
};

TEST(Faults, ADeathBeforeTheSendLosesTheStep) {
  Traced function;
  const auto result = function.run("kill-before-send@1");
  EXPECT_THAT(result, HasResult(3));
  EXPECT_THAT(function.trace,
              ElementsAre("begin", "body a", "begin", "body a", "after a", "body b", "after b"));
  ASSERT_EQ(result.invocations().size(), 2U);
  EXPECT_EQ(result.invocations()[0].error->error_type, "Runtime.ExitError");
}

TEST(Faults, ADeathBeforeTheReplyKeepsTheStepAndRunsNothingAfterIt) {
  Traced function;
  EXPECT_THAT(function.run("kill-reply-lost@1"), HasResult(3));
  EXPECT_THAT(function.trace,
              ElementsAre("begin", "body a", "begin", "after a", "body b", "after b"));
}

TEST(Faults, ADeathAfterTheReplyLetsTheCodeRunUpToTheNextCall) {
  Traced function;
  EXPECT_THAT(function.run("kill-after-reply@1"), HasResult(3));
  EXPECT_THAT(function.trace,
              ElementsAre("begin", "body a", "after a", "begin", "after a", "body b", "after b"));
}

TEST(Faults, ADeathAfterTheLastReplyLosesTheAnswer) {
  Traced function;
  const auto result = function.run("kill-after-reply@2");
  EXPECT_THAT(result, HasResult(3));
  EXPECT_THAT(function.trace, ElementsAre("begin", "body a", "after a", "body b", "after b",
                                          "begin", "after a", "after b"));
  ASSERT_EQ(result.invocations().size(), 2U);
  EXPECT_TRUE(result.invocations()[0].error);
}

TEST(Faults, ADeathAfterTheReplyToAnAtMostOnceStartHitsTheEndOfTheBody) {
  int charges = 0;
  const auto charge = [&charges](DurableContext& ctx) -> Task<std::string> {
    DurableFuture<int> charged =
        ctx.step("charge", [&charges] { return ++charges; },
                 {.semantics = StepSemantics::at_most_once_per_retry, .retry = retry::none()});
    auto outcome = co_await settle(charged);
    co_return outcome ? std::string("charged") : std::string("unknown");
  };
  LocalRunnerOptions options;
  options.faults = Schedule::parse("kill-after-reply@1");
  DurableFunctionTestRunner runner(charge, options);
  EXPECT_THAT(runner.run(), HasResult("unknown"));
  EXPECT_EQ(charges, 1);
}

TEST(Faults, WhatTheServiceRefusesIsTriedAgainByTheNextInvocation) {
  for (const auto& [schedule, text] : {std::pair{"throttled@2", "TooManyRequestsException"},
                                       std::pair{"service-error@2", "ServiceException"},
                                       std::pair{"stale-token@2", "Invalid checkpoint token"}}) {
    Traced function;
    const auto result = function.run(schedule);
    EXPECT_THAT(result, HasResult(3)) << schedule;
    EXPECT_THAT(function.trace, ElementsAre("begin", "body a", "after a", "body b", "begin",
                                            "after a", "body b", "after b"))
        << schedule;
    ASSERT_EQ(result.invocations().size(), 2U) << schedule;
    EXPECT_THAT(result.invocations()[0].error->error_message.value_or(""), HasSubstr(text));
  }
}

TEST(Faults, AFailingReadOfTheStateFailsTheInvocation) {
  const auto large = [](DurableContext& ctx) -> Task<int> {
    int bytes = 0;
    for (int i = 0; i < 20; ++i) {
      std::string text = co_await ctx.step("text", [] { return std::string(1'000, 'x'); });
      bytes += static_cast<int>(text.size());
    }
    co_await ctx.wait("pause", 1s);
    co_return bytes;
  };
  LocalRunnerOptions options;
  options.quotas.state_page_bytes_max = 4'000;
  options.faults = Schedule::parse("state-error@1");
  DurableFunctionTestRunner runner(large, options);
  const auto result = runner.run();
  EXPECT_THAT(result, HasResult(20'000));
  ASSERT_EQ(result.invocations().size(), 3U);
  EXPECT_THAT(result.invocations()[1].error->error_type, "GetExecutionStateError");
}

TEST(Faults, CountCallsOverAllInvocationsAndExecutionsOfTheRunner) {
  Traced function;
  LocalRunnerOptions options;
  options.faults = Schedule::parse("kill-reply-lost@1,throttled@2,kill-before-send@4");
  DurableFunctionTestRunner runner(function.handler(), options);
  EXPECT_EQ(runner.run().invocations().size(), 3U);
  EXPECT_EQ(runner.run().invocations().size(), 2U);
}

TEST(Faults, AnOrderSeedLetsOtherBranchesGoOnWhileAReplyIsOnItsWay) {
  const auto branches = [](DurableContext& ctx) -> Task<std::string> {
    std::string order;
    const auto branch = [&order](std::string name) {
      return [&order, name](DurableContext& inner) -> Task<int> {
        for (int i = 0; i < 3; ++i) {
          co_await inner.step("step", [] { return 1; });
          order += name;
        }
        co_return 1;
      };
    };
    auto make_a = branch("a");
    auto make_b = branch("b");
    auto a = ctx.run_in_child_context("a", make_a);
    auto b = ctx.run_in_child_context("b", make_b);
    co_await a;
    co_await b;
    co_return order;
  };
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    LocalRunnerOptions options;
    options.faults.order_seed = seed;
    DurableFunctionTestRunner runner(branches, options);
    const auto first = runner.run().result<std::string>();
    DurableFunctionTestRunner again(branches, options);
    EXPECT_EQ(again.run().result<std::string>(), first) << "seed " << seed;
    EXPECT_EQ(first.size(), 6U);
    if (seed == 0) {
      EXPECT_EQ(first, "ababab") << "as over a network";
    }
    orders.insert(first);
  }
  EXPECT_GE(orders.size(), 4U);
}

// ---- Callbacks, at the local service itself ----

class CallbackFaults : public ::testing::Test {
 protected:
  void begin(const std::string& schedule) {
    monitor_ = std::make_shared<detail::RunMonitor>(Schedule::parse(schedule));
    service_.emplace(clock_, nullptr, monitor_);
    engine::StartExecution start;
    start.arn = "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST/durable-execution/n/1";
    start.execution_timeout = 1h;
    apply(start);
    apply(engine::StartInvocation{"request"});
    engine::Checkpoint made{std::string(state().token()), {}, {}};
    for (const char* id : {"a", "b"}) {
      wire::OperationUpdate& update = made.updates.emplace_back();
      update.id = id;
      update.type = wire::OperationType::callback;
      update.sub_type = "Callback";
      update.action = wire::OperationAction::start;
    }
    apply(made);
  }
  void apply(const engine::Command& command) {
    const Result<void> applied = service_->apply(*execution_, command);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  Result<void> succeed(const char* id, const char* result) {
    return service_->apply(*execution_,
                           engine::CompleteCallback{engine::make_callback_id(state().info(), id),
                                                    engine::CallbackSuccess{Payload(result)}});
  }
  const engine::Execution& state() { return execution_->state; }
  const engine::OperationState& callback(const char* id) {
    return state().operation(*state().find(id));
  }

  VirtualClock clock_{Timestamp{}};
  std::shared_ptr<detail::RunMonitor> monitor_;
  std::optional<LocalService> service_;
  std::shared_ptr<LocalExecution> execution_ = std::make_shared<LocalExecution>();
};

TEST_F(CallbackFaults, ADoubledCompletionIsHarmless) {
  begin("callback-twice@1");
  const std::uint32_t before = state().history_size();
  EXPECT_TRUE(succeed("a", "1"));
  EXPECT_EQ(callback("a").status, wire::OperationStatus::succeeded);
  EXPECT_EQ(state().history_size(), before + 1);
  EXPECT_THAT(monitor_->missed(), IsEmpty());
}

TEST_F(CallbackFaults, ALateCompletionIsOvertakenByOthers) {
  begin("callback-late@1");
  EXPECT_TRUE(succeed("a", "1"));
  EXPECT_EQ(callback("a").status, wire::OperationStatus::started);
  EXPECT_TRUE(succeed("b", "2"));
  EXPECT_EQ(callback("b").status, wire::OperationStatus::succeeded);
  EXPECT_THAT(service_->deliver_late(), ElementsAre(execution_));
  EXPECT_EQ(callback("a").result, Payload("1"));
  EXPECT_THAT(service_->deliver_late(), IsEmpty());
}

TEST_F(CallbackFaults, ALateCompletionIsNotOvertakenByItsOwnSender) {
  begin("callback-late@1");
  EXPECT_TRUE(succeed("a", "1"));
  const Result<void> second = succeed("a", "2");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::callback_closed);
  EXPECT_EQ(callback("a").result, Payload("1"));
}

TEST_F(CallbackFaults, ALateCompletionComesBeforeAStop) {
  begin("callback-late@1");
  EXPECT_TRUE(succeed("a", "1"));
  apply(engine::Stop{});
  EXPECT_EQ(callback("a").status, wire::OperationStatus::succeeded);
}

/// Asks two people, and takes the first answer.
Task<std::string> ask_two(DurableContext& ctx) {
  auto kim = co_await ctx.create_callback("kim");
  auto ada = co_await ctx.create_callback("ada");
  std::string first = co_await kim.result();
  co_return first + " and " + co_await ada.result();
}

TEST(Faults, AnEarlyCompletionOfACallbackComesWithTheReplyToItsStart) {
  LocalRunnerOptions options;
  options.faults = Schedule::parse("callback-early@1,callback-early@2");
  DurableFunctionTestRunner runner(ask_two, options);
  runner.on_callback("kim").after(1h).heartbeat().after(1h).succeed("yes").succeed("late");
  runner.on_callback("ada").succeed("no");

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult("yes and no"));
  EXPECT_EQ(result.invocations().size(), 1U) << "it never had to wait";
  EXPECT_EQ(result.duration(), Duration(0));
}

TEST(Faults, AnEarlyFailureOfACallbackIsSeenWhereItIsAwaited) {
  LocalRunnerOptions options;
  options.faults = Schedule::parse("callback-early@1");
  DurableFunctionTestRunner runner(ask_two, options);
  wire::ErrorObject error;
  error.error_message = "out of office";
  runner.on_callback("kim").fail(error);
  runner.on_callback("ada").succeed("no").optional();

  EXPECT_THAT(runner.run(), FailedWith("CallbackExternalError", HasSubstr("out of office")));
}

TEST(Faults, TryEarlyCompletionsOnlyWhereTheScriptLetsNoTimePass) {
  const auto early_runs = [](Duration delay) {
    std::vector<std::string> early;
    const auto report = explore_crashes(
        ask_two,
        [delay](DurableTestRunner& runner) {
          runner.local().on_callback("kim").after(delay).succeed("yes");
          runner.local().on_callback("ada").after(1h).succeed("no");
          // Only in an early run does its end follow on its start, with nothing between.
          const auto result = runner.run();
          if (result.history().at(2).event_type == wire::EventType::callback_succeeded) {
            throw std::runtime_error("early");
          }
        },
        {.service_faults = false, .orders = 0, .keep_going = true});
    for (const auto& failure : report.failures) early.push_back(failure.schedule.to_string());
    return early;
  };

  EXPECT_THAT(early_runs(1min), IsEmpty());
  EXPECT_THAT(early_runs(0s), ElementsAre(HasSubstr("callback-early@1")));
}

}  // namespace
}  // namespace durable
