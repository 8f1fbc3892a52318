// SPDX-License-Identifier: Apache-2.0
//
// What a host that tests functions can see and choose in an invocation, and when a death that it
// puts off happens.
#include <durable/durable.h>
#include <durable/sdk/invocation.h>

#include "sdk/fake_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace durable {
namespace {

using fake::Service;
using ::testing::ElementsAre;

wire::ErrorObject named(const char* type) {
  wire::ErrorObject error;
  error.error_type = type;
  return error;
}

/// Notes what it is told; always takes the last of the ready.
class Watcher final : public InvocationObserver {
 public:
  void step_body_starts(const StepBodyStart& start) override {
    bodies.push_back(start.operation_id + " " + std::string(start.name) + " " +
                     std::to_string(start.attempt) +
                     (start.semantics == StepSemantics::at_most_once_per_retry ? " once" : ""));
  }
  [[nodiscard]] std::size_t choose_ready(std::size_t ready) override {
    most_ready = std::max(most_ready, ready);
    return ready - 1;
  }
  [[nodiscard]] bool delay_reply() override { return delays; }

  std::vector<std::string> bodies;
  std::size_t most_ready = 0;
  bool delays = false;
};

TEST(Observer, SeesTheBodiesThatRunAndNotThoseThatAreRecorded) {
  Service service;
  Watcher watcher;
  service.environment.observer = &watcher;
  const auto handler = [](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("plain", [] { return 1; });
    co_await ctx.step("flaky",
                      [](StepContext& step) {
                        if (step.attempt() < 2) throw std::runtime_error("no");
                        return 1;
                      },
                      {.semantics = StepSemantics::at_most_once_per_retry});
    co_return 1;
  };
  EXPECT_EQ(service.run(handler).status, wire::InvocationOutputStatus::succeeded);
  EXPECT_EQ(service.invocations, 2);
  EXPECT_THAT(watcher.bodies, ElementsAre("1 plain 1", "2 flaky 1 once", "2 flaky 2 once"));
}

TEST(Observer, SeesThePollsOfAConditionAsItSeesBodies) {
  for (const bool coroutine : {false, true}) {
    Service service;
    Watcher watcher;
    service.environment.observer = &watcher;
    const auto output = service.run([coroutine](DurableContext& ctx) -> Task<int> {
      const ConditionOptions<int> options{.until = [](const int& n) { return n == 2; },
                                          .poll = PollSchedule::every(std::chrono::seconds(1))};
      int polls = 0;
      if (coroutine) {
        polls = co_await ctx.wait_for_condition(
            "job", 0, [](const int& n) -> Task<int> { co_return n + 1; }, options);
      } else {
        polls = co_await ctx.wait_for_condition(
            "job", 0, [](const int& n) { return n + 1; }, options);
      }
      co_await ctx.wait(std::chrono::seconds(1));
      co_return polls;
    });
    EXPECT_EQ(output.result, Payload("2"));
    EXPECT_EQ(service.invocations, 3);
    EXPECT_THAT(watcher.bodies, ElementsAre("1 job 1", "1 job 2"));
  }
}

TEST(Observer, LetsOtherBranchesGoOnWhileAReplyIsDelayed) {
  const auto order_of = [](Watcher* watcher) {
    Service service;
    service.environment.observer = watcher;
    std::string order;
    const auto branch = [&order](char name) {
      return [&order, name](DurableContext& inner) -> Task<int> {
        co_await inner.step("step", [] { return 1; });
        order += name;
        co_return 1;
      };
    };
    auto make_a = branch('a');
    auto make_b = branch('b');
    auto make_c = branch('c');
    service.run([&](DurableContext& ctx) -> Task<int> {
      auto a = ctx.run_in_child_context("a", make_a);
      auto b = ctx.run_in_child_context("b", make_b);
      auto c = ctx.run_in_child_context("c", make_c);
      co_await a;
      co_await b;
      co_await c;
      co_return 1;
    });
    return order;
  };
  EXPECT_EQ(order_of(nullptr), "abc");
  Watcher prompt;
  EXPECT_EQ(order_of(&prompt), "abc");
  EXPECT_EQ(prompt.most_ready, 0U);
  Watcher slow;
  slow.delays = true;
  // b and c are answered by one reply, and the last of the ready goes first.
  EXPECT_EQ(order_of(&slow), "acb");
  EXPECT_GE(slow.most_ready, 2U);
}

TEST(PutOffDeath, HappensAtTheNextDurableCall) {
  Service service;
  KillSwitch kill;
  service.environment.kill_switch = &kill;
  service.on_call = [&](int) { kill.kill_at_next_call(named("Killed")); };
  std::vector<std::string> trace;
  const auto failure = fake::failure_of(service.invoke([&](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("first", [] {});
    trace.emplace_back("after first");
    co_await ctx.step("second", [&] { trace.emplace_back("body of second"); });
    co_return 1;
  }));
  EXPECT_EQ(failure.error_type, "Killed");
  EXPECT_THAT(trace, ElementsAre("after first"));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"first\", 1 STEP SUCCEED \"first\""));
}

TEST(PutOffDeath, HappensInsteadOfTheAnswer) {
  for (const bool waits : {false, true}) {
    Service service;
    KillSwitch kill;
    service.environment.kill_switch = &kill;
    service.on_call = [&](int) { kill.kill_at_next_call(named("Killed")); };
    const auto failure = fake::failure_of(service.invoke([&](DurableContext& ctx) -> Task<int> {
      if (waits) {
        co_await ctx.wait("pause", std::chrono::seconds(5));
      } else {
        co_await ctx.step("last", [] {});
      }
      co_return 1;
    }));
    EXPECT_EQ(failure.error_type, "Killed") << "waits: " << waits;
  }
}

TEST(PutOffDeath, IsBroughtForwardByAnotherAndKeepsItsError) {
  KillSwitch kill;
  EXPECT_FALSE(kill.pull_trigger());
  kill.kill_at_next_call(named("first"));
  EXPECT_FALSE(kill.killed());
  kill.kill(named("second"));
  ASSERT_TRUE(kill.killed());
  EXPECT_EQ(kill.error().error_type, "first");
  EXPECT_FALSE(kill.pull_trigger());
  kill.kill_at_next_call(named("third"));
  EXPECT_EQ(kill.error().error_type, "first");
}

}  // namespace
}  // namespace durable
