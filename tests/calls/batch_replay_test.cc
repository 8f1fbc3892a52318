// SPDX-License-Identifier: Apache-2.0
//
// Batches in later invocations: from each recorded state, after a crash at each checkpoint, and
// with code that has changed.
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <stdexcept>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(BatchReplay, OfACompleteBatchReadsItsRecordAlone) {
  for (const Nesting nesting : {Nesting::nested, Nesting::flat}) {
    Service service;
    int runs = 0;
    const auto output = service.run([&](DurableContext& ctx) -> Task<std::vector<std::string>> {
      const std::vector<std::string> items{"a", "b"};
      auto result =
          co_await ctx.map("m", items,
                           [&](DurableContext&, const std::string& text) -> Task<std::string> {
                             ++runs;
                             co_return text + text;
                           },
                           {.nesting = nesting});
      co_await ctx.wait("w", 1s);
      co_return result.results();
    });
    EXPECT_EQ(output.result, Payload(R"(["aa","bb"])"));
    EXPECT_EQ(service.invocations, 2);
    EXPECT_EQ(runs, 2);
  }
}

TEST(BatchReplay, SkipsItemsThatHaveEndedAndGoesOnWithTheOthers) {
  Service service;
  std::vector<int> runs(2, 0);
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::vector<std::string>> {
    const std::vector<std::string> items{"r0", "r1"};
    auto result = co_await ctx.map(
        "m", items,
        [&](DurableContext& item, const std::string& text, std::size_t index) -> Task<std::string> {
          ++runs[index];
          if (index == 1) co_await item.wait("pause", 1s);
          co_return co_await item.step("s", [&] { return text; });
        },
        {.max_concurrency = 1});
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload(R"(["r0","r1"])"));
  EXPECT_THAT(runs, ElementsAre(1, 2));
  EXPECT_THAT(service.calls,
              ElementsAre(StartsWith("1 CONTEXT START \"m\", 1-1 CONTEXT START"),
                          "1-1 CONTEXT SUCCEED \"map-item-0\"",
                          "1-2 CONTEXT START \"map-item-1\", 1-2-1 WAIT START \"pause\"",
                          "1-2-2 STEP START \"s\", 1-2-2 STEP SUCCEED \"s\"",
                          "1-2 CONTEXT SUCCEED \"map-item-1\"", "1 CONTEXT SUCCEED \"m\""));
}

