// SPDX-License-Identifier: Apache-2.0
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

int bodies_run = 0;  // by `ship`; a replay must not add to it

struct Parcel {
  std::string order;
  int weight = 0;
};

/// Every kind of operation, in a child context, too.
Task<std::string> ship(std::string order, DurableContext& ctx) {
  const Parcel parcel = co_await ctx.step("pack", [&] {
    ++bodies_run;
    return Parcel{order, 3};
  });
  co_await ctx.wait("cool-down", 1h);
  const std::string label =
      co_await ctx.run_in_child_context("ship", [&](DurableContext& child) -> Task<std::string> {
        const auto price = co_await child.step("price", [&] { return parcel.weight * 100; });
        co_await child.wait("truck", 10min);
        auto printed = child.step("label", [&] { return order + "-" + std::to_string(price); });
        co_return co_await printed;
      });
  std::string seen;
  try {
    co_await ctx.step("notify", [] { throw std::runtime_error("no address"); },
                      {.retry = retry::fixed({.max_attempts = 2, .delay = 5s})});
  } catch (const StepError& error) {
    seen = error.what();
  }
  co_return label + ": " + seen;
}

Task<int> fails_in_child(DurableContext& ctx) {
  auto child = ctx.run_in_child_context("check", [](DurableContext& inner) -> Task<int> {
    const int left = co_await inner.step("count", [] { return 0; });
    if (left == 0) throw std::out_of_range("sold out");
    co_return left;
  });
  co_return co_await child;
}

/// Leaves operations open: one that is dropped, and one that nobody awaits.
Task<int> leaves_open(DurableContext& ctx) {
  {
    auto dropped = ctx.run_in_child_context("dropped", [](DurableContext& child) -> Task<int> {
      co_await child.step("begun", [] { return 1; });
      co_await child.wait("never", 24h);
      co_return co_await child.step("not reached", [] { return 2; });
    });
  }
  auto timer = ctx.wait("timer", 48h);
  co_await ctx.wait("short", 1s);
  co_return co_await ctx.step("last", [] { return 3; });
}

