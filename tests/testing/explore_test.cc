// SPDX-License-Identifier: Apache-2.0
#include <durable/durable.h>
#include <durable/testing/explore.h>
#include <durable/testing/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// As many steps as its input says, then a wait.
Task<int> sum(int count, DurableContext& ctx) {
  int total = 0;
  for (int i = 1; i <= count; ++i) {
    int value = co_await ctx.step("value", [&] { return i; });
    total += value;
  }
  co_await ctx.wait("pause", 1h);
  co_return total;
}

/// Two branches with retries, a wait, and a child context.
Task<int> branches(DurableContext& ctx) {
  auto first = [](DurableContext& inner) -> Task<int> {
    co_await inner.wait("pause", 10s);
    int value = co_await inner.step("flaky",
                                    [](StepContext& step) {
                                      if (step.attempt() < 3) throw std::runtime_error("not yet");
                                      return 20;
                                    },
                                    {.retry = retry::fixed({.max_attempts = 5, .delay = 2s})});
    co_return value;
  };
  auto second = [](DurableContext& inner) -> Task<int> {
    int one = co_await inner.step("one", [] { return 1; });
    int two = co_await inner.step("two", [] { return 1; });
    co_return one + two;
  };
  auto a = ctx.run_in_child_context("first", first);
  auto b = ctx.run_in_child_context("second", second);
  int x = co_await a;
  int y = co_await b;
  co_return x + y;
}

/// Charges at most once, and finds out what happened if it was cut off.
class Bank {
 public:
  Handler handler() {
    return [this](DurableContext& ctx) -> Task<int> {
      auto charged =
          ctx.step("charge", [this] { return ++charges_; },
                   {.semantics = StepSemantics::at_most_once_per_retry, .retry = retry::none()});
      auto outcome = co_await settle(charged);
      if (outcome) co_return *outcome;
      int found =
          co_await ctx.step("look", [this] { return charges_ > 0 ? charges_ : ++charges_; });
      co_return found;
    };
  }
  int charges() const { return charges_; }
  void reset() { charges_ = 0; }

 private:
  int charges_ = 0;
};

std::string only_failure(const ExploreReport& report) {
  if (report.failures.size() != 1) return "not one failure: " + report.to_string();
  return report.failures.front().message;
}

// ---- What is explored ----

TEST(ExploreCrashes, TriesEachDeathAndEachFaultAtEachCheckpoint) {
  const ExploreReport report = explore_crashes(sum, 3);
  EXPECT_TRUE(report.passed()) << report.to_string();
  EXPECT_EQ(report.checkpoints, 4U);
  EXPECT_EQ(report.schedules, 1U + 4U * 6U + 3U);
  EXPECT_EQ(report.runs, report.schedules);
}

TEST(ExploreCrashes, TriesDeathsAloneWhenAskedTo) {
  const ExploreReport report = explore_crashes(sum, 3, {.service_faults = false, .orders = 0});
  EXPECT_TRUE(report.passed()) << report.to_string();
  EXPECT_EQ(report.runs, 1U + 4U * 3U);
}

TEST(ExploreCrashes, TriesTwoDeathsInARun) {
  const ExploreReport report = explore_crashes(branches, nullptr, {.double_kills = 200});
  EXPECT_TRUE(report.passed()) << report.to_string();
  EXPECT_EQ(report.runs, 1U + report.checkpoints * 6U + 3U + 200U);
}

TEST(ExploreCrashes, NumbersTheCheckpointsOverTheWholeBody) {
  const ExploreReport report = explore_crashes(sum, [](DurableTestRunner& runner) {
    runner.run(1);
    runner.run(2);
  });
  EXPECT_TRUE(report.passed()) << report.to_string();
  EXPECT_EQ(report.checkpoints, 2U + 3U);
}

TEST(ExploreCrashes, TriesReadsOfTheStateThatFail) {
  std::vector<std::string> errors;
  const auto body = [&errors](DurableTestRunner& runner) {
    const auto result = runner.run(30);
    for (const TestInvocation& invocation : result.invocations()) {
      if (invocation.error) errors.push_back(invocation.error->error_type.value_or(""));
    }
  };
  LocalRunnerOptions local;
  local.quotas.state_page_bytes_max = 4'000;
  const ExploreReport report = explore_crashes(sum, body, {}, local);
  EXPECT_TRUE(report.passed()) << report.to_string();
  EXPECT_GT(report.runs, 1U + report.checkpoints * 6U + 3U);
  EXPECT_THAT(errors, ::testing::Contains("GetExecutionStateError"));
}