// Checklist 14.
TEST(BatchReplay, OfALargeBatchReadsEachBranchFromItsOwnOperationAndWritesNothing) {
  Service service;
  int runs = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::vector<std::size_t>> {
    const std::vector<int> items{0, 1, 2, 3, 4, 5};
    auto result = co_await ctx.map(
        "large", items,
        [&](DurableContext& item, int value) -> Task<std::string> {
          ++runs;
          if (value == 1) throw std::runtime_error("one");
          if (value == 2) co_await item.wait("never", 1h);
          co_return co_await item.step(
              "s", [&] { return std::string(100'000, static_cast<char>('a' + value)); });
        },
        {.max_concurrency = 2, .completion = {.min_successful = 3, .tolerated_failure_count = 1}});
    std::vector<std::size_t> seen;
    for (const auto& item : result.items()) {
      seen.push_back(item.result ? item.result->size() : 0);
      if (item.result) {
        EXPECT_EQ(item.result->front(), static_cast<char>(97 + item.index));
      }
    }
    EXPECT_EQ(result.completion_reason(), CompletionReason::min_successful_reached);
    EXPECT_EQ(result.failure_count(), 1U);
    EXPECT_STREQ(result.errors().at(0).what(), "one");
    EXPECT_EQ(result.started().at(0)->index, 2U);
    co_await ctx.wait("w", 1s);
    co_return seen;
  });

  EXPECT_EQ(output.result, Payload("[100000,0,0,100000,100000]"));
  EXPECT_EQ(runs, 5) << "none of them again in the replay";
  const wire::ContextDetails& details = *service.operation("1").context_details;
  EXPECT_EQ(details.replay_children, true);
  EXPECT_EQ(details.result,
            Payload(R"({"type":"MapResult","totalCount":5,)"
                    R"("completionReason":"MIN_SUCCESSFUL_REACHED","startedIndexes":[2],)"
                    R"("startedCount":1,"successCount":3,"failureCount":1,"status":"FAILED"})"));
  EXPECT_THAT(service.calls.back(), "2 WAIT START \"w\"");
}

TEST(BatchReplay, KeepsInlineWhatIsJustSmallEnough) {
  constexpr std::size_t limit = 262'144;
  constexpr std::string_view around =
      R"({"all":[{"index":0,"status":"SUCCEEDED","result":""}],"completionReason":"ALL_COMPLETED"})";
  for (const std::size_t size : {limit - around.size(), limit - around.size() + 1}) {
    Service service;
    const auto output = service.run([&](DurableContext& ctx) -> Task<std::size_t> {
      const std::vector<int> items{0};
      auto result = co_await ctx.map("m", items, [&](DurableContext&, int) -> Task<std::string> {
        co_return std::string(size, 'x');
      });
      co_await ctx.wait("w", 1s);
      co_return result.results().at(0).size();
    });
    EXPECT_EQ(output.result, Payload(std::to_string(size)));
    const bool large = size + around.size() > limit;
    EXPECT_EQ(service.operation("1").context_details->replay_children.value_or(false), large);
  }
}

TEST(BatchReplay, RunsABranchWhoseOwnResultWasTooLargeAgainForIt) {
  Service service;
  int runs = 0;
  int steps = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::size_t> {
    const std::vector<int> items{0, 1};
    auto result =
        co_await ctx.map("m", items, [&](DurableContext& item, int value) -> Task<std::string> {
          if (value == 1) co_return "small";
          ++runs;
          const char letter = static_cast<char>(co_await item.step("s", [&] {
            ++steps;
            return static_cast<int>('r');
          }));
          co_return std::string(300'000, letter);
        });
    co_await ctx.wait("w", 1s);
    co_return result.results().at(0).size() + result.results().at(1).size();
  });

  EXPECT_EQ(output.result, Payload("300005"));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(steps, 1);
  EXPECT_EQ(service.operation("1-1").context_details->replay_children, true);
  EXPECT_EQ(service.operation("1-1").context_details->result, Payload(""));
}

TEST(BatchReplay, OfABranchForItsResultMayNotThrow) {
  Service service;
  bool changed = false;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{0};
    co_await ctx.map("m", items, [&](DurableContext&, int) -> Task<std::string> {
      if (std::exchange(changed, true)) throw std::runtime_error("now it throws");
      co_return std::string(300'000, 'x');
    });
    co_await ctx.wait("w", 1s);
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_THAT(error_text(output), AllOf(HasSubstr("handler > \"m\" (1) > \"map-item-0\" (1-1)"),
                                        HasSubstr("now it throws")));
}

// ---- Flat branches ----

// Checklist 15.
TEST(FlatBatch, RecordsWhatItsBranchesDoUnderTheBatchWithIdsOfTheBranches) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<std::string>> {
    const std::vector<std::string> items{"fa", "fb"};
    auto result = co_await ctx.map(
        "flat", items,
        [](DurableContext& item, const std::string& text) -> Task<std::string> {
          const std::string value = co_await item.step("s", [&] { return text; });
          co_await item.run_in_child_context("c", [](DurableContext& child) -> Task<void> {
            co_await child.step("inner", [] {});
          });
          co_return value;
        },
        {.max_concurrency = 1, .nesting = Nesting::flat});
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload(R"(["fa","fb"])"));
  EXPECT_FALSE(service.has("1-1"));
  EXPECT_EQ(service.operation("1-1-1").parent_id, "1");
  EXPECT_EQ(service.operation("1-2-1").parent_id, "1");
  EXPECT_EQ(service.operation("1-2-2").parent_id, "1");
  EXPECT_EQ(service.operation("1-2-2-1").parent_id, "1-2-2");
  EXPECT_THAT(service.calls.back(), "1 CONTEXT SUCCEED \"flat\"");
  EXPECT_THAT(service.calls, SizeIs(7));
}

TEST(FlatBatch, RunsItsBranchesAgainOverTheirOperations) {
  Service service;
  std::vector<int> runs(3, 0);
  int steps = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::vector<int>> {
    const std::vector<int> items{0, 1, 2};
    auto result = co_await ctx.map("flat", items,
                                   [&](DurableContext& item, int value) -> Task<int> {
                                     ++runs[static_cast<std::size_t>(value)];
                                     const int made = co_await item.step("s", [&] {
                                       ++steps;
                                       return value * 10;
                                     });
                                     if (value == 1) co_await item.wait("w", 1s);
                                     co_return made;
                                   },
                                   {.nesting = Nesting::flat});
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload("[0,10,20]"));
  EXPECT_THAT(runs, ElementsAre(2, 2, 2));
  EXPECT_EQ(steps, 3);
}

TEST(FlatBatch, ThatIsLargeRunsItsEndedBranchesAgainAndWritesNothing) {
  Service service;
  std::vector<int> runs(4, 0);
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::string> {
    const std::vector<int> items{0, 1, 2, 3};
    auto result = co_await ctx.map("flat", items,
                                   [&](DurableContext& item, int value) -> Task<std::string> {
                                     ++runs[static_cast<std::size_t>(value)];
                                     co_await item.step("s", [] {});
                                     if (value == 1) throw std::runtime_error("one");
                                     if (value == 2) co_await item.wait("w", 1h);
                                     co_return std::string(200'000, 'x');
                                   },
                                   {.completion = {.min_successful = 2}, .nesting = Nesting::flat});
    co_await ctx.wait("w", 1s);
    std::string text;
    for (const auto& item : result.items()) text += std::string(to_string(item.status)) + " ";
    co_return text + result.errors().at(0).what() + " " + result.errors().at(0).operation_id();
  });

  EXPECT_EQ(output.result, Payload("\"SUCCEEDED FAILED STARTED SUCCEEDED one 1-2\""));
  EXPECT_THAT(runs, ElementsAre(2, 2, 1, 2)) << "one that was left running is not run again";
  EXPECT_EQ(service.calls.back(), "2 WAIT START \"w\"");
}

TEST(FlatBatch, FindsItsOperationsWhereIdsAreHashes) {
  struct Nest {
    static Task<int> down(DurableContext& ctx, int depth, int& steps) {
      if (depth > 0) {
        co_return co_await ctx.run_in_child_context(
            "n", [depth, &steps](DurableContext& child) -> Task<int> {
              co_return co_await down(child, depth - 1, steps);
            });
      }
      const std::vector<int> items{1, 2};
      auto result = co_await ctx.map("m", items,
                                     [&steps](DurableContext& item, int value) -> Task<int> {
                                       const int made =
                                           co_await item.step("s", [&] { return ++steps; });
                                       co_await item.wait("w", 1s);
                                       co_return made + value;
                                     },
                                     {.nesting = Nesting::flat});
      co_return result.results().at(0) + result.results().at(1);
    }
  };
  for (int depth = 26; depth < 36; ++depth) {
    Service service;
    int steps = 0;
    const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
      co_return co_await Nest::down(ctx, depth, steps);
    });
    EXPECT_EQ(output.result, Payload("6")) << depth;
    EXPECT_EQ(steps, 2) << depth;
    EXPECT_EQ(service.invocations, 2) << depth;
  }
}

