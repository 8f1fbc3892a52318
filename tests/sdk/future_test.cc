// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::HasSubstr;

TEST(All, GivesTheValuesOfNamedAndMovedFutures) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto a = ctx.step("a", [] { return 1; });
    auto b = ctx.step("b", [] { return std::string("two"); });
    auto c = ctx.wait("c", 1s);
    auto [x, y, z] = co_await all(a, b, c);
    auto again = co_await all(std::move(a), std::move(b));
    co_return std::to_string(x) + y + std::to_string(std::get<0>(again));
  });

  EXPECT_EQ(output.result, Payload("\"1two1\""));
}

TEST(All, OfVoidFuturesGivesNothing) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.wait("a", 1s);
    auto b = ctx.wait("b", 2s);
    co_await all(a, b);
    std::vector<DurableFuture<void>> many;
    many.push_back(ctx.wait(1s));
    many.push_back(ctx.wait(1s));
    co_await all(std::move(many));
    co_await all(std::vector<DurableFuture<void>>());
    co_return 1;
  });

  EXPECT_EQ(output.result, Payload("1"));
}

TEST(All, ThrowsTheFirstErrorOfTheArgumentsAfterAllHaveSettled) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    std::string seen;
    auto slow = ctx.run_in_child_context("slow", [](DurableContext& child) -> Task<int> {
      co_await child.wait(1h);
      throw std::runtime_error("slow");
    });
    auto fast = ctx.run_in_child_context("fast", [](DurableContext&) -> Task<int> {
      throw std::runtime_error("fast");
      co_return 0;
    });
    try {
      co_await all(slow, fast);
    } catch (const ChildContextError& error) {
      seen = error.what();
    }
    co_return seen;
  });

  EXPECT_EQ(output.result, Payload("\"slow\""));
}

TEST(Settle, GivesAValueOrAnErrorWithoutThrowing) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    const auto good = co_await settle(ctx.step("good", [] { return 5; }));
    auto future =
        ctx.step("bad", []() -> int { throw std::runtime_error("no"); }, {.retry = retry::none()});
    const auto bad = co_await settle(future);
    const auto nothing = co_await settle(ctx.wait(1s));
    std::string text = std::to_string(*good);
    if (!bad && bad.failed_with<StepError>() && !bad.failed_with<ValidationError>()) {
      text += bad.error_message();
      co_await ctx.step("undo", [] {});
    }
    try {
      static_cast<void>(bad.value());
    } catch (const StepError&) {
      text += "!";
    }
    co_return text + (nothing ? "+" : "-");
  });

  EXPECT_EQ(output.result, Payload("\"5no!+\""));
}

TEST(Settle, TakesAHelperTask) {
  struct Helpers {
    static Task<int> fail(DurableContext& ctx) {
      co_await ctx.step("s", [] {});
      throw std::runtime_error("helper failed");
    }
  };
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    const auto outcome = co_await settle(Helpers::fail(ctx));
    co_return outcome.error_message();
  });

  EXPECT_EQ(output.result, Payload("\"helper failed\""));
}

TEST(Future, ThatWasMovedFromCannotBeAwaited) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 1; });
    auto b = std::move(a);
    co_return co_await a;  // NOLINT: the use after the move is the point
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("DurableFuture that was moved from"));
}

TEST(Future, ThatOutlivesItsContextCannotBeAwaited) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<int>> kept;
    co_await ctx.run_in_child_context("c", [&](DurableContext& child) -> Task<void> {
      kept.push_back(child.step("s", [] { return 1; }));
      co_return;
    });
    co_return co_await kept[0];
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output),
              HasSubstr("co_await of a future whose context has ended (operation \"s\")"));
}

TEST(Future, ThatOutlivesItsInvocationIsHarmless) {
  std::vector<DurableFuture<int>> kept;
  Service service;
  static_cast<void>(service.invoke([&](DurableContext& ctx) -> Task<int> {
    kept.push_back(ctx.step("s", [] { return 1; }));
    kept.push_back(ctx.run_in_child_context("c", [](DurableContext& child) -> Task<int> {
      co_await child.wait(1s);
      co_return 1;
    }));
    co_await ctx.wait(1s);
    co_return 1;
  }));

  EXPECT_EQ(kept.size(), 2U);
  kept.clear();
}

TEST(Task, ThatWasAwaitedBeforeCannotBeAwaitedAgain) {
  struct Helpers {
    static Task<int> one() { co_return 1; }
  };
  Service service;
  const auto output = service.run([](DurableContext&) -> Task<int> {
    Task<int> task = Helpers::one();
    Task<int> taken = std::move(task);
    co_return co_await std::move(task);  // NOLINT: the use after the move is the point
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("A Task is awaited once"));
}

TEST(Task, HelpersNestFarDeeperThanTheStackAndAreDestroyedSuspended) {
  struct Helpers {
    static Task<int> down(DurableContext& ctx, int depth) {
      if (depth == 0) {
        co_await ctx.wait(1s);
        co_return 0;
      }
      const int below = co_await down(ctx, depth - 1);
      co_return below + 1;
    }
  };
  Service service;
  const auto output = service.run(
      [](DurableContext& ctx) -> Task<int> { co_return co_await Helpers::down(ctx, 100'000); });

  EXPECT_EQ(output.result, Payload("100000"));
  EXPECT_EQ(service.invocations, 2);
}

TEST(Future, SeveralCoroutinesMayAwaitTheSame) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto shared = ctx.wait("shared", 1s);
    auto a = ctx.run_in_child_context("a", [&](DurableContext&) -> Task<int> {
      co_await shared;
      co_return 1;
    });
    auto b = ctx.run_in_child_context("b", [&](DurableContext&) -> Task<int> {
      co_await shared;
      co_return 2;
    });
    auto [x, y] = co_await all(a, b);
    co_return x + y;
  });

  EXPECT_EQ(output.result, Payload("3"));
}

TEST(Future, DestroyedWhileItIsAwaitedIsReportedInsteadOfPending) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    std::optional<DurableFuture<void>> timer = ctx.wait(1s);
    auto child = ctx.run_in_child_context("c", [&](DurableContext&) -> Task<int> {
      co_await *timer;
      co_return 1;
    });
    timer.reset();
    co_return co_await child;
  });

  EXPECT_EQ(error_type(output), "InvalidStateError");
  EXPECT_THAT(error_text(output), HasSubstr("waits for something that nothing can complete"));
}

TEST(Future, DestroyedWhileItIsAwaitedIsReportedThoughAWaitThatIsOverIsStillHeld) {
  Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    auto over = ctx.wait("over", 1s);
    std::optional<DurableFuture<void>> lost = ctx.wait("lost", 1s);
    auto child = ctx.run_in_child_context("c", [&](DurableContext&) -> Task<int> {
      co_await *lost;
      co_return 1;
    });
    lost.reset();
    co_await ctx.step("work", [&] { service.complete("1"); });
    co_await over;
    co_return co_await child;
  });

  EXPECT_EQ(error_type(output), "InvalidStateError");
  EXPECT_EQ(service.invocations, 1);
}

}  // namespace
}  // namespace durable