TEST(ExploreCrashes, MakesAnEvenChoiceOfTooManyRuns) {
  std::set<std::string> schedules;
  detail::Exploration exploration(sum, {}, {.runs_max = 20});
  while (exploration.next()) {
    EXPECT_THAT(exploration.run([](DurableTestRunner& runner) { runner.run(20); }), IsEmpty());
    schedules.insert(exploration.schedule().to_string());
  }
  EXPECT_EQ(exploration.runs(), 20U);
  EXPECT_EQ(exploration.schedules(), 1U + 21U * 6U + 3U);
  EXPECT_THAT(schedules, SizeIs(20));
}

TEST(ExploreCrashes, GivesTheSameSchedulesForTheSameSeed) {
  const auto schedules = [](std::uint64_t seed) {
    std::vector<std::string> all;
    detail::Exploration exploration(sum, {}, {.double_kills = 10, .seed = seed});
    while (exploration.next()) {
      EXPECT_THAT(exploration.run([](DurableTestRunner& runner) { runner.run(3); }), IsEmpty());
      all.push_back(exploration.schedule().to_string());
    }
    return all;
  };
  EXPECT_EQ(schedules(7), schedules(7));
  EXPECT_NE(schedules(7), schedules(8));
}

// ---- Correct functions pass ----

TEST(ExploreCrashes, PassesBranchesWithRetriesAndWaits) {
  const ExploreReport report = explore_crashes(branches, nullptr, {.orders = 50});
  EXPECT_TRUE(report.passed()) << report.to_string();
}

TEST(ExploreCrashes, PassesAnAtMostOnceChargeThatIsLookedUpAfterwards) {
  Bank bank;
  const ExploreReport report = explore_crashes(bank.handler(), [&bank](DurableTestRunner& runner) {
    bank.reset();
    runner.run();
    if (bank.charges() != 1) throw std::runtime_error(std::to_string(bank.charges()) + " charges");
  });
  EXPECT_TRUE(report.passed()) << report.to_string();
}

TEST(ExploreCrashes, PassesAFunctionThatFailsTheSameWayEachTime) {
  const auto fails = [](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("fine", [] { return 1; });
    int value = co_await ctx.step("broken", []() -> int { throw std::runtime_error("no card"); },
                                  {.retry = retry::none()});
    co_return value;
  };
  const ExploreReport report = explore_crashes(fails, nullptr);
  EXPECT_TRUE(report.passed()) << report.to_string();
}

// ---- Planted bugs are found ----

TEST(ExploreCrashes, FindsAnEffectThatIsTakenForAtMostOnce) {
  int charges = 0;
  const auto charge = [&charges](DurableContext& ctx) -> Task<int> {
    int amount = co_await ctx.step("charge", [&charges] {
      ++charges;
      return 5;
    });
    co_return amount;
  };
  const ExploreReport report = explore_crashes(charge, [&charges](DurableTestRunner& runner) {
    charges = 0;
    runner.run();
    if (charges != 1) throw std::runtime_error("charged " + std::to_string(charges) + " times");
  });
  EXPECT_THAT(
      only_failure(report),
      AllOf(HasSubstr("schedule kill-before-send@1,outcome="),
            HasSubstr("the process dies before it sends checkpoint 1"),
            HasSubstr("checkpoint 1 of 1: execution 1, invocation 1: STEP \"charge\" START, "
                      "STEP \"charge\" SUCCEED"),
            HasSubstr("the test's body threw: charged 2 times")));
  EXPECT_EQ(report.runs, 2U);
}

