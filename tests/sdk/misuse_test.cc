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

// Makes a durable call when it is destroyed.
struct CallsInDestructor {
  DurableContext& ctx;
  ~CallsInDestructor() {
    auto dropped = ctx.step("cleanup", [] {});
  }
};

TEST(Misuse, DurableCallInAStepBodyEndsTheExecutionAlsoIfItIsCaught) {
  Service service;
  bool went_on = false;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("outer", [&] {
      try {
        auto inner = ctx.step("inner", [] { return 1; });
      } catch (...) {
      }
    });
    went_on = true;
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("step \"inner\" was called inside the body of a step"));
  EXPECT_FALSE(went_on);
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"outer\""));
}

TEST(Misuse, DurableCallInAStepBodyThatIsATaskEndsTheExecution) {
  Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step("outer", [&]() -> Task<int> {
      co_await ctx.wait("inner", 1s);
      co_return 1;
    });
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("wait \"inner\" was called inside the body of a step"));
}

TEST(Misuse, ParentsContextInAChildEndsTheExecution) {
  Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.run_in_child_context("child", [&](DurableContext&) -> Task<int> {
      co_return co_await ctx.step("wrong", [] { return 1; });
    });
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output),
              HasSubstr("step \"wrong\" was called on the context handler by code that runs in "
                        "another context"));
}

TEST(Misuse, ParentsContextInAHelperOfAChildEndsTheExecution) {
  struct Helpers {
    static Task<int> use(DurableContext& ctx) {
      co_return co_await ctx.step([] { return 1; });
    }
  };
  Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.run_in_child_context(
        "child", [&](DurableContext&) -> Task<int> { co_return co_await Helpers::use(ctx); });
  });

  EXPECT_EQ(error_type(output), "UsageError");
}

TEST(Misuse, ContextAfterItsEndEndsTheExecution) {
  Service service;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    DurableContext* kept = nullptr;
    auto child = ctx.run_in_child_context("child", [&](DurableContext& inner) -> Task<void> {
      kept = &inner;
      co_return;
    });
    co_await child;
    try {
      co_await kept->step("late", [] {});
    } catch (...) {
    }
    co_await ctx.step("next", [] {});
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("step \"late\" was called on the context handler > "
                                            "\"child\" (1), whose body has ended"));
  EXPECT_FALSE(service.has("2"));
}

TEST(Misuse, DurableCallFromADestructorAtASuspensionEndsTheExecution) {
  Service service;
  const auto output = fake::output_of(service.invoke([](DurableContext& ctx) -> Task<int> {
    const CallsInDestructor guard{ctx};
    co_await ctx.wait("w", 1h);
    co_return 1;
  }));

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("step \"cleanup\" was called from a destructor"));
  EXPECT_THAT(service.calls, ElementsAre("1 WAIT START \"w\""));
}

TEST(Misuse, DurableCallFromADestructorDuringUnwindingEndsTheExecution) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    try {
      const CallsInDestructor guard{ctx};
      co_await ctx.step("fails", [] { throw std::runtime_error("x"); }, {.retry = retry::none()});
    } catch (...) {
    }
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output), HasSubstr("called from a destructor"));
}

TEST(Misuse, DurableCallFromADestructorOfADroppedChildEndsTheExecution) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    {
      auto dropped = ctx.run_in_child_context("c", [](DurableContext& child) -> Task<int> {
        const CallsInDestructor guard{child};
        co_await child.wait(1h);
        co_return 1;
      });
    }
    co_await ctx.step("next", [] {});
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_FALSE(service.has("2"));
}

TEST(Misuse, DurableCallOnAnotherThreadEndsTheExecution) {
  Service service;
  bool went_on = false;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("outer", [&] {
      std::thread([&] {
        try {
          auto inner = ctx.step("inner", [] {});
        } catch (const UsageError&) {
        }
      }).join();
    });
    went_on = true;
    co_return 1;
  });

  EXPECT_EQ(error_type(output), "UsageError");
  EXPECT_THAT(error_text(output),
              HasSubstr("step \"inner\" was called on a thread that is not the workflow's"));
  EXPECT_FALSE(went_on);
}

TEST(Misuse, OnlyTheFirstErrorIsReported) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("outer", [&] {
      for (const char* name : {"first", "second"}) {
        try {
          auto inner = ctx.step(name, [] {});
        } catch (...) {
        }
      }
    });
    co_return 1;
  });

  EXPECT_THAT(error_text(output), HasSubstr("\"first\""));
}

TEST(Divergence, ShowsBothSidesAndWhatToDo) {
  Service service;
  wire::Operation recorded;
  recorded.id = "1";
  recorded.type = wire::OperationType::context;
  recorded.sub_type = "RunInChildContext";
  recorded.name = "ship";
  recorded.status = wire::OperationStatus::started;
  service.add(recorded);
  wire::Operation inner;
  inner.id = "1-1";
  inner.parent_id = "1";
  inner.type = wire::OperationType::step;
  inner.sub_type = "Step";
  inner.name = "charge";
  inner.status = wire::OperationStatus::succeeded;
  service.add(inner);

  const auto output = service.run([](DurableContext& ctx) -> Task<void> {
    try {
      co_await ctx.run_in_child_context("ship", [](DurableContext& child) -> Task<void> {
        co_await child.wait("cool-down", 1s);
      });
    } catch (...) {
    }
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "NonDeterministicExecutionError");
  EXPECT_EQ(error_text(output),
            "non-deterministic code: call 1 in handler > \"ship\" (1) (operation 1-1) is recorded "
            "as STEP (Step) \"charge\", but the code now makes WAIT (Wait) \"cool-down\". In every "
            "invocation the code must make the same calls in the same order. Look for a call that "
            "was added, removed, renamed or moved, or that depends on time, chance or outside "
            "state; read such values inside a step. If new code was deployed, let running "
            "executions finish on the version that they started with.");
}

TEST(Divergence, IsSeenInTheName) {
  Service service;
  wire::Operation recorded;
  recorded.id = "1";
  recorded.type = wire::OperationType::step;
  recorded.sub_type = "Step";
  recorded.name = "";
  recorded.status = wire::OperationStatus::succeeded;
  recorded.step_details.emplace().result = Payload("1");
  service.add(recorded);

  EXPECT_EQ(service
                .run([](DurableContext& ctx) -> Task<int> {
                  co_return co_await ctx.step([] { return 2; });
                })
                .result,
            Payload("1"))
      << "an empty name is no name";
  EXPECT_EQ(error_type(service.run([](DurableContext& ctx) -> Task<int> {
              co_return co_await ctx.step("x", [] { return 2; });
            })),
            "NonDeterministicExecutionError");
}

TEST(Divergence, LeftoverOperationsAreWarnedAbout) {
  Service service;
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  bool first = true;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    if (first) {
      first = false;
      co_await ctx.step("a", [] {});
      co_await ctx.step("b", [] {});
      co_await ctx.wait(1s);
    }
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::succeeded);
  ASSERT_EQ(logger.lines.size(), 1U);
  EXPECT_THAT(logger.lines[0], HasSubstr("1 STEP \"a\", 2 STEP \"b\", 3 WAIT (no name)"));
}

}  // namespace
}  // namespace durable