Task<std::string> large(DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "large", [](DurableContext& child) -> Task<std::string> {
        const int size = co_await child.step("size", [] { return 300'000; });
        co_return std::string(static_cast<std::size_t>(size), 'x');
      });
}

/// What `map_of` can do differently.
struct MapChange {
  const char* step = "work";
  bool more = false;
  int result = 1;
  const char* failure = "no luck";
  Nesting nesting = Nesting::nested;
  bool parallel = false;
};

/// Two items that end, after a wait, and one that fails.
Task<std::size_t> map_of(const MapChange& change, DurableContext& ctx) {
  const auto work = [&](DurableContext& branch, int item) -> Task<int> {
    co_await branch.step(std::string_view(change.step), [] { return 1; });
    co_await branch.wait("pause", std::chrono::minutes(item));
    if (change.more) co_await branch.step("new", [] { return 1; });
    if (item == 3) throw std::runtime_error(change.failure);
    co_return item* change.result;
  };
  BatchResult<int> result;
  if (change.parallel) {
    std::vector<Branch<int>> branches;
    for (const int item : {1, 2, 3}) {
      branches.push_back(branch("branch", [&work, item](DurableContext& c) -> Task<int> {
        co_return co_await work(c, item);
      }));
    }
    result = co_await ctx.parallel(
        "all", {.completion = Completion::all_completed(), .nesting = change.nesting}, branches);
  } else {
    const std::vector<int> items{1, 2, 3};
    auto map =
        ctx.map("all", items, [&work](DurableContext& c, const int& item) { return work(c, item); },
                {.completion = Completion::all_completed(), .nesting = change.nesting});
    result = co_await map;
  }
  co_return result.items().size();
}

Task<std::size_t> map_nested(DurableContext& ctx) {
  const MapChange none;
  co_return co_await map_of(none, ctx);
}
Task<std::size_t> map_flat(DurableContext& ctx) {
  const MapChange flat{.nesting = Nesting::flat};
  co_return co_await map_of(flat, ctx);
}

/// Complete when one item has ended; the others are left where they are.
Task<int> first_of_a_map(DurableContext& ctx) {
  const std::vector<int> items{3, 1, 2};
  auto map = ctx.map("race", items,
                     [](DurableContext& branch, const int& item) -> Task<int> {
                       co_await branch.step("begin", [] { return 1; });
                       co_await branch.wait("long", std::chrono::hours(item));
                       co_return item;
                     },
                     {.completion = Completion::first_successful()});
  const auto result = co_await map;
  co_return result.results().at(0);
}

DurableFunctionTestResult run(const Handler& handler, std::string_view input) {
  DurableFunctionTestRunner runner(handler);
  return runner.run_payload(Payload(std::string(input)), {});
}

/// `history` as it was when its first `count` events were there.
std::string prefix(const DurableFunctionTestResult& result, std::size_t count) {
  const std::string text = result.history_json();
  std::size_t end = text.find("\"Events\": [") + 12;
  for (std::size_t i = 0; i < count; ++i) end = text.find('\n', end) + 1;
  std::string cut = text.substr(0, end - 1);
  if (cut.back() == ',') cut.pop_back();
  return cut + "]}";
}

struct Case {
  const char* name;
  Handler handler;
  const char* input;
};

std::vector<Case> all_cases() {
  return {{"greet", greet, "\"World\""},
          {"wait_seconds", wait_seconds, "90"},
          {"flaky", flaky, "3"},
          {"flaky_to_the_end", flaky, "9"},
          {"nested", nested, "null"},
          {"broken", broken, "null"},
          {"ship", ship, "\"7\""},
          {"fails_in_child", fails_in_child, "null"},
          {"large", large, "null"},
          {"leaves_open", leaves_open, "null"},
          {"map_nested", map_nested, "null"},
          {"map_flat", map_flat, "null"},
          {"first_of_a_map", first_of_a_map, "null"}};
}

TEST(Replay, RunOfEveryFunctionReplaysClean) {
  for (const Case& one : all_cases()) {
    const auto result = run(one.handler, one.input);
    const int before = bodies_run;

    const auto report = replay_history(one.handler, result.history_json());

    EXPECT_THAT(report, ReplaysWithoutDivergence()) << one.name;
    EXPECT_TRUE(report.ended) << one.name;
    EXPECT_EQ(report.operations, result.get_all_operations().size()) << one.name;
    EXPECT_EQ(bodies_run, before) << one.name;
  }
}

TEST(Replay, EveryBeginningOfARunReplaysCleanAsFarAsItGoes) {
  for (const Case& one : all_cases()) {
    const auto result = run(one.handler, one.input);
    const int before = bodies_run;
    for (std::size_t count = 1; count < result.history().size(); ++count) {
      const auto report = replay_history(one.handler, prefix(result, count));
      EXPECT_THAT(report, ReplaysWithoutDivergence()) << one.name << ", " << count << " events";
    }
    EXPECT_EQ(bodies_run, before) << one.name;
  }
}

// ---- Code that has changed ----

/// `ship` with what a change could make of its steps.
struct Change {
  const char* rename = "a";
  bool swap = false;
  bool without_last = false;
  bool without_first = false;
  bool more = false;
  bool as_child = false;
  int result = 1;
};

Task<int> steps(const Change& change, DurableContext& ctx) {
  const auto one = [] { return 1; };
  const std::string_view first = change.rename;
  if (!change.without_first) co_await ctx.step(first, one);
  auto outer = ctx.run_in_child_context("outer", [&](DurableContext& child) -> Task<int> {
    if (change.as_child) {
      auto inner =
          child.run_in_child_context("x", [](DurableContext&) -> Task<int> { co_return 1; });
      co_await inner;
    } else {
      co_await child.step(change.swap ? "y" : "x", one);
    }
    co_await child.step(change.swap ? "x" : "y", one);
    co_return change.result;
  });
  co_await outer;
  if (!change.without_last) co_await ctx.step("z", one);
  if (change.more) co_await ctx.step("new", one);
  co_return change.result;
}

ReplayReport replay_changed(Change change) {
  const auto recorded = run(
      [](DurableContext& ctx) -> Task<int> {
        const Change none;
        co_return co_await steps(none, ctx);
      },
      "null");
  const Handler changed = [change](DurableContext& ctx) -> Task<int> {
    co_return co_await steps(change, ctx);
  };
  return replay_history(changed, recorded.history_json());
}

TEST(Replay, NamesARenamedStep) {
  const auto report = replay_changed({.rename = "b"});

  EXPECT_FALSE(report.ok());
  EXPECT_EQ(
      report.to_string(),
      "replay: the code does not do what is recorded\n"
      "  where:    call 1 in handler (operation 1)\n"
      "  recorded: STEP (Step) \"a\"\n"
      "  now:      STEP (Step) \"b\"\n"
      "  An execution that stands where this one stood cannot go on with this code. Let running "
      "executions finish on the version that they started with, or keep their calls as they "
      "were.");
}

TEST(Replay, NamesTheFirstOfTwoSwappedStepsInAFinishedContext) {
  const auto report = replay_changed({.swap = true});

  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->where, "call 1 in handler > \"outer\" (2)");
  EXPECT_EQ(report.divergence->operation_id, "2-1");
  EXPECT_EQ(report.divergence->recorded, "STEP (Step) \"x\"");
  EXPECT_EQ(report.divergence->now, "STEP (Step) \"y\"");
}

