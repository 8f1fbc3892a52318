// SPDX-License-Identifier: Apache-2.0
#include "sdk/fake_service.h"

#include <gmock/gmock.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using fake::Service;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = wire::InvocationOutputStatus;

TEST(Wait, SuspendsUntilTheServiceClosesIt) {
  Service service;
  int after = 0;
  const Handler handler = [&](DurableContext& ctx) -> Task<int> {
    co_await ctx.wait("cool-down", 24h);
    co_return ++after;
  };

  EXPECT_EQ(fake::output_of(service.invoke(handler)).status, Status::pending);
  EXPECT_EQ(fake::output_of(service.invoke(handler)).status, Status::pending)
      << "a wait that is still STARTED is waited for again";
  EXPECT_EQ(after, 0);
  service.pass_time();

  EXPECT_EQ(fake::output_of(service.invoke(handler)).result, Payload("1"));
  EXPECT_THAT(service.calls, ElementsAre("1 WAIT START \"cool-down\""));
}

TEST(Wait, SendsItsDurationInWholeSecondsRoundedUp) {
  Service service;
  std::int64_t seconds = 0;
  struct Spy final : ServiceClient {
    explicit Spy(Service& s, std::int64_t& out) : service(s), seconds(out) {}
    void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) override {
      seconds = request.updates.at(0).wait_options->wait_seconds.value();
      service.checkpoint(std::move(request), std::move(done));
    }
    Result<wire::GetDurableExecutionStateResponse> get_state(
        const wire::GetDurableExecutionStateRequest& request) override {
      return service.get_state(request);
    }
    Service& service;
    std::int64_t& seconds;
  } spy(service, seconds);

  const auto outcome =
      run_invocation([](DurableContext& ctx) -> Task<void> { co_await ctx.wait(1500ms); },
                     service.event(), spy, service.environment);

  EXPECT_EQ(fake::output_of(outcome).status, Status::pending);
  EXPECT_EQ(seconds, 2);
}

TEST(Wait, OutOfRangeIsRefusedAndUsesNoId) {
  Service service;
  std::vector<std::string> messages;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    for (const Duration duration : {Duration(999ms), Duration(-1s), Duration(31'622'401s)}) {
      try {
        co_await ctx.wait("nap", duration);
      } catch (const ValidationError& error) {
        messages.emplace_back(error.what());
      }
    }
    co_return co_await ctx.step("after", [] { return 1; });
  });

  EXPECT_EQ(output.status, Status::succeeded);
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0],
            "wait \"nap\": the duration must be from 1 s to 31622400 s (366 days), but is 999 ms");
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"after\", 1 STEP SUCCEED \"after\""));
}

TEST(Wait, SeveralAtTheSameTimeKeepTheirOwnTimers) {
  Service service;
  const Handler handler = [](DurableContext& ctx) -> Task<std::string> {
    auto a = ctx.wait("a", 1h);
    auto b = ctx.wait("b", 2h);
    co_await a;
    co_await ctx.step("between", [] {});
    co_await b;
    co_return "done";
  };

  EXPECT_EQ(fake::output_of(service.invoke(handler)).status, Status::pending);
  service.complete("1");
  EXPECT_EQ(fake::output_of(service.invoke(handler)).status, Status::pending);
  EXPECT_TRUE(service.has("3"));
  service.complete("2");
  EXPECT_EQ(fake::output_of(service.invoke(handler)).result, Payload("\"done\""));
}

TEST(Wait, ThatEndsWhileOtherWorkRunsIsSeenInTheSameInvocation) {
  Service service;
  service.on_call = [&](int call) {
    if (call == 2) service.complete("1");
  };
  const auto outcome = service.invoke([](DurableContext& ctx) -> Task<std::string> {
    auto timer = ctx.wait("timer", 1h);
    co_await ctx.step("work", [] {});
    co_await timer;
    co_return "done";
  });

  EXPECT_EQ(fake::output_of(outcome).result, Payload("\"done\""));
}

TEST(Wait, RecordedAndEndedBeforeTheCodeGetsThereIsSeenInTheSameInvocation) {
  Service service;
  wire::Operation timer;
  timer.id = "2";
  timer.type = wire::OperationType::wait;
  timer.name = "timer";
  timer.status = wire::OperationStatus::started;
  service.add(timer);
  service.on_call = [&](int call) {
    if (call == 1) service.complete("2");
  };

  const auto outcome = service.invoke([](DurableContext& ctx) -> Task<std::string> {
    co_await ctx.step("work", [] {});
    co_await ctx.wait("timer", 1h);
    co_return "done";
  });

  EXPECT_EQ(fake::output_of(outcome).result, Payload("\"done\""));
}

TEST(Wait, WithANameThatTheServiceWouldRefuseThrows) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<std::string> {
    std::string messages;
    try {
      co_await ctx.wait("caf\xc3\xa9", 1s);
    } catch (const ValidationError& error) {
      messages += error.what();
    }
    try {
      co_await ctx.wait(std::string(257, 'x'), 1s);
    } catch (const ValidationError& error) {
      messages += error.what();
    }
    co_return messages;
  });

  const std::string text(output.result->view());
  EXPECT_THAT(text, HasSubstr("byte 3 of this one is 195"));
  EXPECT_THAT(text, HasSubstr("at most 256 characters, but this one has 257"));
  EXPECT_TRUE(service.calls.empty());
}

}  // namespace
}  // namespace durable
