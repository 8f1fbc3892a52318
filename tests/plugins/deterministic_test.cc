// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"
#include "sdk/machine/derived.h"

#include <durable/testing/test_runner.h>

#include <gmock/gmock.h>
#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

const char* const uuid_form = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

TEST(DerivedValues, DependOnEachOfTheirParts) {
  std::set<std::string> uuids;
  std::set<std::uint64_t> seeds;
  for (const std::string_view arn : {"a", "b"}) {
    for (const std::string_view context : {"", "1", "1-1"}) {
      for (std::uint64_t count = 1; count <= 20; ++count) {
        uuids.insert(machine::derived_uuid(arn, context, count));
        seeds.insert(machine::derived_seed(arn, context, count));
      }
    }
  }
  EXPECT_THAT(uuids, SizeIs(2 * 3 * 20));
  EXPECT_THAT(seeds, SizeIs(2 * 3 * 20));
  EXPECT_THAT(uuids, Each(MatchesRegex(uuid_form)));
}

TEST(DerivedValues, AreThoseThatExecutionsUnderWayHaveSeen) {
  EXPECT_EQ(machine::derived_value_scheme_version, 1);
  EXPECT_EQ(machine::derived_uuid("arn:x", "", 1), "30b10a6b-3208-4fa0-a387-8903bcb6e78e");
  EXPECT_EQ(machine::derived_seed("arn:x", "1-2", 3), 9096899965200088551U);
}

TEST(Uuid, IsTheSameInEachReplayAndNoneTwice) {
  std::map<std::string, std::vector<std::string>> seen;  // by its place in the code
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<void> {
    seen["first"].push_back(ctx.uuid());
    seen["second"].push_back(ctx.uuid());
    auto child = ctx.run_in_child_context("c", [&](DurableContext& inner) -> Task<void> {
      seen["in child"].push_back(inner.uuid());
      co_await inner.wait(1s);
      seen["in child, later"].push_back(inner.uuid());
      co_await inner.wait(5s);
    });
    seen["after child"].push_back(ctx.uuid());
    co_await child;
  });

  static_cast<void>(runner.run());

  std::set<std::string> distinct;
  for (const auto& [place, uuids] : seen) {
    EXPECT_GE(uuids.size(), 2U) << place << " was not replayed";
    EXPECT_THAT(uuids, Each(uuids[0])) << place;
    distinct.insert(uuids[0]);
  }
  EXPECT_THAT(distinct, SizeIs(5));
}

TEST(Uuid, OfAnotherExecutionIsAnother) {
  std::set<std::string> seen;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<void> {
    seen.insert(ctx.uuid());
    co_return;
  });
  static_cast<void>(runner.run());
  static_cast<void>(runner.run());
  EXPECT_THAT(seen, SizeIs(2));
}

TEST(Uuid, InAStepBodyIsAUsageError) {
  fake::Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<void> {
    co_await ctx.step("s", [&] { static_cast<void>(ctx.uuid()); });
  });
  EXPECT_EQ(fake::error_type(output), "UsageError");
  EXPECT_THAT(fake::error_text(output), HasSubstr("uuid"));
}

TEST(Random, IsTheSameInEachReplay) {
  std::vector<std::vector<int>> seen;
  DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<void> {
    std::vector<int> order = {1, 2, 3, 4, 5, 6, 7, 8};
    auto random = ctx.random();
    std::shuffle(order.begin(), order.end(), random);
    seen.push_back(order);
    co_await ctx.wait(1s);
    auto other = ctx.random();
    EXPECT_NE(random(), other());
  });

  static_cast<void>(runner.run());

  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[0], seen[1]);
}

TEST(Random, RecordsNothing) {
  fake::Service service;
  service.run([](DurableContext& ctx) -> Task<void> {
    static_cast<void>(ctx.random());
    static_cast<void>(ctx.uuid());
    co_return;
  });
  EXPECT_FALSE(service.has("1"));
}

TEST(Random, GivesUniformBitsNumbersAndFractions) {
  static_assert(std::uniform_random_bit_generator<DeterministicRandom>);
  DeterministicRandom random(1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LT(random.below(6), 6U);
    const double unit = random.unit();
    EXPECT_GE(unit, 0.0);
    EXPECT_LT(unit, 1.0);
  }
  EXPECT_EQ(random.below(0), 0U);
}

TEST(Now, IsTheMomentOfTheFirstRunInEachReplay) {
  std::vector<Timestamp> seen;
  LocalRunnerOptions options;
  options.start_time = Timestamp{std::chrono::seconds{1'000'000'000}};
  DurableFunctionTestRunner runner(
      [&](DurableContext& ctx) -> Task<void> {
        const Timestamp first = co_await ctx.now();
        co_await ctx.wait(60s);
        const Timestamp second = co_await ctx.now("later");
        co_await ctx.wait(60s);
        seen.push_back(first);
        seen.push_back(second);
      },
      options);

  const auto result = runner.run();

  EXPECT_EQ(seen, (std::vector{options.start_time, options.start_time + 60s}));
  EXPECT_EQ(result.get_step("now").result<Timestamp>(), options.start_time);
}

TEST(Now, WithoutAClockEndsTheExecution) {
  fake::Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<void> { co_await ctx.now(); });
  EXPECT_EQ(fake::error_type(output), "ExecutionError");
  EXPECT_THAT(fake::error_text(output), HasSubstr("InvocationEnvironment::clock"));
}

}  // namespace
}  // namespace durable
