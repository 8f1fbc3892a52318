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
using ::testing::SizeIs;
using Status = wire::InvocationOutputStatus;

wire::ErrorObject named(std::string type) {
  wire::ErrorObject error;
  error.error_type = std::move(type);
  return error;
}

Task<int> one_step(DurableContext& ctx) {
  int value = 0;
  try {
    value = co_await ctx.step("s", [] { return 1; });
  } catch (...) {
    value = -1;
  }
  co_return value;
}

TEST(Exchange, SortsTheServicesErrors) {
  struct Row {
    Error error;
    bool invokes_again;
  };
  const Row rows[] = {
      {{ErrorCode::key_access_denied, "Invalid Checkpoint Token"}, false},
      {{ErrorCode::key_disabled, ""}, false},
      {{ErrorCode::key_invalid_state, ""}, false},
      {{ErrorCode::key_not_found, ""}, false},
      {{ErrorCode::invalid_parameter, "Invalid Checkpoint Token: x"}, true},
      {{ErrorCode::invalid_parameter, "invalid checkpoint token"}, true},
      {{ErrorCode::invalid_parameter, "STEP output payload size must be ..."}, false},
      {{ErrorCode::resource_not_found, ""}, false},
      {{ErrorCode::request_too_large, ""}, false},
      {{ErrorCode::too_many_requests, ""}, true},
      {{ErrorCode::service_failure, ""}, true},
      {{ErrorCode::unavailable, ""}, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(error_info(row.error.code).name) + " " + row.error.message);
    Service service;
    service.fault = [&]() -> std::optional<Error> { return row.error; };
    const auto outcome = service.invoke(one_step);
    if (row.invokes_again) {
      EXPECT_EQ(fake::failure_of(outcome).error_type, "CheckpointError");
    } else {
      const auto output = fake::output_of(outcome);
      EXPECT_EQ(output.status, Status::failed);
      EXPECT_EQ(error_type(output), "CheckpointError");
      EXPECT_THAT(error_text(output), HasSubstr(std::string(error_info(row.error.code).name)));
    }
  }
}

TEST(Exchange, FailureOfAStateReadEndsTheInvocationToo) {
  Service service;
  wire::Operation wait;
  wait.id = "1";
  wait.type = wire::OperationType::wait;
  service.add(wait);
  service.page_items = 1;
  service.fault = []() -> std::optional<Error> { return Error{ErrorCode::unavailable, "reset"}; };

  const auto failure = fake::failure_of(service.invoke(one_step));

  EXPECT_EQ(failure.error_type, "GetExecutionStateError");
  EXPECT_THAT(*failure.error_message, HasSubstr("Unavailable: reset"));
}

TEST(Exchange, ReplyWithoutATokenEndsTheWork) {
  Service service;
  service.close_execution = true;
  bool went_on = false;
  const auto output = fake::output_of(service.invoke([&](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("a", [] {});
    went_on = true;
    co_await ctx.step("b", [] {});
    co_return 1;
  }));

  EXPECT_EQ(output.status, Status::pending);
  EXPECT_FALSE(went_on);
  EXPECT_THAT(service.calls, SizeIs(1));
}

TEST(Exchange, ReadsFurtherPagesOfAReplyBeforeAnythingGoesOn) {
  // A client whose replies always point to a page where the wait has ended.
  struct Paged final : ServiceClient {
    explicit Paged(Service& s) : service(s) {}
    void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) override {
      service.checkpoint(std::move(request), [&](auto reply) {
        reply->new_execution_state.operations.clear();
        reply->new_execution_state.next_marker = "0";
        done(std::move(reply));
      });
    }
    Result<wire::GetDurableExecutionStateResponse> get_state(
        const wire::GetDurableExecutionStateRequest& request) override {
      service.complete("1");
      ++reads;
      return service.get_state(request);
    }
    Service& service;
    int reads = 0;
  };
  Service service;
  Paged paged(service);

  const auto outcome = run_invocation(
      [](DurableContext& ctx) -> Task<int> {
        co_await ctx.wait(1h);
        co_return 1;
      },
      service.event(), paged, service.environment);

  EXPECT_EQ(fake::output_of(outcome).result, Payload("1"));
  EXPECT_EQ(paged.reads, 1);
}

TEST(Exchange, GathersUpdatesOnlyWhileACallIsOut) {
  // A client that answers when the test says so, on the thread that asks.
  Service service("{}", Service::Replies::from_a_thread);
  const auto output = service.run([](DurableContext& ctx) -> Task<std::size_t> {
    std::vector<DurableFuture<int>> steps;
    for (int i = 0; i < 600; ++i) steps.push_back(ctx.step("s", [i] { return i; }));
    const std::vector<int> values = co_await all(steps);
    co_return values.size();
  });

  EXPECT_EQ(output.result, Payload("600"));
  EXPECT_EQ(service.calls.front(), "1 STEP START \"s\", 1 STEP SUCCEED \"s\"")
      << "the first went out at once, alone";
  EXPECT_LT(service.calls.size(), 600U);
}

TEST(Exchange, WithRepliesFromAThreadGivesTheSameResults) {
  Service service("{}", Service::Replies::from_a_thread);
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    auto child = ctx.run_in_child_context("c", [](DurableContext& inner) -> Task<int> {
      const int once = co_await inner.step("once", [] { return 1; },
                                           {.semantics = StepSemantics::at_most_once_per_retry});
      co_await inner.wait(1s);
      co_return once + co_await inner.step("two", [] { return 2; });
    });
    std::string text;
    for (int i = 0; i < 5; ++i) text += co_await ctx.step("s", [i] { return std::to_string(i); });
    auto dropped = ctx.step("dropped", [] { return 1; });
    co_return text + std::to_string(co_await child);
  });

  EXPECT_EQ(output.result, Payload("\"012343\""));
  EXPECT_EQ(service.operation("7").status, wire::OperationStatus::succeeded)
      << "what was dropped is still written";
}

