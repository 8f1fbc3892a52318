// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::error_text;
using fake::error_type;
using fake::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::InvocationOutputStatus;

TEST(ChildContext, RecordsItsStartWithItsFirstOperationAndItsResult) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.run_in_child_context("sum", [](DurableContext& child) -> Task<int> {
      const int a = co_await child.step("a", [] { return 1; });
      const int b = co_await child.step("b", [] { return 2; });
      co_return a + b;
    });
  });

  EXPECT_EQ(output.result, Payload("3"));
  EXPECT_THAT(
      service.calls,
      ElementsAre("1 CONTEXT START \"sum\", 1-1 STEP START \"a\", 1-1 STEP SUCCEED \"a\"",
                  "1-2 STEP START \"b\", 1-2 STEP SUCCEED \"b\"", "1 CONTEXT SUCCEED \"sum\""));
  EXPECT_EQ(service.operation("1-1").parent_id, "1");
  EXPECT_EQ(service.operation("1").sub_type, "RunInChildContext");
}

TEST(ChildContext, ThatIsRecordedAsDoneDoesNotRunItsBody) {
  Service service;
  int runs = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    const int value = co_await ctx.run_in_child_context("once", [&](DurableContext&) -> Task<int> {
      ++runs;
      co_return 7;
    });
    co_await ctx.wait(1s);
    co_return value;
  });

  EXPECT_EQ(output.result, Payload("7"));
  EXPECT_EQ(runs, 1);
}

TEST(ChildContext, FoundStartedRunsAgainWithoutANewStart) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.run_in_child_context("c", [](DurableContext& child) -> Task<int> {
      const int value = co_await child.step("s", [] { return 5; });
      co_await child.wait(1s);
      co_return value;
    });
  });

  EXPECT_EQ(output.result, Payload("5"));
  EXPECT_EQ(service.invocations, 2);
  EXPECT_THAT(service.calls, ElementsAre("1 CONTEXT START \"c\", 1-1 STEP START \"s\", 1-1 STEP "
                                         "SUCCEED \"s\"",
                                         "1-2 WAIT START", "1 CONTEXT SUCCEED \"c\""));
}

TEST(ChildContext, SeveralRunSideBySide) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::vector<int>> {
    std::vector<DurableFuture<int>> branches;
    for (int i = 0; i < 3; ++i) {
      branches.push_back(
          ctx.run_in_child_context("branch", [i](DurableContext& child) -> Task<int> {
            co_await child.wait(1s);
            co_return co_await child.step("s", [i] { return i * 10; });
          }));
    }
    co_return co_await all(branches);
  });

  EXPECT_EQ(output.result, Payload("[0,10,20]"));
  EXPECT_EQ(service.invocations, 2) << "their waits run at the same time";
}

TEST(ChildContext, FailsWithTheTypeAndMessageOfTheLevelBelow) {
  Service service;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto outcome =
        co_await settle(ctx.run_in_child_context("outer", [](DurableContext& outer) -> Task<int> {
          co_return co_await outer.run_in_child_context(
              "inner", [](DurableContext& inner) -> Task<int> {
                co_return co_await inner.step("s", []() -> int { throw std::logic_error("no"); },
                                              {.retry = retry::none()});
              });
        }));
    co_await ctx.wait(1s);
    std::string seen;
    outcome.with_error<ChildContextError>([&](const ChildContextError& error) {
      seen = std::string(error.error_type()) + "|" + error.what();
    });
    co_return seen;
  };

  const auto output = service.run(handler);

  EXPECT_EQ(output.result, Payload("\"ChildContextError|no\""));
  EXPECT_EQ(service.operation("1-1-1").step_details->error->error_type, "std::logic_error");
  EXPECT_EQ(service.operation("1-1").context_details->error->error_type, "StepError");
  EXPECT_EQ(service.operation("1").context_details->error->error_type, "ChildContextError");
}