TEST(Replay, NamesAnOperationOfAnotherType) {
  const auto report = replay_changed({.as_child = true});

  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->recorded, "STEP (Step) \"x\"");
  EXPECT_EQ(report.divergence->now, "CONTEXT (RunInChildContext) \"x\"");
}

TEST(Replay, NamesTheCallThatMovedUpForARemovedStep) {
  const auto report = replay_changed({.without_first = true});

  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->where, "call 1 in handler");
  EXPECT_EQ(report.divergence->now, "CONTEXT (RunInChildContext) \"outer\"");
}

TEST(Replay, ListsWhatIsLeftOverWhenTheLastStepIsRemoved) {
  const auto report = replay_changed({.without_last = true});

  EXPECT_FALSE(report.divergence);
  EXPECT_THAT(report.left_over, ElementsAre("STEP \"z\" (id 3, SUCCEEDED)"));
  EXPECT_THAT(report.to_string(), HasSubstr("replay: the code no longer asks for\n"
                                            "  left over: STEP \"z\" (id 3, SUCCEEDED)\n"));
}

TEST(Replay, NamesACallThatAFinishedExecutionDidNotMake) {
  const auto report = replay_changed({.more = true});

  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->where, "call 4 in handler");
  EXPECT_EQ(report.divergence->recorded, "no call: the context is recorded as finished");
  EXPECT_EQ(report.divergence->now, "STEP (Step) \"new\"");
}

TEST(Replay, ComparesTheResultsOfContextsAndOfTheHandler) {
  const auto in_context = replay_changed({.result = 2});
  ASSERT_TRUE(in_context.divergence);
  EXPECT_EQ(in_context.divergence->where, "handler > \"outer\" (2)");
  EXPECT_EQ(in_context.divergence->recorded, "the result 1");
  EXPECT_EQ(in_context.divergence->now, "the result 2");

  const auto recorded = run(greet, "\"World\"");
  const auto at_the_end = replay_history(
      [](std::string name, DurableContext& ctx) -> Task<std::string> {
        co_await ctx.step("greet", [] { return std::string(); });
        co_return "Bye " + name;
      },
      recorded.history_json());
  ASSERT_TRUE(at_the_end.divergence);
  EXPECT_EQ(at_the_end.divergence->where, "the end of the handler");
  EXPECT_EQ(at_the_end.divergence->recorded, "SUCCEEDED with \"Hello World!\"");
  EXPECT_EQ(at_the_end.divergence->now, "SUCCEEDED with \"Bye World\"");
}

TEST(Replay, ComparesFailures) {
  const auto recorded = run(fails_in_child, "null");
  const auto report = replay_history(
      [](DurableContext& ctx) -> Task<int> {
        auto child = ctx.run_in_child_context("check", [](DurableContext& inner) -> Task<int> {
          co_return co_await inner.step("count", [] { return 0; });
        });
        co_return co_await child;
      },
      recorded.history_json());

  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->where, "handler > \"check\" (1)");
  EXPECT_EQ(report.divergence->recorded, "failed with std::out_of_range: sold out");
  EXPECT_EQ(report.divergence->now, "the result 0");
}