// ---- Crashes ----

/// What the function returns when invocation after invocation dies at checkpoint `call`: before it
/// is recorded, or after it.
std::string run_with_crash(const Handler& handler, int call, bool recorded, bool& reached) {
  Service service;
  service.keep_log = false;
  KillSwitch kill;
  int calls = 0;
  service.on_call = [&](int) {
    if (++calls == call && recorded) {
      wire::ErrorObject error;
      error.error_type = "Runtime.ExitError";
      kill.kill(std::move(error));
    }
  };
  service.fault = [&]() -> std::optional<Error> {
    if (calls == call && !recorded) return Error{ErrorCode::unavailable, "gone"};
    return std::nullopt;
  };
  service.environment.kill_switch = &kill;
  const InvocationOutcome first = service.invoke(handler);
  reached = std::holds_alternative<InvocationFailure>(first);
  service.on_call = nullptr;
  service.fault = nullptr;
  service.environment.kill_switch = nullptr;
  if (!reached) {
    const auto output = fake::output_of(first);
    if (output.status == wire::InvocationOutputStatus::succeeded) return output.result->str();
    service.pass_time();
  }
  const auto output = service.run(handler);
  return output.result ? output.result->str() : error_text(output);
}

void expect_the_same_after_any_crash(const Handler& handler) {
  Service untouched;
  const std::string expected = untouched.run(handler).result.value().str();
  int crashes = 0;
  for (const bool recorded : {true, false}) {
    bool reached = true;
    for (int call = 1; reached && call < 100; ++call) {
      EXPECT_EQ(run_with_crash(handler, call, recorded, reached), expected)
          << "crash at call " << call << (recorded ? ", recorded" : ", not recorded");
      crashes += reached ? 1 : 0;
    }
  }
  EXPECT_GE(crashes, 4);
}

