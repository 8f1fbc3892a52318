// SPDX-License-Identifier: Apache-2.0
#include "plugins/recording_plugin.h"
#include "sdk/fake_service.h"

#include <durable/testing/test_runner.h>

#include <gmock/gmock.h>
#include <algorithm>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

/// Runs `handler` to its end and gives all that its contexts' loggers wrote.
std::vector<std::string> lines_of(const Handler& handler) {
  test::LineLogger logger;
  LocalRunnerOptions options;
  options.logger = &logger;
  DurableFunctionTestRunner runner(handler, options);
  const DurableFunctionTestResult result = runner.run();
  EXPECT_EQ(result.status(), InvocationStatus::succeeded);
  return logger.lines;
}

TEST(ReplayLogging, Checklist22ALineIsWrittenOnceThoughTheCodeRunsInEachInvocation) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                ctx.logger().info("begin");
                co_await ctx.step("a", [] {});
                ctx.logger().info("after a");
                co_await ctx.wait(1s);
                ctx.logger().info("after wait 1");
                co_await ctx.wait(1s);
                ctx.logger().info("after wait 2");
                co_await ctx.step("b", [] {});
                ctx.logger().info("end");
              }),
              ElementsAre("begin", "after a", "after wait 1", "after wait 2", "end"));
}

TEST(ReplayLogging, LinesBetweenACallAndItsAwaitAreWrittenOnce) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                auto first = ctx.wait(1s);
                auto second = ctx.wait(5s);
                ctx.logger().info("both wait");
                co_await first;
                ctx.logger().info("first is over");
                co_await second;
                ctx.logger().info("second is over");
              }),
              ElementsAre("both wait", "first is over", "second is over"));
}

TEST(ReplayLogging, AwaitsInAnotherOrderThanTheCallsAreFollowed) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                auto slow = ctx.wait(9s);
                auto quick = ctx.wait(2s);
                co_await quick;
                ctx.logger().info("quick is over");
                co_await slow;
                ctx.logger().info("slow is over");
              }),
              ElementsAre("quick is over", "slow is over"));
}

TEST(ReplayLogging, ARetriedStepLeavesTheLinesBeforeItsAwaitAlone) {
  int runs = 0;
  EXPECT_THAT(lines_of([&](DurableContext& ctx) -> Task<void> {
                auto step = ctx.step("flaky",
                                     [&] {
                                       if (++runs < 3) throw std::runtime_error("not yet");
                                     },
                                     {.retry = retry::fixed({.max_attempts = 5, .delay = 1s})});
                ctx.logger().info("started");
                co_await step;
                ctx.logger().info("done");
              }),
              ElementsAre("started", "done"));
}

TEST(ReplayLogging, Checklist22EachChildContextIsSilentForItself) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                auto a = ctx.run_in_child_context("a", [](DurableContext& child) -> Task<void> {
                  child.logger().info("a begins");
                  co_await child.wait(1s);
                  child.logger().info("a waited");
                  co_await child.wait(5s);
                  child.logger().info("a ends");
                });
                auto b = ctx.run_in_child_context("b", [](DurableContext& child) -> Task<void> {
                  child.logger().info("b begins");
                  co_await child.wait(3s);
                  child.logger().info("b ends");
                });
                ctx.logger().info("both run");
                co_await b;
                ctx.logger().info("b is done");
                co_await a;
                ctx.logger().info("a is done");
              }),
              ElementsAre("a begins", "b begins", "both run", "a waited", "b ends", "b is done",
                          "a ends", "a is done"));
}

TEST(ReplayLogging, AChildThatOnlyLogsDoesSoOnce) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                co_await ctx.run_in_child_context("c", [](DurableContext& child) -> Task<void> {
                  child.logger().info("only this");
                  co_return;
                });
                co_await ctx.wait(1s);
                ctx.logger().info("end");
              }),
              ElementsAre("only this", "end"));
}

TEST(ReplayLogging, ABodyThatRunsAgainForALargeResultIsSilent) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                const std::string text = co_await ctx.run_in_child_context(
                    "large", [](DurableContext& child) -> Task<std::string> {
                      child.logger().info("making it");
                      co_await child.step("s", [] {});
                      child.logger().info("made it");
                      co_return std::string(300'000, 'x');
                    });
                ctx.logger().info("got it");
                co_await ctx.wait(1s);
                ctx.logger().info("end");
                EXPECT_THAT(text, SizeIs(300'000));
              }),
              ElementsAre("making it", "made it", "got it", "end"));
}

TEST(ReplayLogging, AllIsFollowedByNewLinesOnceAllHaveSettled) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                auto a = ctx.wait(1s);
                auto b = ctx.wait(4s);
                ctx.logger().info("before");
                co_await all(a, b);
                ctx.logger().info("after");
                co_await ctx.step("s", [] {});
                ctx.logger().info("end");
              }),
              ElementsAre("before", "after", "end"));
}

