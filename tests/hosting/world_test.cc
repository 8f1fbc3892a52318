// SPDX-License-Identifier: Apache-2.0
//
// Several executions, scripts and functions in one virtual time.
#include "hosting/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

/// Starts an hour-long invoke and a callback, and a wait that ends between them.
Task<std::string> race(DurableContext& ctx) {
  const Order order{"7", 1};
  auto invoice = ctx.invoke<Invoice>("invoice", "billing:live", order);
  Callback<std::string> note = co_await ctx.create_callback("note");
  auto nap = ctx.wait("nap", 45min);
  std::string text = co_await note.result();
  co_await nap;
  Invoice printed = co_await invoice;
  co_return text + " " + printed.order_id;
}

TEST(RunnerWorld, PlaysEverythingInOneOrderOfTime) {
  std::vector<std::string> events;
  Timestamp start{};
  LocalRunnerOptions options;
  options.on_event = [&](const wire::Event& event) {
    if (event.event_type == wire::EventType::execution_started && start == Timestamp{}) {
      start = event.event_timestamp;
    }
    const auto minutes =
        std::chrono::duration_cast<std::chrono::minutes>(event.event_timestamp - start).count();
    const bool ends = event.event_type == wire::EventType::callback_succeeded ||
                      event.event_type == wire::EventType::wait_succeeded ||
                      event.event_type == wire::EventType::chained_invoke_succeeded;
    if (ends) events.push_back(std::to_string(minutes) + " " + event.name.value_or(""));
  };
  DurableFunctionTestRunner runner(race, options);
  runner.register_function("billing", bill);
  runner.on_callback("note").after(30min).succeed("x");

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult("x 7"));
  EXPECT_THAT(events, ElementsAre("30 note", "45 nap", "60 printer", "60 invoice"));
  EXPECT_EQ(result.duration(), Duration(1h));
}

TEST(RunnerWorld, GivesTheSameHistoriesForTheSameSeed) {
  const auto histories = [](std::uint64_t seed) {
    LocalRunnerOptions options;
    options.seed = seed;
    DurableFunctionTestRunner runner(race, options);
    runner.register_function("billing", bill);
    runner.on_callback("note").after(30min).succeed("x");
    const auto result = runner.run();
    const auto child = runner.snapshot(*result.get_invoke("invoice").invoked_execution_arn());
    return std::pair(result.history(), child.history());
  };

  EXPECT_EQ(histories(7), histories(7));
  EXPECT_NE(histories(7), histories(8));
}

TEST(RunnerWorld, RunsOtherExecutionsAtTheirOwnTimes) {
  DurableFunctionTestRunner runner([](int seconds, DurableContext& ctx) -> Task<int> {
    co_await ctx.wait("nap", std::chrono::seconds(seconds));
    co_return seconds;
  });
  const std::string shorter = runner.run_async(10);
  const std::string longer = runner.run_async(100);

  EXPECT_EQ(runner.wait_for_result(longer).duration(), Duration(100s));
  EXPECT_EQ(runner.snapshot(shorter).duration(), Duration(10s));
  EXPECT_THAT(runner.snapshot(shorter), Succeeded());
}

TEST(RunnerWorld, LetsTheTestAdvanceTimeOverAllThatIsDue) {
  DurableFunctionTestRunner runner(ask_for_approval);
  runner.on_callback("approval").after(10min).succeed(Approval{"kim", true});
  const std::string arn = runner.run_async();

  runner.advance_time(9min);
  const auto before = runner.snapshot(arn);
  runner.advance_time(9min);
  const auto after = runner.snapshot(arn);

  EXPECT_EQ(before.status(), InvocationStatus::pending);
  EXPECT_EQ(before.duration(), Duration(9min));
  EXPECT_THAT(after, HasResult("kim granted it"));
  EXPECT_EQ(after.duration(), Duration(10min));
}

TEST(RunnerWorld, GoesOnOutsideWhileAStepBodyWorks) {
  DurableFunctionTestRunner* reach = nullptr;
  int printed = 0;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<std::string> {
    Callback<std::string> note = co_await ctx.create_callback("note", {.timeout = 5min});
    auto invoice = ctx.invoke<int>("invoice", "printer", nullptr);
    int seen = co_await ctx.step("works a while", [&] {
      reach->advance_time(10min);
      return printed;
    });
    std::string text = co_await note.result();
    int total = co_await invoice;
    co_return text + " " + std::to_string(seen) + " " + std::to_string(total);
  });
  reach = &runner;
  runner.on_callback("note").after(4min).succeed("in time");
  runner.register_plain_function("printer", [&printed] { return ++printed; });

  const auto result = runner.run();

  // The script came in time, and no other function ran inside the body.
  EXPECT_THAT(result, HasResult("in time 0 1"));
  EXPECT_EQ(result.get_callback("note").duration(), Duration(4min));
  EXPECT_EQ(result.duration(), Duration(10min));
}

TEST(RunnerWorld, KeepsExecutionsToTheServicesMaximumWhenTimeLeadsBeyondIt) {
  DurableFunctionTestRunner runner(take_note);
  runner.on_callback("note").after(24h * 400).succeed("very late");

  const auto result = runner.run();

  EXPECT_THAT(result, TimedOut());
  EXPECT_EQ(result.duration(), Duration(24h * 366));
}

TEST(RunnerWorld, RefusesCallsOfOffloadedBodiesThatWouldChangeIt) {
  struct Reach {
    DurableFunctionTestRunner* runner;
  };
  DurableFunctionTestRunner* reach = nullptr;
  DurableFunctionTestRunner runner([&reach](DurableContext& ctx) -> Task<std::string> {
    std::string refused =
        co_await ctx.step("elsewhere", offload(
                                           [](Reach from) -> std::string {
                                             try {
                                               from.runner->send_callback_heartbeat("x");
                                             } catch (const std::logic_error& error) {
                                               return error.what();
                                             }
                                             return "not refused";
                                           },
                                           Reach{reach}));
    co_return refused;
  });
  reach = &runner;

  EXPECT_THAT(runner.run(), HasResult("send_callback: an offloaded body cannot call this while its "
                                      "function goes on; call it from a body that is not "
                                      "offloaded"));
}

