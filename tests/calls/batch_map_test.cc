// SPDX-License-Identifier: Apache-2.0
//
// What a map records and gives when nothing goes wrong around it.
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <list>
#include <ranges>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Map, RunsItsBranchForEachItemInAContextOfItsOwn) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    const std::vector<int> items{1, 2};
    auto result = co_await ctx.map("double", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     co_return co_await item.step("s", [&] { return value * 2; });
                                   },
                                   {.max_concurrency = 1});
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload("[2,4]"));
  EXPECT_THAT(
      service.calls,
      ElementsAre("1 CONTEXT START \"double\", 1-1 CONTEXT START \"map-item-0\", 1-1-1 STEP "
                  "START \"s\", 1-1-1 STEP SUCCEED \"s\"",
                  "1-1 CONTEXT SUCCEED \"map-item-0\"",
                  "1-2 CONTEXT START \"map-item-1\", 1-2-1 STEP START \"s\", 1-2-1 STEP "
                  "SUCCEED \"s\"",
                  "1-2 CONTEXT SUCCEED \"map-item-1\"", "1 CONTEXT SUCCEED \"double\""));
  EXPECT_EQ(service.operation("1").sub_type, "Map");
  EXPECT_EQ(service.operation("1-2").sub_type, "MapIteration");
  EXPECT_EQ(service.operation("1-2").parent_id, "1");
  EXPECT_EQ(service.operation("1-2-1").parent_id, "1-2");
  EXPECT_EQ(service.operation("1-2").context_details->result, Payload("4"));
  EXPECT_EQ(service.operation("1").context_details->result,
            Payload(R"({"all":[{"index":0,"status":"SUCCEEDED","result":2},)"
                    R"({"index":1,"status":"SUCCEEDED","result":4}],)"
                    R"("completionReason":"ALL_COMPLETED"})"));
}

TEST(Map, OfVeryManyItemsEndsSomeBeforeItHasBegunAll) {
  std::size_t open = 0;
  std::size_t most = 0;
  Service service;
  service.keep_log = false;
  const auto output = service.run([&](DurableContext& ctx) -> Task<std::size_t> {
    auto result = co_await ctx.map("m", std::vector<int>(8'000),
                                   [&](DurableContext& item, int) -> Task<void> {
                                     most = std::max(most, ++open);
                                     co_await item.step("s", [] {});
                                     --open;
                                   });
    co_return result.success_count();
  });

  EXPECT_EQ(output.result, Payload("8000"));
  EXPECT_GT(most, 1'000U) << "as many as over a network, where they are few";
  EXPECT_LT(most, 3'000U) << "and bounded where they are many";
}

TEST(Map, GivesTheIndexToABranchThatAsksForIt) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    const std::vector<int> items{10, 20, 30};
    auto result = co_await ctx.map(
        items, [](DurableContext&, const int& value, std::size_t index) -> Task<int> {
          co_return value + static_cast<int>(index);
        });
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload("[10,21,32]"));
  EXPECT_EQ(service.operation("1").name, std::nullopt) << "a map without a name";
}

Task<std::string> shout(DurableContext&, const std::string& text) { co_return text + "!"; }

TEST(Map, TakesANamedFunctionAndMovesAVector) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<std::string>> {
    std::vector<std::string> items{"a", "b"};
    auto pending = ctx.map("m", std::move(items), shout);
    EXPECT_THAT(items, IsEmpty());  // NOLINT(bugprone-use-after-move)
    auto result = co_await pending;
    co_return result.results();
  });
  EXPECT_EQ(output.result, Payload(R"(["a!","b!"])"));
}

Task<int> negate_later(DurableContext& item, int value) {
  co_await item.wait("w", 1s);
  co_return -value;
}

TEST(Map, CopiesItsItemsFromAnyRange) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    std::vector<int> items{1, 2, 3};
    std::list<int> list{4};
    const std::array<int, 1> fixed{7};
    const int plain[] = {8};
    std::vector<DurableFuture<BatchResult<int>>> futures;
    futures.push_back(ctx.map("vector", items, negate_later));
    futures.push_back(ctx.map("list", list, negate_later));
    futures.push_back(ctx.map("array", fixed, negate_later));
    futures.push_back(ctx.map("plain", plain, negate_later));
    items.clear();
    list.clear();
    const auto results = co_await all(futures);
    std::vector<int> values;
    for (const BatchResult<int>& result : results) {
      for (const int value : result.results()) values.push_back(value);
    }
    co_return values;
  });
  EXPECT_EQ(output.result, Payload("[-1,-2,-3,-4,-7,-8]"));
}

// Clang 14 cannot compile the views of this standard library.
#if !defined(__clang__)
TEST(Map, CopiesItsItemsFromAView) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    const auto tenfold = [](int i) { return i * 10; };
    auto future =
        ctx.map("view", std::views::iota(4, 6) | std::views::transform(tenfold), negate_later);
    auto result = co_await future;
    co_return result.results();
  });
  EXPECT_EQ(output.result, Payload("[-40,-50]"));
}
#endif

