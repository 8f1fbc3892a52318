// SPDX-License-Identifier: Apache-2.0
//
// The forms that the library allows next to GCC 12's double destruction of temporaries, run so that
// the address sanitizer sees them. The forbidden ones are in tests/compile_fail.
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::Service;

// Long enough to own memory.
std::string owned(const char* tag) { return tag + std::string(100, '.'); }

struct Order {
  std::string id;
  std::vector<std::string> items;
};

Task<std::size_t> count(DurableContext& ctx, Order order) {
  co_return co_await ctx.step("count", [&] { return order.id.size() + order.items.size(); });
}

TEST(DoubleDestruction, DoesNotHappenWithANamedFuture) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    const std::string text = owned("a");
    auto step = ctx.step("s", [text] { return text; });
    const std::string first = co_await step;
    auto child = ctx.run_in_child_context("c", [text](DurableContext& inner) -> Task<std::string> {
      co_await inner.wait(1s);
      co_return text;
    });
    const std::string second = co_await child;
    auto task = ctx.step("t", [text]() -> Task<std::string> { co_return text; });
    const std::string third = co_await task;
    co_return first.size() + second.size() + third.size();
  });

  EXPECT_EQ(output.result, Payload("303"));
}

TEST(DoubleDestruction, DoesNotHappenWithAStoredFuture) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    const std::string text = owned("a");
    DurableFuture<std::string> future = ctx.step("s", [text] { return text; });
    const std::string value = co_await std::move(future);
    std::vector<DurableFuture<std::string>> futures;
    for (int i = 0; i < 3; ++i) futures.push_back(ctx.step("v", [text] { return text; }));
    const auto values = co_await all(futures);
    co_return value.size() * values.size();
  });

  EXPECT_EQ(output.result, Payload("303"));
}

TEST(DoubleDestruction, DoesNotHappenWithReferencesBoundFunctionsAndNamedLambdas) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    const std::string text = owned("a");
    const auto by_reference = co_await ctx.step("r", [&] { return text; });
    const auto by_bound =
        co_await ctx.step("b", bound([](const std::string& t) { return t; }, owned("b")));
    const auto named = [text] { return text; };
    const auto by_name = co_await ctx.step("n", named);
    auto moved = [text] { return text; };
    DurableFuture<std::string> future = ctx.step("m", std::move(moved));
    const auto by_move = co_await future;
    co_return by_reference.size() + by_bound.size() + by_name.size() + by_move.size();
  });

  EXPECT_EQ(output.result, Payload("404"));
}

TEST(DoubleDestruction, DoesNotHappenWithOptionsInPlace) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    int limit = 3;
    co_return co_await ctx.step(
        std::string(200, 'n'), [&](StepContext&) { return owned("o"); },
        {.semantics = StepSemantics::at_most_once_per_retry,
         .retry = [&limit](const RetryContext& asked) -> std::optional<Duration> {
           if (asked.attempt >= static_cast<std::uint32_t>(limit)) return std::nullopt;
           return 1s;
         }});
  });

  EXPECT_EQ(output.result->size(), 103U);
}

TEST(DoubleDestruction, DoesNotHappenWithHelpersWhoseTaskIsNamed) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    auto task = count(ctx, Order{.id = owned("a"), .items = {owned("b"), owned("c")}});
    const std::size_t first = co_await std::move(task);
    const Order order{.id = owned("a"), .items = {}};
    const std::size_t second = co_await count(ctx, order);
    co_return first + second;
  });

  EXPECT_EQ(output.result, Payload("204"));
}

TEST(DoubleDestruction, DoesNotHappenToResultsAndOutcomes) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    auto a = ctx.step("a", [] { return Order{owned("a"), {owned("b")}}; });
    auto b = ctx.step("b", [] { return owned("c"); });
    auto [order, text] = co_await all(a, b);
    const auto outcome = co_await settle(ctx.step("d", [] { return owned("d"); }));
    if ((co_await ctx.step("e", [] { return owned("e"); })).empty()) co_return 0;
    co_return order.id.size() + text.size() + outcome->size();
  });

  EXPECT_EQ(output.result, Payload("303"));
}

}  // namespace
}  // namespace durable