TEST(ChildContext, WithALargeResultRunsAgainInAReplayAndWritesNothing) {
  constexpr std::size_t limit = 262'144;
  for (const std::size_t size : {limit - 2, limit - 1}) {  // two quotes are added
    Service service;
    int runs = 0;
    const auto output = service.run([&](DurableContext& ctx) -> Task<std::size_t> {
      const std::string text =
          co_await ctx.run_in_child_context("big", [&](DurableContext& child) -> Task<std::string> {
            ++runs;
            co_await child.step("s", [] {});
            co_return std::string(size, 'x');
          });
      co_await ctx.wait(1s);
      co_return text.size();
    });

    EXPECT_EQ(output.result, Payload(std::to_string(size)));
    const bool large = size + 2 > limit;
    EXPECT_EQ(runs, large ? 2 : 1) << size;
    EXPECT_EQ(service.operation("1").context_details->replay_children.has_value(), large);
    EXPECT_EQ(service.operation("1").context_details->result->size(), large ? 0 : size + 2);
    EXPECT_EQ(service.calls.size(), 3U) << "step, child, wait";
  }
}

TEST(ChildContext, RunAgainForItsResultMayNotMakeANewCall) {
  Service service;
  int runs = 0;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_await ctx.run_in_child_context("big", [&](DurableContext& child) -> Task<std::string> {
      if (++runs == 2) co_await child.step("extra", [] {});
      co_return std::string(300'000, 'x');
    });
    co_await ctx.wait(1s);
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_THAT(error_text(output),
              HasSubstr("call 1 in handler > \"big\" (1) (operation 1-1) is not recorded, although "
                        "the context is recorded as finished, but the code now makes STEP (Step) "
                        "\"extra\""));
}

TEST(ChildContext, NestsToTheLimitAndSaysSoBeyond) {
  Service service;
  service.keep_log = false;
  struct Nest {
    static Task<int> down(DurableContext& ctx, int depth) {
      co_return co_await ctx.run_in_child_context("n", [depth](DurableContext& child) -> Task<int> {
        if (depth == 1) co_return 0;
        const int below = co_await down(child, depth - 1);
        co_return below + 1;
      });
    }
  };
  const Handler handler = [](int depth, DurableContext& ctx) -> Task<int> {
    co_return co_await Nest::down(ctx, depth);
  };

  Service deep("256");
  deep.keep_log = false;
  EXPECT_EQ(deep.run(handler).result, Payload("255"));

  Service deeper("257");
  deeper.keep_log = false;
  const auto output = deeper.run(handler);
  EXPECT_EQ(error_type(output), "ChildContextError");
  EXPECT_THAT(error_text(output), HasSubstr("child contexts are nested more than 256 deep"));
}

TEST(ChildContext, IsDroppedWithItsFutureAndStaysStarted) {
  Service service;
  bool destroyed = false;
  struct Guard {
    bool& flag;
    ~Guard() { flag = true; }
  };
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    {
      auto dropped = ctx.run_in_child_context("c", [&](DurableContext& child) -> Task<int> {
        const Guard guard{destroyed};
        co_await child.wait(1h);
        co_return 1;
      });
    }
    EXPECT_TRUE(destroyed);
    co_return 2;
  });

  EXPECT_EQ(output.result, Payload("2"));
  EXPECT_EQ(service.operation("1").status, wire::OperationStatus::started);
}

TEST(ChildContext, SharesItsIdsWithHelpersThatTakeIt) {
  Service service;
  struct Helpers {
    static Task<std::string> greet(DurableContext& ctx, std::string name) {
      co_return co_await ctx.step("greet", [&] { return "hello " + name; });
    }
  };
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    const std::string a = co_await Helpers::greet(ctx, "a");
    auto task = Helpers::greet(ctx, "b");
    co_await ctx.step("first", [] {});
    const std::string b = co_await std::move(task);
    co_return a + "," + b;
  });

  EXPECT_EQ(output.result, Payload("\"hello a,hello b\""));
  EXPECT_EQ(service.operation("2").name, "first") << "a helper takes its ids when it is awaited";
}

TEST(ChildContext, WhoseBodyThrowsAnInvocationErrorIsNotRecordedAsFailed) {
  Service service;
  const auto failure = fake::failure_of(service.invoke([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.run_in_child_context("c", [](DurableContext& child) -> Task<int> {
      co_await child.step("s", [] {});
      throw InvocationError("try again");
    });
  }));

  EXPECT_EQ(failure.error_type, "InvocationError");
  EXPECT_EQ(service.operation("1").status, wire::OperationStatus::started);
}

}  // namespace
}  // namespace durable