TEST(Map, GivesItsBranchesFlagsThatStay) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    auto result = co_await ctx.map("flags", std::vector<bool>(2, true),
                                   [](DurableContext& item, const bool& flag) -> Task<int> {
                                     co_await item.wait("w", 1s);
                                     co_return flag ? 1 : 0;
                                   });
    co_return result.results();
  });
  EXPECT_EQ(output.result, Payload("[1,1]"));
}

TEST(Map, OfNothingCompletesAtOnce) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto result = co_await ctx.map("none", std::vector<int>(),
                                   [](DurableContext&, int) -> Task<int> { co_return 1; });
    EXPECT_EQ(result.total_count(), 0U);
    EXPECT_EQ(result.status(), BatchItemStatus::succeeded);
    EXPECT_THAT(result.results(), IsEmpty());
    co_return std::string(to_string(result.completion_reason()));
  });

  EXPECT_EQ(output.result, Payload("\"ALL_COMPLETED\""));
  EXPECT_THAT(service.calls, ElementsAre("1 CONTEXT START \"none\", 1 CONTEXT SUCCEED \"none\""));
}

TEST(Map, NamesItsItemsByTheNamerBeforeAnyOfThemBegins) {
  Service service;
  struct Order {
    std::string id;
    bool named = false;
  };
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<std::string>> {
    int calls = 0;
    int first_branch_saw = -1;
    const std::vector<Order> orders{{"a"}, {"b"}, {"c"}};
    auto result = co_await ctx.map("orders", orders,
                                   [&](DurableContext&, const Order& order) -> Task<std::string> {
                                     if (first_branch_saw < 0) first_branch_saw = calls;
                                     co_return order.id;
                                   },
                                   {.item_namer = [&calls](const Order& order, std::size_t index) {
                                     ++calls;
                                     return index == 2 ? std::string() : "order-" + order.id;
                                   }});
    EXPECT_EQ(first_branch_saw, 3);
    std::vector<std::string> names;
    for (const auto& item : result.items()) names.push_back(item.name);
    co_return names;
  });

  EXPECT_EQ(output.result, Payload(R"(["order-a","order-b","map-item-2"])"));
  EXPECT_EQ(service.operation("1-1").name, "order-a");
  EXPECT_EQ(service.operation("1-3").name, "map-item-2") << "an empty name is none";
}

std::string name_of(const int& item) { return "item-" + std::to_string(item); }

TEST(Map, TakesAFunctionPointerAsNamer) {
  Service service;
  static_cast<void>(service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{5};
    co_await ctx.map("m", items, [](DurableContext&, int) -> Task<void> { co_return; },
                     {.item_namer = name_of});
    co_return 0;
  }));
  EXPECT_EQ(service.operation("1-1").name, "item-5");
}

TEST(Map, WithoutValuesRecordsNone) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    const std::vector<int> items{1, 2};
    const BatchResult<void> result =
        co_await ctx.map("m", items, [](DurableContext&, int) -> Task<void> { co_return; });
    EXPECT_TRUE(result.items()[0].result.has_value());
    co_return result.results().size();
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_EQ(service.operation("1-1").context_details->result, std::nullopt);
  EXPECT_EQ(service.operation("1").context_details->result,
            Payload(R"({"all":[{"index":0,"status":"SUCCEEDED"},{"index":1,"status":"SUCCEEDED"}],)"
                    R"("completionReason":"ALL_COMPLETED"})"));
}

TEST(Map, TellsAnEmptyOptionalFromNoResult) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{0, 1};
    auto result =
        co_await ctx.map("m", items, [](DurableContext&, int value) -> Task<std::optional<int>> {
          if (value == 0) co_return std::nullopt;
          co_return value;
        });
    EXPECT_THAT(result.results(), ElementsAre(std::nullopt, 1));
    co_return 0;
  });
  EXPECT_EQ(output.result, Payload("0"));
}

TEST(Map, RunsItsItemsSideBySide) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    const std::vector<int> items{1, 2, 3};
    auto result = co_await ctx.map("m", items, [](DurableContext& item, int value) -> Task<int> {
      co_await item.wait("w", 1s);
      co_return value;
    });
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload("[1,2,3]"));
  EXPECT_EQ(service.invocations, 2) << "their waits run at the same time";
}

TEST(Map, KeepsThePlaceOfAnItemThatWaits) {
  Service service;
  int most = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    int running = 0;
    const std::vector<int> items{1, 2, 3, 4, 5};
    auto result = co_await ctx.map("m", items,
                                   [&](DurableContext& item, int value) -> Task<int> {
                                     most = std::max(most, ++running);
                                     co_await item.wait("w", 1s);
                                     --running;
                                     co_return value;
                                   },
                                   {.max_concurrency = 2});
    co_return static_cast<int>(result.success_count());
  });

  EXPECT_EQ(output.result, Payload("5"));
  EXPECT_EQ(most, 2);
  EXPECT_EQ(service.invocations, 4) << "two at a time, and the last one alone";
}

