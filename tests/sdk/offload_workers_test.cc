// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/test_runner.h>

#include "sdk/fake_service.h"

#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <memory>
#include <thread>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::Service;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Status = wire::InvocationOutputStatus;

// Offloaded bodies refer to nothing, so what a test shares with them is handed over by value.
using Meeting = std::shared_ptr<std::barrier<>>;

int meet(const Meeting& meeting, int value) {
  meeting->arrive_and_wait();
  return value;
}

// ---- The order in which bodies finish ----

/// The order in which five offloaded steps are heard of, by the seed.
std::string order_of(std::uint64_t seed) {
  Service service;
  service.environment.workers.order_seed = seed;
  std::string order;
  const auto branch = [&order](DurableContext& ctx) -> Task<void> {
    const std::string name = co_await ctx.step(
        "s", offload([](std::string id) { return id; }, std::string(ctx.core().id)));
    order += name;
  };
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<void>> branches;
    for (int i = 0; i < 5; ++i) branches.push_back(ctx.run_in_child_context("b", branch));
    co_await all(branches);
    co_return 1;
  });
  EXPECT_EQ(output.status, Status::succeeded);
  return order;
}

TEST(Offload, SeedMakesTheOrderOfBodiesRepeatable) {
  std::vector<std::string> orders;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const std::string order = order_of(seed);
    EXPECT_THAT(order, SizeIs(5)) << "seed " << seed;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(order_of(seed), order) << "seed " << seed;
    orders.push_back(order);
  }
  std::sort(orders.begin(), orders.end());
  orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
  EXPECT_GE(orders.size(), 3U) << "other seeds give other orders";
}

TEST(Offload, LocalRunnerRunsBodiesAtTheSameTimeInTheOrderOfItsSeed) {
  const auto meeting = std::make_shared<std::barrier<>>(3);
  const Handler handler = [meeting](DurableContext& ctx) -> Task<std::string> {
    std::string order;
    const auto branch = [&order, &meeting](DurableContext& child) -> Task<void> {
      order += co_await child.step("s", offload(
                                            [](const Meeting& all, std::string id) {
                                              all->arrive_and_wait();
                                              return id;
                                            },
                                            meeting, std::string(child.core().id)));
    };
    auto a = ctx.run_in_child_context("a", branch);
    auto b = ctx.run_in_child_context("b", branch);
    auto c = ctx.run_in_child_context("c", branch);
    co_await all(a, b, c);
    co_return order;
  };
  const auto order_with = [&](std::uint64_t seed) {
    LocalRunnerOptions options;
    options.seed = seed;
    return DurableFunctionTestRunner(handler, options).run().result<std::string>();
  };

  std::vector<std::string> orders;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    orders.push_back(order_with(seed));
    EXPECT_EQ(order_with(seed), orders.back()) << "seed " << seed;
  }
  EXPECT_THAT(orders, ::testing::Not(::testing::Each(orders.front())));
}

TEST(Offload, CrashOfTheRunnersInvocationFromABodyIsRecordedAndTriedAgain) {
  DurableFunctionTestRunner* runner = nullptr;
  struct Crasher {
    DurableFunctionTestRunner* runner;
    std::atomic<int>* runs;
  };
  std::atomic<int> runs = 0;
  DurableFunctionTestRunner local([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("s", offload(
                                         [](Crasher crasher) {
                                           if (++*crasher.runs == 1)
                                             crasher.runner->crash_invocation();
                                           return 7;
                                         },
                                         Crasher{runner, &runs}));
  });
  runner = &local;

  const auto result = local.run();

  EXPECT_EQ(result.result<int>(), 7);
  ASSERT_THAT(result.invocations(), SizeIs(2));
  EXPECT_EQ(result.invocations()[0].error->error_type, "Runtime.ExitError");
}

TEST(Offload, BodiesThatPretendToWorkAddUpTheirTime) {
  DurableFunctionTestRunner* runner = nullptr;
  struct Worker {
    DurableFunctionTestRunner* runner;
  };
  DurableFunctionTestRunner local([&](DurableContext& ctx) -> Task<int> {
    std::vector<DurableFuture<void>> steps;
    for (int i = 0; i < 8; ++i) {
      steps.push_back(ctx.step(
          offload([](Worker worker) { worker.runner->advance_time(1min); }, Worker{runner})));
    }
    co_await all(steps);
    co_return 1;
  });
  runner = &local;

  EXPECT_EQ(local.run().duration(), Duration(8min));
}

// ---- Contexts that ask for offloaded bodies ----

TEST(OffloadBodies, RunsBodiesThatOwnWhatTheyUseOnWorkers) {
  Service service;
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  const auto meeting = std::make_shared<std::barrier<>>(2);
  const auto output = service.run([meeting](DurableContext& ctx) -> Task<int> {
    ctx.core().offload_bodies = true;
    const auto branch = [&meeting](DurableContext& child) -> Task<int> {
      co_return co_await child.step("meet", bound(meet, meeting, 3));
    };
    auto a = ctx.run_in_child_context("a", branch);
    auto b = ctx.run_in_child_context("b", branch);
    const auto [first, second] = co_await all(a, b);
    co_return first + second;
  });

  EXPECT_EQ(output.result, Payload("6"));
  EXPECT_THAT(logger.lines, IsEmpty());
}

TEST(OffloadBodies, RunsFunctionsAndLambdasWithoutCapturesOnWorkers) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    ctx.core().offload_bodies = true;
    const auto here = std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id()));
    const auto there = co_await ctx.step("lambda", [] {
      return std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id()));
    });
    co_return here == there ? "same" : "other";
  });

  EXPECT_EQ(output.result, Payload("\"other\""));
}

TEST(OffloadBodies, RunsLambdasWithCapturesInTheCallAndSaysSoOnce) {
  Service service;
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    ctx.core().offload_bodies = true;
    std::vector<DurableFuture<int>> steps;
    for (int i = 0; i < 3; ++i) {
      const int local = i;  // is gone before the future is awaited
      steps.push_back(ctx.step("s", [&] { return 10 + local; }));
    }
    int sum = 0;
    for (const int value : co_await all(steps)) sum += value;
    co_return sum;
  });

  EXPECT_EQ(output.result, Payload("33"));
  ASSERT_THAT(logger.lines, SizeIs(1));
  EXPECT_THAT(logger.lines[0], HasSubstr("step \"s\" runs on the workflow's thread"));
}

TEST(OffloadBodies, RunsBoundReferencesInTheCall) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    ctx.core().offload_bodies = true;
    int local = 1;
    auto step = ctx.step("s", bound([](int& value) { return value; }, std::ref(local)));
    local = 2;
    co_return co_await step;
  });

  EXPECT_EQ(output.result, Payload("1"));
}

}  // namespace
}  // namespace durable
