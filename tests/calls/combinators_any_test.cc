// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <durable/testing/gtest.h>
#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const StepOptions once{.retry = retry::none()};

DurableFuture<int> failing(DurableContext& ctx, std::string_view name) {
  return ctx.step(
      name, []() -> int { throw std::runtime_error("no luck"); }, once);
}

/// A child context that takes `time` and gives `value`; it fails if that is negative.
DurableFuture<int> slow(DurableContext& ctx, std::string_view name, Duration time, int value) {
  return ctx.run_in_child_context(name, [time, value](DurableContext& child) -> Task<int> {
    co_await child.wait("working", time);
    if (value < 0) throw std::out_of_range("below zero");
    co_return value;
  });
}

TEST(Any, GivesTheFirstSuccessInTheOrderOfCompletion) {
  std::vector<int> winners;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    auto bad = slow(ctx, "bad", 1min, -1);
    auto later = slow(ctx, "later", 2h, 1);
    auto sooner = slow(ctx, "sooner", 1h, 2);
    winners.push_back(co_await any(bad, later, sooner));
    co_await later;
    co_return winners.back();
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(2));
  EXPECT_THAT(winners, ElementsAre(2, 2));
  EXPECT_EQ(result.get_step("any").raw_result(), Payload("2"));
}

TEST(Any, ThrowsAllReasonsWhenAllHaveFailed) {
  std::vector<std::string> seen;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
    auto a = failing(ctx, "a");
    auto b = slow(ctx, "b", 1min, -1);
    auto first = any("quote", a, b);
    const auto outcome = co_await settle(first);
    outcome.with_error<AllFailedError>(
        [&](const AllFailedError& error) { seen.emplace_back(error.what()); });
    co_await ctx.wait("nap", 1s);
    co_return 1;
  });

  const auto result = runner.run();

  EXPECT_THAT(result.get_step("quote"), HasStatus(OperationStatus::failed));
  EXPECT_EQ(result.get_step("quote").error()->error_type, "AllFailedError");
  const std::string expected =
      "any \"quote\": all 2 futures failed: 0: StepError: no luck; 1: ChildContextError: below "
      "zero";
  EXPECT_THAT(seen, ElementsAre(expected, expected));
}

TEST(Any, AwaitedDirectlyFailsTheExecutionWithAllReasons) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = failing(ctx, "a");
    co_return co_await any(a);
  });

  EXPECT_EQ(error_type(output), "AllFailedError");
  EXPECT_THAT(error_text(output), HasSubstr("all 1 futures failed: 0: StepError: no luck"));
}

TEST(Any, IsRecordedAndIsNoRace) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 4; });
    co_return co_await any(a);
  });

  EXPECT_EQ(output.result, Payload("4"));
  EXPECT_EQ(service.calls.back(), "2 STEP START \"any\", 2 STEP SUCCEED \"any\"");
}

TEST(Any, TellsTheIndexAndTheTypeOfTheWinner) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto bad = failing(ctx, "bad");
    auto good = ctx.step("good", [] { return std::string("yes"); });
    auto winner = co_await any(bad, good);
    auto both = co_await any_indexed(bad, good);
    auto number = ctx.step("number", [] { return 6; });
    auto indexed = co_await any_indexed("numbers", bad, number);
    co_return std::get<1>(winner) + std::to_string(both.index) + std::get<1>(both.value) +
        std::to_string(indexed.index) + std::to_string(indexed.value);
  });

  EXPECT_EQ(output.result, Payload("\"yes1yes16\""));
}

TEST(Any, CancelsWaitsThatItTookOver) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    auto good = ctx.step("good", [] { return 1; });
    auto winner = co_await any(good, ctx.wait("long", 24h));
    co_return static_cast<int>(winner.index());
  });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(0));
  EXPECT_EQ(result.duration(), Duration(0));
  EXPECT_THAT(result.get_wait("long"), HasStatus(OperationStatus::cancelled));
}

TEST(Any, CancelledWaitIsAFailure) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("timer", 1h);
    timer.cancel();
    co_await any(timer);
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "AllFailedError");
  EXPECT_THAT(error_text(output), HasSubstr("0: WaitCancelledError: wait \"timer\" was cancelled"));
}

TEST(Any, OfManyThatFailOneAfterTheOtherStillFindsTheOneThatDoesNot) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    std::vector<DurableFuture<int>> futures;
    for (int i = 0; i < 200; ++i) {
      futures.push_back(slow(ctx, "f", std::chrono::seconds(i + 1), i == 150 ? 1 : -1));
    }
    auto winner = co_await any_indexed(std::move(futures));
    co_return winner.index;
  });

  EXPECT_EQ(output.result, Payload("150"));
}

}  // namespace
}  // namespace durable