TEST(ReplayLogging, AFutureThatIsDroppedRepeatsNothing) {
  EXPECT_THAT(lines_of([](DurableContext& ctx) -> Task<void> {
                { auto dropped = ctx.wait(100s); }
                ctx.logger().info("dropped one");
                co_await ctx.wait(1s);
                ctx.logger().info("end");
              }),
              ElementsAre("dropped one", "end"));
}

TEST(ReplayLogging, ABodyThatAwaitsItsParentsFutureGoesLiveWithIt) {
  const auto lines = lines_of([](DurableContext& ctx) -> Task<void> {
    auto shared = ctx.wait(2s);
    auto child = ctx.run_in_child_context("c", [&](DurableContext& inner) -> Task<void> {
      co_await inner.step("s", [] {});
      inner.logger().info("child waits");
      co_await shared;
      inner.logger().info("child goes on");
      co_await inner.wait(1s);
      inner.logger().info("child ends");
    });
    ctx.logger().info("parent waits");
    co_await child;
    ctx.logger().info("parent goes on");
  });
  // What the child logs between its last own operation and the parent's future is written again.
  EXPECT_THAT(lines, ElementsAre("parent waits", "child waits", "child waits", "child goes on",
                                 "child ends", "parent goes on"));
}

TEST(ReplayLogging, AStepsLinesAreWrittenByEachAttempt) {
  int runs = 0;
  EXPECT_THAT(lines_of([&](DurableContext& ctx) -> Task<void> {
                co_await ctx.step("flaky",
                                  [&](StepContext& step) {
                                    step.logger().info("attempt " + std::to_string(step.attempt()));
                                    if (++runs < 2) throw std::runtime_error("not yet");
                                  },
                                  {.retry = retry::fixed({.max_attempts = 5, .delay = 1s})});
                co_await ctx.wait(1s);
              }),
              ElementsAre("attempt 1", "attempt 2"));
}

TEST(ReplayLogging, CanBeWrittenInEachInvocation) {
  EXPECT_THAT(lines_of(Handler([](DurableContext& ctx) -> Task<void> {
                         ctx.logger().info("begin");
                         co_await ctx.wait(1s);
                         ctx.logger().info("end");
                       }).replay_logging(ReplayLogging::written)),
              ElementsAre("begin", "begin", "end"));
}

TEST(ReplayLogging, AKilledInvocationsLinesSinceTheLastRecordAreRepeated) {
  test::LineLogger logger;
  LocalRunnerOptions options;
  options.logger = &logger;
  bool killed = false;
  DurableFunctionTestRunner* running = nullptr;
  DurableFunctionTestRunner runner(
      [&](DurableContext& ctx) -> Task<void> {
        ctx.logger().info("begin");
        co_await ctx.step("recorded", [] {});
        ctx.logger().info("after the last record");
        co_await ctx.step("killed", [&] {
          if (!std::exchange(killed, true)) running->crash_invocation();
        });
        ctx.logger().info("end");
      },
      options);
  running = &runner;

  EXPECT_EQ(runner.run().status(), InvocationStatus::succeeded);

  EXPECT_THAT(logger.lines,
              ElementsAre("begin", "after the last record", "after the last record", "end"));
}

TEST(ReplayLogging, WithoutAListOfChangesSequentialCodeStillLogsOnce) {
  fake::Service service;  // which sends none
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  service.run([](DurableContext& ctx) -> Task<void> {
    ctx.logger().info("begin");
    co_await ctx.wait(1s);
    ctx.logger().info("1");
    co_await ctx.step("s", [] {});
    ctx.logger().info("2");
    co_await ctx.run_in_child_context("c", [](DurableContext& child) -> Task<void> {
      child.logger().info("3");
      co_await child.wait(1s);
      child.logger().info("4");
    });
    ctx.logger().info("5");
    co_await ctx.wait(1s);
    ctx.logger().info("end");
  });
  EXPECT_THAT(logger.lines, ElementsAre("begin", "1", "2", "3", "4", "5", "end"));
}

TEST(ReplayLogging, WithoutAListOfChangesWaitsSideBySideAreFollowedInOrder) {
  fake::Service service;
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  const Handler handler = [](DurableContext& ctx) -> Task<void> {
    auto a = ctx.wait(1s);
    auto b = ctx.wait(2s);
    ctx.logger().info("both");
    co_await a;
    ctx.logger().info("a");
    co_await b;
    ctx.logger().info("b");
  };
  fake::output_of(service.invoke(handler));
  service.complete("1");
  fake::output_of(service.invoke(handler));
  service.complete("2");
  fake::output_of(service.invoke(handler));
  EXPECT_THAT(logger.lines, ElementsAre("both", "a", "b"));
}