TEST(Map, GivesResultsByIndexWhateverTheOrderOfTheEnds) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    const std::vector<int> items{3, 2, 1};
    auto result = co_await ctx.map("m", items, [](DurableContext& item, int waits) -> Task<int> {
      for (int i = 0; i < waits; ++i) co_await item.wait("w", 1s);
      co_return waits;
    });
    co_return result.results();
  });
  EXPECT_EQ(output.result, Payload("[3,2,1]"));
}

TEST(Map, MayBeAwaitedLaterAndTwiceAndWithOthers) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{1, 2};
    auto mapped = ctx.map("m", items, [](DurableContext& item, int value) -> Task<int> {
      co_await item.wait("w", 1s);
      co_return value;
    });
    auto step = ctx.step("s", [] { return 4; });
    auto [result, value] = co_await all(mapped, step);
    const auto again = co_await mapped;
    co_return static_cast<int>(result.success_count() + again.success_count()) + value;
  });
  EXPECT_EQ(output.result, Payload("8"));
}

TEST(Map, ReadsItsValuesThroughTheirRecordedForm) {
  Service service;
  struct Rounded {
    float value = 0;
    std::optional<int> left_out;
  };
  const auto output = service.run([](DurableContext& ctx) -> Task<bool> {
    const std::vector<int> items{1};
    auto result = co_await ctx.map("m", items, [](DurableContext&, int) -> Task<Rounded> {
      co_return Rounded{0.1F, std::nullopt};
    });
    co_return result.items()[0].result->value == 0.1F && !result.items()[0].result->left_out;
  });
  EXPECT_EQ(output.result, Payload("true"));
}

TEST(Map, WorksWhenRepliesComeFromAnotherThread) {
  Service service("{}", Service::Replies::from_a_thread);
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    std::vector<int> items(50, 1);
    auto result = co_await ctx.map("m", items,
                                   [](DurableContext& item, int value) -> Task<int> {
                                     const int a = co_await item.step("a", [&] { return value; });
                                     co_return a + co_await item.step("b", [&] { return value; });
                                   },
                                   {.max_concurrency = 7});
    int sum = 0;
    for (const int value : result.results()) sum += value;
    co_return sum;
  });
  EXPECT_EQ(output.result, Payload("100"));
}

TEST(Map, NestsInABranch) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<std::vector<int>>> {
    const std::vector<int> outer{1, 2};
    auto result = co_await ctx.map(
        "outer", outer, [](DurableContext& item, int value) -> Task<std::vector<int>> {
          std::vector<int> inner{value * 10, value * 10 + 1};
          auto inside = co_await item.map(
              "inner", std::move(inner), [](DurableContext& context, int number) -> Task<int> {
                co_return co_await context.step("s", [&] { return number; });
              });
          co_return inside.results();
        });
    co_return result.results();
  });

  EXPECT_EQ(output.result, Payload("[[10,11],[20,21]]"));
  EXPECT_EQ(service.operation("1-2-1-1-1").parent_id, "1-2-1-1");
}

TEST(Map, OfManyItemsNeedsNoDeepStack) {
  Service service;
  service.keep_log = false;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    std::vector<int> items(20'000, 1);
    auto result = co_await ctx.map("m", std::move(items),
                                   [](DurableContext&, int value) -> Task<int> { co_return value; },
                                   {.max_concurrency = 1});
    co_return result.success_count();
  });
  EXPECT_EQ(output.result, Payload("20000"));
}

TEST(Map, IsDroppedWithItsFutureAndStaysStarted) {
  Service service;
  int destroyed = 0;
  struct Guard {
    int& count;
    ~Guard() { ++count; }
  };
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    {
      const std::vector<int> items{1, 2};
      auto dropped = ctx.map("m", items, [&](DurableContext& item, int value) -> Task<int> {
        const Guard guard{destroyed};
        co_await item.wait("w", 1h);
        co_return value;
      });
    }
    EXPECT_EQ(destroyed, 2);
    co_return 2;
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_EQ(service.operation("1").status, wire::OperationStatus::started);
}

TEST(Map, CountsOneLevelOfNesting) {
  struct Nest {
    static Task<int> down(DurableContext& ctx, int depth) {
      std::vector<int> items{depth};
      auto result =
          co_await ctx.map("m", std::move(items), [](DurableContext& item, int left) -> Task<int> {
            if (left == 1) co_return 1;
            const int below = co_await down(item, left - 1);
            co_return below + 1;
          });
      result.throw_if_error();
      co_return result.results().at(0);
    }
  };
  const Handler handler = [](int depth, DurableContext& ctx) -> Task<int> {
    co_return co_await Nest::down(ctx, depth);
  };
  Service deep("256");
  deep.keep_log = false;
  EXPECT_EQ(deep.run(handler).result, Payload("256"));

  Service deeper("257");
  deeper.keep_log = false;
  EXPECT_THAT(fake::error_text(deeper.run(handler)), HasSubstr("nested more than 256 deep"));
}

}  // namespace
}  // namespace durable