TEST(ExploreCrashes, FindsAnEffectOutsideOfSteps) {
  int mails = 0;
  const auto order = [&mails](DurableContext& ctx) -> Task<int> {
    int amount = co_await ctx.step("charge", [] { return 5; });
    ++mails;  // every invocation comes by here
    co_await ctx.step("note", [] { return 0; });
    co_return amount;
  };
  const ExploreReport report =
      explore_crashes(order,
                      [&mails](DurableTestRunner& runner) {
                        mails = 0;
                        runner.run();
                        if (mails != 1) throw std::runtime_error(std::to_string(mails) + " mails");
                      },
                      {.keep_going = true});
  std::vector<std::string> kinds;
  for (const auto& failure : report.failures) {
    kinds.push_back(failure.schedule.to_string().substr(0, failure.schedule.to_string().find(',')));
  }
  // Code before the first death's place runs again; a lost reply to `charge` lets it run once only.
  EXPECT_THAT(kinds, ::testing::IsSupersetOf({"kill-after-reply@1", "kill-before-send@2",
                                              "kill-reply-lost@2", "kill-after-reply@2"}));
  EXPECT_THAT(kinds, Not(::testing::Contains("kill-reply-lost@1")));
  EXPECT_EQ(report.runs, report.schedules);
}

TEST(ExploreCrashes, FindsStateThatOutlivesTheInvocation) {
  int warm = 0;  // as a static variable in a warm sandbox
  const auto cached = [&warm](DurableContext& ctx) -> Task<int> {
    if (warm == 0) {
      int loaded = co_await ctx.step("load", [] { return 7; });
      warm = loaded;
    }
    int value = co_await ctx.step("use", [&warm] { return warm; });
    co_return value;
  };
  const ExploreReport report = explore_crashes(cached, nullptr);
  EXPECT_THAT(only_failure(report),
              AllOf(HasSubstr("checkpoint 1 is not that of the undisturbed run, though nothing had "
                              "gone wrong yet"),
                    HasSubstr("expected: execution 1, invocation 1: STEP \"load\" START"),
                    HasSubstr("found:    execution 1, invocation 1: STEP \"use\" START"),
                    HasSubstr("a static or global variable")));
}

TEST(ExploreCrashes, FindsStateThatIsFreshInEachTestButNotInEachInvocation) {
  int invocations = 0;
  const auto counts = [&invocations](DurableContext& ctx) -> Task<int> {
    const int seen = ++invocations;
    co_await ctx.step("work", [] { return 1; });
    co_return seen;
  };
  const ExploreReport report = explore_crashes(counts, [&](DurableTestRunner& runner) {
    invocations = 0;
    runner.run();
  });
  EXPECT_THAT(only_failure(report), AllOf(HasSubstr("undisturbed: SUCCEEDED -> 1"),
                                          HasSubstr("found:       SUCCEEDED -> 2")));
}

TEST(ExploreCrashes, FindsABranchThatDependsOnTheTimeOfDay) {
  const DurableFunctionTestRunner* clock = nullptr;
  Timestamp start{};
  const auto hurry = [&](DurableContext& ctx) -> Task<std::string> {
    std::string kind = "early";
    if (clock->now() - start < 1s) {
      co_await ctx.step("early", [] { return 1; });
    } else {
      kind = "late";
      co_await ctx.step("late", [] { return 1; });
    }
    co_await ctx.step("end", [] { return 1; });
    co_return kind;
  };
  const ExploreReport report =
      explore_crashes(hurry,
                      [&](DurableTestRunner& runner) {
                        clock = dynamic_cast<DurableFunctionTestRunner*>(&runner);
                        start = clock->now();
                        runner.run();
                      },
                      {.keep_going = true});
  ASSERT_FALSE(report.passed());
  EXPECT_THAT(report.to_string(), AllOf(HasSubstr("found:       SUCCEEDED -> \"late\""),
                                        HasSubstr("NonDeterministicExecutionError")));
}