// ---- Any shape: programs of random operations, each followed by a line of its own ----

struct Shape {
  enum class Kind { step, retried_step, wait, child, side_by_side };
  Kind kind = Kind::step;
  int seconds = 1;
  std::vector<Shape> parts = {};
  std::vector<std::size_t> await_order = {};
};

std::vector<Shape> random_shapes(Random& random, int depth);

Shape random_shape(Random& random, int depth) {
  Shape shape;
  shape.kind = static_cast<Shape::Kind>(random.below(depth > 0 ? 5 : 3));
  shape.seconds = 1 + static_cast<int>(random.below(5));
  if (shape.kind == Shape::Kind::child) shape.parts = random_shapes(random, depth - 1);
  if (shape.kind == Shape::Kind::side_by_side) {
    const std::size_t count = 2 + random.below(3);
    for (std::size_t i = 0; i < count; ++i) {
      Shape part{.kind = Shape::Kind::child};
      if (random.below(2) == 0) {
        part.parts = random_shapes(random, depth - 1);
      } else {
        part = {.kind = Shape::Kind::wait, .seconds = 1 + static_cast<int>(random.below(9))};
      }
      shape.parts.push_back(std::move(part));
      shape.await_order.push_back(i);
    }
    for (std::size_t i = count; i > 1; --i) {
      std::swap(shape.await_order[i - 1], shape.await_order[random.below(i)]);
    }
  }
  return shape;
}

std::vector<Shape> random_shapes(Random& random, int depth) {
  std::vector<Shape> shapes(1 + random.below(3));
  for (Shape& shape : shapes) shape = random_shape(random, depth);
  return shapes;
}

Task<void> run_shapes(DurableContext& ctx, const std::vector<Shape>& shapes, std::string path);

DurableFuture<void> start(DurableContext& ctx, const Shape& shape, const std::string& path) {
  if (shape.kind == Shape::Kind::wait) return ctx.wait(std::chrono::seconds(shape.seconds));
  const std::string* const place = &path;
  const Shape* const part = &shape;
  auto child = ctx.run_in_child_context([part, place](DurableContext& inner) -> Task<void> {
    return run_shapes(inner, part->parts, *place);
  });
  return DurableFuture<void>(std::move(child));
}

Task<void> run_shapes(DurableContext& ctx, const std::vector<Shape>& shapes, std::string path) {
  ctx.logger().info(path + " begin");
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Shape& shape = shapes[i];
    const std::string here = path + "." + std::to_string(i);
    if (shape.kind == Shape::Kind::step) {
      co_await ctx.step([] {});
    } else if (shape.kind == Shape::Kind::retried_step) {
      auto step = ctx.step(
          [&](StepContext& attempt) {
            if (attempt.attempt() < 3) throw std::runtime_error("again");
          },
          {.retry = retry::fixed({.max_attempts = 5, .delay = 2s})});
      ctx.logger().info(here + " started");
      co_await step;
    } else if (shape.kind == Shape::Kind::side_by_side) {
      std::vector<DurableFuture<void>> futures;
      std::vector<std::string> places;
      for (std::size_t j = 0; j < shape.parts.size(); ++j) {
        places.push_back(here + "/" + std::to_string(j));
      }
      for (std::size_t j = 0; j < shape.parts.size(); ++j) {
        futures.push_back(start(ctx, shape.parts[j], places[j]));
      }
      ctx.logger().info(here + " all started");
      for (const std::size_t j : shape.await_order) {
        co_await futures[j];
        ctx.logger().info(places[j] + " received");
      }
    } else {
      auto future = start(ctx, shape, here);
      ctx.logger().info(here + " started");
      co_await future;
    }
    ctx.logger().info(here + " done");
  }
}

TEST(ReplayLogging, Checklist22EveryLineOfAnyShapeIsWrittenExactlyOnce) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const std::vector<Shape> shapes = random_shapes(random, 3);
    const auto handler = [&](DurableContext& ctx) -> Task<void> {
      return run_shapes(ctx, shapes, "");
    };
    std::vector<std::string> expected;  // what one run without replays would write
    {
      fake::MemoryLogger logger;
      LocalRunnerOptions options;
      options.logger = &logger;
      DurableFunctionTestRunner runner(Handler(handler).replay_logging(ReplayLogging::written),
                                       options);
      static_cast<void>(runner.run());
      expected = logger.lines;
      std::sort(expected.begin(), expected.end());
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    }

    std::vector<std::string> lines = lines_of(handler);

    std::sort(lines.begin(), lines.end());
    ASSERT_EQ(lines, expected);
  }
}

}  // namespace
}  // namespace durable
