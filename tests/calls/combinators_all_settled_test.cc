// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_type;
using fake::Service;
using ::testing::ElementsAre;

const StepOptions once{.retry = retry::none()};

TEST(AllSettled, GivesAnOutcomeForEachFutureAndDoesNotThrow) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto good = ctx.step("good", [] { return 5; });
    auto bad = ctx.step(
        "bad", []() -> std::string { throw std::runtime_error("no"); }, once);
    auto [number, text, nothing] = co_await all_settled(good, std::move(bad), ctx.wait("w", 1s));
    co_return std::to_string(*number) + text.error_message() + (nothing ? "+" : "-");
  });

  EXPECT_EQ(output.result, Payload("\"5no+\""));
}

TEST(AllSettled, OfAVectorGivesAVector) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<int>> futures;
    for (int i = 0; i < 4; ++i) {
      futures.push_back(ctx.step(
          "s",
          [i] {
            if (i == 2) throw std::runtime_error("no");
            return i;
          },
          once));
    }
    int sum = 0;
    const auto named = co_await all_settled(futures);
    for (const auto& outcome : named) sum += outcome ? *outcome : 100;
    const auto moved = co_await all_settled(std::move(futures));
    for (const auto& outcome : moved) sum += outcome ? *outcome : 100;
    co_return sum;
  });

  EXPECT_EQ(output.result, Payload("208"));
}

TEST(AllSettled, WaitsForAllAndRecordsNothing) {
  Service service;
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    auto bad = ctx.step(
        "bad", []() -> int { throw std::runtime_error("no"); }, once);
    auto wait = ctx.wait("w", 1h);
    co_await all_settled(bad, wait);
    co_return 1;
  };

  EXPECT_EQ(fake::output_of(service.invoke(handler)).status, wire::InvocationOutputStatus::pending);
  service.pass_time();
  EXPECT_EQ(fake::output_of(service.invoke(handler)).result, Payload("1"));
  EXPECT_THAT(service.calls,
              ElementsAre("1 STEP START \"bad\", 1 STEP FAIL \"bad\"", "2 WAIT START \"w\""));
}

TEST(AllSettled, OfAFutureThatWasMovedFromIsMisuse) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto a = ctx.step("a", [] { return 1; });
    auto b = std::move(a);
    co_await all_settled(a, b);  // NOLINT: the use after the move is the point
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "UsageError");
}

}  // namespace
}  // namespace durable