TEST(ExploreCrashes, FindsAResultThatDependsOnTheOrderOfBranches) {
  const auto racy = [](DurableContext& ctx) -> Task<std::string> {
    std::string order;
    const auto branch = [&order](std::string name) {
      return [&order, name](DurableContext& inner) -> Task<int> {
        co_await inner.step("step", [] { return 1; });
        order += name;
        co_return 1;
      };
    };
    auto make_a = branch("a");
    auto make_b = branch("b");
    auto make_c = branch("c");
    auto a = ctx.run_in_child_context("a", make_a);
    auto b = ctx.run_in_child_context("b", make_b);
    auto c = ctx.run_in_child_context("c", make_c);
    co_await a;
    co_await b;
    co_await c;
    co_return order;
  };
  const ExploreReport report = explore_crashes(racy, nullptr, {.orders = 20, .keep_going = true});
  std::string by_order;
  for (const auto& failure : report.failures) {
    if (failure.schedule.order_seed != 0) by_order += failure.message;
  }
  EXPECT_THAT(by_order, AllOf(HasSubstr("in an order drawn from seed"),
                              HasSubstr("found:       SUCCEEDED -> \"acb\"")));
}

TEST(ExploreCrashes, ExplainsAnInterruptedAtMostOnceStep) {
  const auto charge = [](DurableContext& ctx) -> Task<int> {
    int amount = co_await ctx.step(
        "charge", [] { return 5; },
        {.semantics = StepSemantics::at_most_once_per_retry, .retry = retry::none()});
    co_return amount;
  };
  EXPECT_THAT(only_failure(explore_crashes(charge, nullptr)),
              AllOf(HasSubstr("found:       FAILED ! StepInterruptedError"),
                    HasSubstr("Catch StepInterruptedError and find out")));
  const ExploreReport tolerant = explore_crashes(charge, nullptr, {.same_outcome = false});
  EXPECT_TRUE(tolerant.passed()) << tolerant.to_string();
}

// ---- How it stops, and how a run is repeated ----

TEST(ExploreCrashes, DoesNotBeginWhenTheUndisturbedRunFails) {
  const ExploreReport report = explore_crashes(
      sum, [](DurableTestRunner&) { throw std::runtime_error("wrong from the start"); },
      {.keep_going = true});
  EXPECT_THAT(only_failure(report),
              AllOf(HasSubstr("the undisturbed run"), HasSubstr("wrong from the start")));
  EXPECT_EQ(report.runs, 1U);
}

TEST(ExploreCrashes, StopsAtTheFirstFailureOrGoesOn) {
  const ExploreBody demanding = [](DurableTestRunner& runner) {
    if (runner.run(2).invocations().size() != 2) throw std::runtime_error("not two");
  };
  const ExploreReport first = explore_crashes(sum, demanding);
  EXPECT_EQ(first.runs, 2U);
  EXPECT_THAT(only_failure(first), HasSubstr("`invocations().size() == 1` cannot hold"));
  const ExploreReport all = explore_crashes(sum, demanding, {.keep_going = true});
  EXPECT_EQ(all.runs, all.schedules);
  EXPECT_THAT(all.failures, SizeIs(3 * 6));
}

TEST(ExploreCrashes, RepeatsOneRunAloneAndFindsTheSame) {
  int invocations = 0;
  const auto counts = [&invocations](DurableContext& ctx) -> Task<int> {
    const int seen = ++invocations;
    co_await ctx.step("work", [] { return 1; });
    co_return seen;
  };
  int bodies = 0;
  const ExploreBody body = [&](DurableTestRunner& runner) {
    ++bodies;
    invocations = 0;
    runner.run();
  };
  const ExploreReport found = explore_crashes(counts, body);
  ASSERT_THAT(found.failures, SizeIs(1));
  const std::string text = found.failures.front().schedule.to_string();

  bodies = 0;
  const ExploreReport repeated = explore_crashes(counts, body, {.only = Schedule::parse(text)});
  EXPECT_EQ(bodies, 1);
  EXPECT_EQ(repeated.runs, 1U);
  EXPECT_THAT(only_failure(repeated),
              AllOf(HasSubstr(text), HasSubstr("did not come to what they came to"),
                    HasSubstr("found: SUCCEEDED -> 2")));
}

TEST(ExploreCrashes, SaysThatAScheduleDidNotHappen) {
  const ExploreReport report =
      explore_crashes(sum, 3, {.only = Schedule::parse("kill-reply-lost@70")});
  EXPECT_THAT(only_failure(report), HasSubstr("kill-reply-lost@70 did not happen: the run made 4 "
                                              "checkpoint calls, 0 reads of the state"));
}

}  // namespace
}  // namespace durable