TEST(RunnerWorld, KnowsThatNothingRunsAfterARunInsideAStepBodyFailed) {
  DurableFunctionTestRunner* reach = nullptr;
  DurableFunctionTestRunner runner([&reach](int depth, DurableContext& ctx) -> Task<std::string> {
    std::string inner =
        co_await ctx.step("runs another",
                          [&]() -> std::string {
                            if (depth == 0) throw std::out_of_range("no such shelf");
                            static_cast<void>(reach->run(depth - 1).result<std::string>());
                            return "not reached";
                          },
                          {.retry = retry::none()});
    co_return inner;
  });
  reach = &runner;

  EXPECT_THAT(runner.run(1), FailedWith("StepError"));
  EXPECT_THROW(runner.crash_invocation(), std::logic_error);
}

// ---- Runs that are stuck ----

/// Why a run of `runner` is incomplete.
template <class... Input>
std::string stuck_message(DurableFunctionTestRunner& runner, const Input&... input) {
  try {
    runner.run(input...);
  } catch (const RunIncompleteError& error) {
    return error.what();
  }
  return "(it was complete)";
}

TEST(StuckWorld, SaysHowToAnswerACallback) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    co_await ctx.wait_for_callback("approval", [](const std::string&) {});
    co_return 1;
  });

  EXPECT_THAT(
      stuck_message(runner),
      HasSubstr("CALLBACK \"approval/approval\" (id 1-1, STARTED): "
                "nobody completes it; add runner.on_callback(\"approval\").succeed(...), or "
                "complete it with runner.send_callback_success(callback_id, ...)"));
}

TEST(StuckWorld, SaysWhatBecameOfTheScript) {
  DurableFunctionTestRunner ignoring(take_note);
  ignoring.on_callback("note").ignore();
  DurableFunctionTestRunner used_up(collect);
  used_up.on_callback("item").once().succeed("a");
  DurableFunctionTestRunner ended(take_note);
  ended.on_callback("note").after(1min).heartbeat();

  EXPECT_THAT(stuck_message(ignoring), HasSubstr("(id 1-1, STARTED): on_callback(\"note\") ignores "
                                                 "it; add runner.on_callback(\"note\")"));
  EXPECT_THAT(stuck_message(used_up, 2),
              HasSubstr("on_callback(\"item\").times(1) is used up; add"));
  EXPECT_THAT(stuck_message(ended),
              HasSubstr("on_callback(\"note\") has ended without completing it; add"));
}

TEST(StuckWorld, LooksIntoTheFunctionsThatItWaitsFor) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing", [](Order, DurableContext& ctx) -> Task<Invoice> {
    co_await ctx.invoke("paper", "store:live", nullptr);
    co_return Invoice{};
  });
  runner.register_function("store", [](DurableContext& ctx) -> Task<void> {
    co_await ctx.wait_for_callback("delivery", [](const std::string&) {});
  });

  const std::string text = stuck_message(runner, "billing:live");

  EXPECT_THAT(text, HasSubstr("\n  CHAINED_INVOKE \"work\" (id 1, STARTED): it runs as "
                              "arn:aws:lambda:us-east-1:123456789012:function:billing:1/"));
  EXPECT_THAT(text,
              HasSubstr(", which waits for:\n    CHAINED_INVOKE \"paper\" (id 1, STARTED): it "
                        "runs as "));
  EXPECT_THAT(text, HasSubstr(", which waits for:\n      CALLBACK "
                              "\"delivery/delivery\""));
  EXPECT_THAT(text, HasSubstr("add runner.on_callback(\"delivery\").succeed(...)"));
}

TEST(StuckWorld, SaysHowToAnswerAnInvoke) {
  DurableFunctionTestRunner runner(delegate);
  runner.on_invoke("billing").ignore();

  EXPECT_THAT(
      stuck_message(runner, "billing:live"),
      HasSubstr("CHAINED_INVOKE \"work\" (id 1, STARTED): on_invoke(\"billing\") ignores it; "
                "add runner.on_invoke(\"billing:live\").succeed(...) or "
                "runner.register_function(\"billing:live\", handler)"));
}

TEST(StuckWorld, NamesTheFunctionThatIsEndless) {
  LocalRunnerOptions options;
  options.invocations_max = 20;
  DurableFunctionTestRunner runner(delegate, options);
  runner.register_function("billing", [](Order, DurableContext& ctx) -> Task<Invoice> {
    for (;;) co_await ctx.wait("again", 1s);
  });

  const std::string text = stuck_message(runner, "billing:live");

  EXPECT_THAT(text, HasSubstr("function:billing:1/"));
  EXPECT_THAT(text, HasSubstr(": it is endless: it has used its 20 invocations"));
}

TEST(StuckWorld, IsToldAtOnceToAStepBodyThatWaitsForItsOwnExecution) {
  DurableFunctionTestRunner* reach = nullptr;
  std::string text;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("waits", [&] {
      try {
        static_cast<void>(reach->wait_for_result(ctx.execution_arn()));
      } catch (const RunIncompleteError& error) {
        text = error.what();
      }
    });
    co_return 1;
  });
  reach = &runner;

  EXPECT_THAT(runner.run(), HasResult(1));
  EXPECT_THAT(text, HasSubstr("what waits for it is a step body of its own"));
}

}  // namespace
}  // namespace durable::test