TEST(Exchange, HoldsBackStartsNoLongerThanTold) {
  struct FixedClock final : Clock {
    [[nodiscard]] Timestamp now() const override { return Timestamp(time); }
    Duration time{0};
  } clock;
  Service service;
  service.environment.clock = &clock;
  service.environment.batch.async_hold = 100ms;
  static_cast<void>(service.invoke([&](DurableContext& ctx) -> Task<int> {
    auto first = ctx.run_in_child_context("c", [&](DurableContext& child) -> Task<int> {
      clock.time += 100ms;
      auto second =
          child.run_in_child_context("d", [](DurableContext&) -> Task<int> { co_return 1; });
      co_return co_await second;
    });
    co_return co_await first;
  }));

  EXPECT_EQ(service.calls.front(), "1 CONTEXT START \"c\", 1-1 CONTEXT START \"d\"");
}

TEST(Kill, EndsTheInvocationAsACrashWould) {
  for (const bool swallow : {false, true}) {
    Service service;
    KillSwitch kill;
    service.environment.kill_switch = &kill;
    bool destroyed = false;
    bool went_on = false;
    struct Guard {
      bool& flag;
      ~Guard() { flag = true; }
    };
    const auto failure = fake::failure_of(service.invoke([&](DurableContext& ctx) -> Task<int> {
      const Guard guard{destroyed};
      co_await ctx.step("before", [] {});
      try {
        co_await ctx.step("dies", [&] {
          try {
            kill.kill_here(named("Runtime.ExitError"));
          } catch (...) {
            if (!swallow) throw;
          }
        });
      } catch (...) {
      }
      went_on = true;
      co_return 1;
    }));

    EXPECT_EQ(failure.error_type, "Runtime.ExitError");
    EXPECT_TRUE(destroyed);
    EXPECT_FALSE(went_on);
    EXPECT_THAT(service.calls, SizeIs(1)) << "only the first step was sent";
  }
}

TEST(Kill, OutsideABodyTakesEffectAtTheNextDurableCall) {
  Service service;
  KillSwitch kill;
  service.environment.kill_switch = &kill;
  const auto failure = fake::failure_of(service.invoke([&](DurableContext& ctx) -> Task<int> {
    kill.kill(named("Sandbox.Timedout"));
    kill.kill(named("second"));
    co_await ctx.step("never", [] {});
    co_return 1;
  }));

  EXPECT_EQ(failure.error_type, "Sandbox.Timedout");
  EXPECT_TRUE(service.calls.empty());
}

TEST(Kill, WhileAReplyIsOutDropsTheReply) {
  Service service;
  KillSwitch kill;
  service.environment.kill_switch = &kill;
  service.on_call = [&](int) { kill.kill(named("Killed")); };
  bool went_on = false;
  const auto failure = fake::failure_of(service.invoke([&](DurableContext& ctx) -> Task<int> {
    co_await ctx.step("s", [] {});
    went_on = true;
    co_return 1;
  }));

  EXPECT_EQ(failure.error_type, "Killed");
  EXPECT_FALSE(went_on);
  EXPECT_EQ(service.operation("1").status, wire::OperationStatus::succeeded);
}

TEST(Kill, BeforeTheStartRunsNothing) {
  Service service;
  KillSwitch kill;
  kill.kill(named("Killed"));
  service.environment.kill_switch = &kill;
  bool ran = false;
  EXPECT_EQ(fake::failure_of(service.invoke([&](DurableContext&) -> Task<void> {
              ran = true;
              co_return;
            })).error_type,
            "Killed");
  EXPECT_FALSE(ran);
}

TEST(Logger, IsSilentInAReplayAndAlwaysWritesInSteps) {
  Service service;
  fake::MemoryLogger logger;
  service.environment.logger = &logger;
  service.run([](DurableContext& ctx) -> Task<int> {
    ctx.logger().info("start");
    co_await ctx.step("s", [](StepContext& step) {
      step.logger().warning("in step", {{"key", "value"}});
    });
    ctx.logger().info("before the wait");
    co_await ctx.wait("w", 1s);
    ctx.logger().info("after the wait");
    co_await ctx.step("t", [](StepContext& step) { step.logger().error("again"); });
    co_return 1;
  });

  EXPECT_THAT(logger.lines,
              ElementsAre("start", "in step", "before the wait", "after the wait", "again"));
  EXPECT_EQ(logger.last_fields["key"], "value");
  EXPECT_EQ(logger.last_fields["operationName"], "t");
  EXPECT_EQ(logger.last_fields["operationId"], "3");
  EXPECT_EQ(logger.last_fields["attempt"], "1");
  EXPECT_EQ(logger.last_fields["requestId"], "request-1");
}

TEST(StopToken, OfTheHostReachesStepBodies) {
  Service service;
  std::stop_source source;
  service.environment.stop = source.get_token();
  bool before = true;
  bool after = false;
  service.run([&](DurableContext& ctx) -> Task<void> {
    co_await ctx.step([&](StepContext& step) {
      const std::stop_token token = step.stop_token();
      before = token.stop_requested();
      source.request_stop();
      after = token.stop_requested();
    });
  });

  EXPECT_FALSE(before);
  EXPECT_TRUE(after);
}

}  // namespace
}  // namespace durable