Task<std::string> mixed_items(DurableContext& ctx, Nesting nesting, Completion completion,
                              std::optional<std::size_t> concurrency, std::size_t size) {
  const std::vector<int> items{0, 1, 2, 3};
  auto result = co_await ctx.map(
      "m", items,
      [size](DurableContext& item, int value) -> Task<std::string> {
        const int made = co_await item.step("a", [&] { return value; });
        if (value == 1) throw std::runtime_error("one");
        if (value == 2) co_await item.wait("w", 1h);
        co_await item.step("b", [] {});
        co_return std::string(size, static_cast<char>('a' + made));
      },
      {.max_concurrency = concurrency, .completion = completion, .nesting = nesting});
  co_await ctx.step("after", [] {});
  std::string text(to_string(result.completion_reason()));
  for (const auto& item : result.items()) {
    text += " " + item.name + "=" + std::string(to_string(item.status));
    if (item.result) text += ":" + item.result->substr(0, 1) + std::to_string(item.result->size());
    if (item.error) text += std::string(":") + item.error->what();
  }
  co_return text;
}

TEST(BatchCrash, AtAnyCheckpointGivesTheSameResult) {
  const Completion completions[] = {Completion::all_completed(),
                                    Completion::all_successful(),
                                    Completion::first_successful(),
                                    {.min_successful = 2}};
  for (const Completion& completion : completions) {
    for (const std::optional<std::size_t> concurrency : {std::optional<std::size_t>(), {1}}) {
      for (const std::size_t size : {1U, 200'000U}) {
        SCOPED_TRACE("concurrency " + std::to_string(concurrency.value_or(0)) + ", size " +
                     std::to_string(size));
        // Items side by side race for the batch's end: it comes, and for the same reason.
        const bool is_race = !concurrency && &completion != completions;
        expect_the_same_after_any_crash([&](DurableContext& ctx) -> Task<std::string> {
          auto items = mixed_items(ctx, Nesting::nested, completion, concurrency, size);
          const std::string text = co_await std::move(items);
          co_return is_race ? text.substr(0, text.find(' ')) : text;
        });
      }
    }
  }
}

TEST(BatchCrash, AtAnyCheckpointOfAFlatBatchGivesTheSameResult) {
  for (const std::optional<std::size_t> concurrency : {std::optional<std::size_t>(), {1}}) {
    for (const std::size_t size : {1U, 200'000U}) {
      expect_the_same_after_any_crash([&](DurableContext& ctx) -> Task<std::string> {
        co_return co_await mixed_items(ctx, Nesting::flat, Completion::all_completed(), concurrency,
                                       size);
      });
    }
  }
}

TEST(BatchCrash, AfterTheBatchWasCompleteCompletesItWithTheSameItems) {
  // Item 2 has ended and completed the batch when the process dies. In the next invocation the
  // waits of 0 and 1 are over, but they come too late.
  Service service;
  KillSwitch kill;
  service.environment.kill_switch = &kill;
  const Handler handler = [](DurableContext& ctx) -> Task<std::size_t> {
    const std::vector<int> items{0, 1, 2};
    auto result = co_await ctx.map("m", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     if (value < 2) co_await item.wait("w", 1s);
                                     co_return value;
                                   },
                                   {.completion = Completion::first_successful()});
    EXPECT_EQ(result.total_count(), 3U);
    EXPECT_EQ(result.started_count(), 2U);
    co_return result.succeeded().at(0)->index;
  };
  service.on_call = [&](int call) {
    if (call == 2) kill.kill({});
  };
  ASSERT_TRUE(std::holds_alternative<InvocationFailure>(service.invoke(handler)));
  ASSERT_EQ(service.operation("1-3").status, wire::OperationStatus::succeeded);
  ASSERT_EQ(service.operation("1").status, wire::OperationStatus::started);
  service.pass_time();
  service.environment.kill_switch = nullptr;
  service.on_call = nullptr;

  EXPECT_EQ(service.run(handler).result, Payload("2"));
  EXPECT_EQ(service.operation("1-1").status, wire::OperationStatus::started);
}

// ---- Code that has changed ----

/// Runs the function until it waits, then again with `changed`.
wire::InvocationOutput run_changed(const std::function<Task<int>(DurableContext&, bool)>& body) {
  Service service;
  bool changed = false;
  return service.run([&](DurableContext& ctx) -> Task<int> {
    const bool now = std::exchange(changed, true);
    co_return co_await body(ctx, now);
  });
}

Task<int> wait_and_give(DurableContext& item, int value) {
  co_await item.step("s", [] {});
  co_await item.wait("w", 1s);
  co_return value;
}

TEST(BatchDivergence, ShowsBothNamesOfABranch) {
  const auto output = run_changed([](DurableContext& ctx, bool changed) -> Task<int> {
    const std::vector<int> items{1};
    co_await ctx.map("m", items, wait_and_give,
                     {.item_namer = [changed](const int&) { return changed ? "new" : "old"; }});
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_THAT(error_text(output), AllOf(HasSubstr("call 1 in handler > \"m\" (1)"),
                                        HasSubstr("\"old\""), HasSubstr("\"new\"")));
}

TEST(BatchDivergence, IsSeenBetweenAMapAndAParallel) {
  const auto output = run_changed([](DurableContext& ctx, bool changed) -> Task<int> {
    const std::vector<int> items{1};
    if (!changed) co_await ctx.map("m", items, wait_and_give);
    co_await ctx.parallel("m", [](DurableContext& c) { return wait_and_give(c, 1); });
    co_return 1;
  });
  EXPECT_THAT(error_text(output),
              AllOf(HasSubstr("CONTEXT (Map) \"m\""), HasSubstr("CONTEXT (Parallel) \"m\"")));
}

TEST(BatchDivergence, IsSeenBetweenNestedAndFlatBranches) {
  for (const bool first_flat : {true, false}) {
    const auto output = run_changed([&](DurableContext& ctx, bool changed) -> Task<int> {
      const std::vector<int> items{1};
      co_await ctx.map("m", items, wait_and_give,
                       {.nesting = changed == first_flat ? Nesting::nested : Nesting::flat});
      co_return 1;
    });
    EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
    EXPECT_THAT(error_text(output),
                HasSubstr(first_flat ? "is recorded with flat branches, but is now nested"
                                     : "is recorded with nested branches, but is now flat"));
  }
}

TEST(BatchDivergence, IsSeenWhenACompleteBatchIsGivenFewerItems) {
  for (const std::size_t size : {1U, 200'000U}) {
    const auto output = run_changed([&](DurableContext& ctx, bool changed) -> Task<int> {
      const std::vector<int> items(changed ? 1 : 2, 7);
      co_await ctx.map("m", items, [size](DurableContext&, int) -> Task<std::string> {
        co_return std::string(size, 'x');
      });
      co_await ctx.wait("w", 1s);
      co_return 1;
    });
    EXPECT_EQ(error_type(output), "NonDeterministicExecutionError") << error_text(output);
    EXPECT_THAT(error_text(output), HasSubstr("but is now given 1"));
  }
}

TEST(BatchDivergence, IsSeenWhenAFlatBranchRunAgainMakesAnotherCall) {
  const auto output = run_changed([](DurableContext& ctx, bool changed) -> Task<int> {
    const std::vector<int> items{1};
    co_await ctx.map("m", items,
                     [changed](DurableContext& item, int) -> Task<std::string> {
                       if (changed) co_await item.step("new", [] {});
                       co_return std::string(300'000, 'x');
                     },
                     {.nesting = Nesting::flat});
    co_await ctx.wait("w", 1s);
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_THAT(error_text(output), HasSubstr("although the context is recorded as finished"));
}

TEST(BatchDivergence, IsSeenWhenAFlatBranchRunAgainEndsOtherwise) {
  const auto output = run_changed([](DurableContext& ctx, bool changed) -> Task<int> {
    const std::vector<int> items{1, 2};
    co_await ctx.map("m", items,
                     [changed](DurableContext&, int value) -> Task<std::string> {
                       if (changed && value == 2) throw std::runtime_error("changed");
                       co_return std::string(300'000, 'x');
                     },
                     {.completion = Completion::all_completed(), .nesting = Nesting::flat});
    co_await ctx.wait("w", 1s);
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_THAT(error_text(output),
              HasSubstr("is recorded with 0 failed items, but running it again for its result gave "
                        "1"));
}

// ---- Records that cannot be ----

TEST(BatchState, ThatIsNoneOfAContextEndsTheExecution) {
  const auto run = [](const std::function<void(Service&)>& change) {
    Service service;
    bool changed = false;
    return service.run([&](DurableContext& ctx) -> Task<int> {
      if (!std::exchange(changed, true)) {
        const std::vector<int> items{1};
        co_await ctx.map("m", items, [](DurableContext&, int) -> Task<std::string> {
          co_return std::string(300'000, 'x');
        });
        change(service);
        co_await ctx.wait("w", 1s);
      }
      const std::vector<int> items{1};
      auto result = co_await ctx.map("m", items, [](DurableContext&, int) -> Task<std::string> {
        co_return std::string(300'000, 'x');
      });
      result.throw_if_error();
      co_return 1;
    });
  };

  auto output =
      run([](Service& service) { service.operation("1").context_details->result = Payload(""); });
  EXPECT_EQ(error_type(output), "InvalidStateError");
  EXPECT_THAT(error_text(output), HasSubstr("the recorded summary of the map \"m\""));

  output = run(
      [](Service& service) { service.operation("1").status = wire::OperationStatus::timed_out; });
  EXPECT_THAT(error_text(output), HasSubstr("TIMED_OUT"));

  output =
      run([](Service& service) { service.operation("1").status = wire::OperationStatus::pending; });
  EXPECT_THAT(error_text(output), HasSubstr("is recorded as READY, which a map cannot be"));

  output = run(
      [](Service& service) { service.operation("1-1").status = wire::OperationStatus::started; });
  EXPECT_THAT(error_text(output), HasSubstr("STARTED"));

  output = run([](Service& service) {
    service.operation("1").status = wire::OperationStatus::failed;
    service.operation("1").context_details->error.reset();
  });
  EXPECT_EQ(error_type(output), "ChildContextError") << "of another writer";

  output = run([](Service& service) {
    service.operation("1").context_details->replay_children.reset();
    service.operation("1").context_details->result = Payload("{\"all\":3}");
  });
  EXPECT_EQ(error_type(output), "SerDesError");
}

}  // namespace
}  // namespace durable