TEST(Replay, SaysThatAFinishedExecutionDidNotWaitForWhatIsOpen) {
  const auto recorded = run(leaves_open, "null");
  const auto report = replay_history(
      [](DurableContext& ctx) -> Task<int> {
        auto dropped =
            ctx.run_in_child_context("dropped", [](DurableContext&) -> Task<int> { co_return 1; });
        auto timer = ctx.wait("timer", 48h);
        co_await timer;
        co_return 3;
      },
      recorded.history_json());

  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->where, "handler");
  EXPECT_THAT(report.divergence->now,
              HasSubstr("waits for something which the record leaves open"));
}

TEST(Replay, FindsADivergenceInAnExecutionThatHasNotEnded) {
  const auto recorded = run(ship, "\"7\"");
  const Handler changed = [](std::string, DurableContext& ctx) -> Task<std::string> {
    co_await ctx.step("pack", [] { return Parcel{}; });
    co_await ctx.wait("cooling", 1h);
    co_return "";
  };

  EXPECT_THAT(replay_history(changed, prefix(recorded, 2)), ReplaysWithoutDivergence())
      << "the wait had not begun";
  const auto report = replay_history(changed, prefix(recorded, 4));
  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->recorded, "WAIT (Wait) \"cool-down\"");
}

/// A child context that ends although a map in it is still open.
Task<int> leaves_a_map_open(std::string_view step, Nesting nesting, DurableContext& ctx) {
  auto outer = ctx.run_in_child_context("outer", [&](DurableContext& child) -> Task<int> {
    const std::vector<int> items{1, 2};
    auto map = child.map("map", items,
                         [&](DurableContext& branch, const int& item) -> Task<int> {
                           co_await branch.step(step, [] { return 1; });
                           co_await branch.wait("long", 24h);
                           co_return item;
                         },
                         {.nesting = nesting});
    co_await child.wait("short", 1s);
    co_return 1;
  });
  co_return co_await outer;
}

TEST(Replay, LooksIntoAMapThatAFinishedContextLeftOpen) {
  for (const Nesting nesting : {Nesting::nested, Nesting::flat}) {
    const auto handler = [nesting](std::string_view step) {
      return [=](DurableContext& ctx) -> Task<int> {
        co_return co_await leaves_a_map_open(step, nesting, ctx);
      };
    };
    const auto recorded = run(handler("old"), "null");

    EXPECT_THAT(replay_history(handler("old"), recorded.history_json()),
                ReplaysWithoutDivergence());
    const auto report = replay_history(handler("new"), recorded.history_json());
    ASSERT_TRUE(report.divergence) << report.to_string();
    EXPECT_EQ(report.divergence->recorded, "STEP (Step) \"old\"");
    EXPECT_EQ(report.divergence->now, "STEP (Step) \"new\"");
  }
}

/// Replays a run of `map_of` on a changed one.
ReplayReport replay_changed_map(const MapChange& change) {
  MapChange before;
  before.nesting = change.nesting;
  before.parallel = change.parallel;
  const auto handler = [](const MapChange& with) -> Handler {
    return
        [with](DurableContext& ctx) -> Task<std::size_t> { co_return co_await map_of(with, ctx); };
  };
  const std::string history = run(handler(before), "null").history_json();
  EXPECT_THAT(replay_history(handler(before), history), ReplaysWithoutDivergence());
  return replay_history(handler(change), history);
}

TEST(Replay, LooksIntoTheBranchesOfAFinishedMapOrParallel) {
  for (const bool parallel : {false, true}) {
    for (const Nesting nesting : {Nesting::nested, Nesting::flat}) {
      const auto renamed =
          replay_changed_map({.step = "other", .nesting = nesting, .parallel = parallel});
      ASSERT_TRUE(renamed.divergence) << renamed.to_string();
      EXPECT_THAT(renamed.divergence->where, HasSubstr("call 1 in handler > \"all\" (1) > "));
      EXPECT_EQ(renamed.divergence->recorded, "STEP (Step) \"work\"");
      EXPECT_EQ(renamed.divergence->now, "STEP (Step) \"other\"");

      const auto added =
          replay_changed_map({.more = true, .nesting = nesting, .parallel = parallel});
      ASSERT_TRUE(added.divergence) << added.to_string();
      EXPECT_EQ(added.divergence->now, "STEP (Step) \"new\"");
      EXPECT_EQ(added.divergence->recorded, "no call: the context is recorded as finished");
    }
  }
}

