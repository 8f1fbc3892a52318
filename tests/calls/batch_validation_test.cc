// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Task<int> one(DurableContext&, int) { co_return 1; }

/// The message for a map of three items with these options; tests that nothing is recorded and no
/// id is used.
std::string refusal_of(const MapOptions<int>& options, std::string name = "m") {
  Service service;
  std::string text = "none";
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{1, 2, 3};
    try {
      auto future = ctx.map(name, items, one, options);
      static_cast<void>(future);
    } catch (const ValidationError& error) {
      text = error.what();
    }
    co_return co_await ctx.step("next", [] { return 7; });
  });
  EXPECT_EQ(output.result, Payload("7"));
  EXPECT_THAT(service.calls, SizeIs(1));
  EXPECT_EQ(service.operation("1").name, "next") << "the refused call used an id";
  return text;
}

// Checklist 25.
TEST(BatchValidation, LeavesNoOperationAndUsesNoId) {
  EXPECT_EQ(refusal_of({.max_concurrency = 0}),
            "map \"m\": max_concurrency must be at least 1 (absent: no limit), but is 0");
  EXPECT_THAT(refusal_of({.max_concurrency = static_cast<std::size_t>(-2)}),
              HasSubstr("but is -2"));
  EXPECT_EQ(refusal_of({.completion = {.min_successful = 0}}),
            "map \"m\": completion.min_successful must be from 1 to the number of items, 3, but is "
            "0");
  EXPECT_THAT(refusal_of({.completion = {.min_successful = 4}}), HasSubstr("but is 4"));
  EXPECT_THAT(refusal_of({.completion = {.tolerated_failure_count = static_cast<std::size_t>(-1)}}),
              HasSubstr("completion.tolerated_failure_count must be at least 0, but is -1"));
  for (const double percentage :
       {-0.5, 100.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THAT(refusal_of({.completion = {.tolerated_failure_percentage = percentage}}),
                HasSubstr("completion.tolerated_failure_percentage must be from 0 to 100, but is"));
  }
  EXPECT_THAT(refusal_of({}, "line\nbreak"), HasSubstr("map"));
  EXPECT_THAT(refusal_of({.item_namer = [](const int&) { return "tab\t"; }}), HasSubstr("map"));
}

TEST(BatchValidation, AcceptsTheEndsOfTheRanges) {
  for (const MapOptions<int>& options :
       {MapOptions<int>{.max_concurrency = 1}, MapOptions<int>{.completion = {.min_successful = 1}},
        MapOptions<int>{.completion = {.min_successful = 3}},
        MapOptions<int>{.completion = {.tolerated_failure_percentage = 0}},
        MapOptions<int>{.completion = {.tolerated_failure_percentage = 100}}}) {
    Service service;
    const auto output = service.run([&](DurableContext& ctx) -> Task<std::size_t> {
      const std::vector<int> items{1, 2, 3};
      auto result = co_await ctx.map("m", items, one, options);
      co_return result.success_count();
    });
    EXPECT_TRUE(output.result.has_value());
  }
}

TEST(BatchValidation, OfAParallelThatIsNotCaughtFailsTheExecution) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_await ctx.parallel(
        "p", {.max_concurrency = 0}, [](DurableContext& c) { return one(c, 1); },
        [](DurableContext& c) { return one(c, 2); });
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "ValidationError");
  EXPECT_THAT(error_text(output), HasSubstr("parallel \"p\": max_concurrency must be"));
  EXPECT_THAT(service.calls, IsEmpty());
}

TEST(BatchValidation, OfAMinimumOverNoItems) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_await ctx.map("m", std::vector<int>(), one, {.completion = Completion::first_successful()});
    co_return 1;
  });
  EXPECT_THAT(error_text(output), HasSubstr("from 1 to the number of items, 0, but is 1"));
}

TEST(BatchUsage, InsideAStepOrOnTheWrongContextEndsTheExecution) {
  Service inside;
  auto output = inside.run([](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("s", [&] {
      const std::vector<int> items{1};
      auto future = ctx.map("m", items, one);
    });
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("map \"m\" was called inside the body of a step"));

  Service outer;
  output = outer.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{1};
    co_await ctx.map("m", items, [&ctx](DurableContext&, int) -> Task<int> {
      co_return co_await ctx.step("s", [] { return 1; });
    });
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("by code that runs in another context"));
}

TEST(BatchUsage, OfAFutureThatOutlivesItsContextIsAnError) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    std::optional<DurableFuture<BatchResult<int>>> kept;
    co_await ctx.run_in_child_context("c", [&kept](DurableContext& child) -> Task<void> {
      const std::vector<int> items{1, 2};
      kept.emplace(child.map("m", items, [](DurableContext& item, int value) -> Task<int> {
        co_await item.wait("w", 1h);
        co_return value;
      }));
      co_return;
    });
    co_await *kept;
    co_return 1;
  });
  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("co_await of a future whose context has ended"));
}

TEST(BatchValidation, NothingDurableCanBeCalledInAnItemNamer) {
  for (const bool caught : {true, false}) {
    Service service;
    const auto output = service.run([caught](DurableContext& ctx) -> Task<int> {
      const std::vector<int> items{1, 2};
      auto future = ctx.map("m", items, one, {.item_namer = [&](const int&) {
                              try {
                                auto wait = ctx.wait("inner", std::chrono::seconds(1));
                              } catch (const UsageError&) {  // it is fatal all the same
                                if (!caught) throw;
                              }
                              return std::string("name");
                            }});
      co_await future;
      co_return 1;
    });
    EXPECT_EQ(error_type(output), "UsageError");
    EXPECT_THAT(error_text(output), HasSubstr("wait \"inner\" was called by an item namer"));
    EXPECT_TRUE(service.calls.empty());
  }
}

TEST(BatchValidation, WhatAnItemNamerThrowsLeavesTheCallWithoutAnOperation) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    const std::vector<int> items{1, 2};
    try {
      auto future = ctx.map("m", items, one, {.item_namer = [](const int&) -> std::string {
                              throw std::out_of_range("no name");
                            }});
      static_cast<void>(future);
    } catch (const std::out_of_range&) {
      co_return 1;
    }
    co_return 2;
  });
  EXPECT_EQ(output.result, Payload("1"));
  EXPECT_TRUE(service.calls.empty());
}

}  // namespace
}  // namespace durable