TEST(Replay, ComparesTheEndsOfNestedBranches) {
  const auto result = replay_changed_map({.result = 10});
  ASSERT_TRUE(result.divergence) << result.to_string();
  EXPECT_EQ(result.divergence->where, "handler > \"all\" (1) > \"map-item-0\" (1-1)");
  EXPECT_EQ(result.divergence->recorded, "the result 1");
  EXPECT_EQ(result.divergence->now, "the result 10");

  const auto failure = replay_changed_map({.failure = "worse luck"});
  ASSERT_TRUE(failure.divergence) << failure.to_string();
  EXPECT_EQ(failure.divergence->where, "handler > \"all\" (1) > \"map-item-2\" (1-3)");
  EXPECT_EQ(failure.divergence->recorded, "failed with std::runtime_error: no luck");
  EXPECT_EQ(failure.divergence->now, "an error, std::runtime_error: worse luck");
}

TEST(Replay, ListsWhatABranchNoLongerAsksFor) {
  const auto handler = [](bool mails) -> Handler {
    return [mails](DurableContext& ctx) -> Task<int> {
      const std::vector<int> items{1};
      auto map = ctx.map("all", items, [mails](DurableContext& c, const int& item) -> Task<int> {
        co_await c.step("work", [] { return 1; });
        if (mails) co_await c.step("mail", [] { return 1; });
        co_return item;
      });
      co_await map;
      co_return 1;
    };
  };
  const auto recorded = run(handler(true), "null");

  const auto report = replay_history(handler(false), recorded.history_json());

  EXPECT_FALSE(report.divergence);
  EXPECT_THAT(report.left_over, ElementsAre("STEP \"all/map-item-0/mail\" (id 1-1-2, SUCCEEDED)"));
}

struct OtherParcel {
  std::string order;
  std::string weight;
};

TEST(Replay, SaysWhenARecordedValueCannotBeReadAnyMore) {
  const auto recorded = run(ship, "\"7\"");
  const Handler changed = [](std::string, DurableContext& ctx) -> Task<std::string> {
    co_await ctx.step("pack", [] { return OtherParcel{}; });
    co_await ctx.wait("cool-down", 1h);
    co_return "";
  };

  const auto report = replay_history(changed, prefix(recorded, 4));
  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->recorded, "an execution that goes on");
  EXPECT_THAT(report.divergence->now, AllOf(HasSubstr("SerDesError"), HasSubstr("weight")));
}

TEST(Replay, LogsNothingAndTellsTheExecutionsArn) {
  const auto recorded = run(greet, "\"World\"");
  std::string seen;
  const Handler handler = [&seen](std::string name, DurableContext& ctx) -> Task<std::string> {
    seen = ctx.execution_arn();
    ctx.logger().info("not written");
    co_return co_await ctx.step("greet", [&] { return name; });
  };

  EXPECT_THAT(replay_history(handler, recorded.history_json()), ReplaysWithoutDivergence());
  EXPECT_EQ(seen, recorded.execution_arn());
  EXPECT_THAT(replay_history(handler, recorded.history_json(), {.execution_arn = "arn:other"}),
              ReplaysWithoutDivergence());
  EXPECT_EQ(seen, "arn:other");
}

TEST(Replay, OfAStoppedExecutionGoesAsFarAsItWent) {
  DurableFunctionTestRunner runner(ship);
  const std::string arn = runner.run_async("7");
  runner.stop(arn);

  const auto report = replay_history(ship, runner.snapshot(arn).history_json());

  EXPECT_THAT(report, ReplaysWithoutDivergence());
  EXPECT_FALSE(report.ended);
  EXPECT_EQ(report.to_string(), "replay: clean, 2 operations, as far as the history goes");
}

}  // namespace
}  // namespace durable::test
