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

struct Order {
  std::string id;
  std::vector<int> items;
};

Task<std::string> by_value(Order order, DurableContext& ctx) {
  co_return co_await ctx.step("s", [&] { return order.id + std::to_string(order.items.size()); });
}
Task<int> by_reference(const int& number, DurableContext&) { co_return number + 1; }
Task<void> nothing(DurableContext&) { co_return; }
Task<int> throws_at_once(DurableContext&) {
  throw std::runtime_error("before any await");
  co_return 1;
}

TEST(Invocation, TakesEveryFormOfHandler) {
  EXPECT_EQ(Service(R"({"id":"a","items":[1,2]})").run(by_value).result, Payload("\"a2\""));
  EXPECT_EQ(Service("41").run(&by_reference).result, Payload("42"));
  EXPECT_EQ(Service().run(nothing).result, Payload("null"));
  const std::string prefix = "captured ";
  EXPECT_EQ(Service("\"x\"")
                .run([prefix](const std::string& text, DurableContext&) -> Task<std::string> {
                  co_return prefix + text;
                })
                .result,
            Payload("\"captured x\""));
}

TEST(Invocation, ReadsAMissingInputAsAnEmptyObjectOrNull) {
  struct Options {
    std::optional<int> level;
  };
  EXPECT_EQ(Service("")
                .run([](Options o, DurableContext&) -> Task<int> { co_return o.level.value_or(3); })
                .result,
            Payload("3"));
  EXPECT_EQ(
      Service(" \n")
          .run([](std::optional<int> o, DurableContext&) -> Task<bool> { co_return o.has_value(); })
          .result,
      Payload("false"));
  const auto output = Service("").run(by_reference);
  EXPECT_EQ(error_type(output), "SerDesError");
  EXPECT_THAT(error_text(output), HasSubstr("the execution has no input"));
}

TEST(Invocation, FailsTheExecutionForAnInputThatIsNoJson) {
  const auto output = Service("{\"id\":").run(by_value);
  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "SerDesError");
}

TEST(Invocation, FailsTheExecutionWithWhatLeavesTheHandler) {
  const auto output = Service().run(throws_at_once);
  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_type(output), "std::runtime_error");
  EXPECT_EQ(error_text(output), "before any await");
  EXPECT_FALSE(output.result);
}

TEST(Invocation, FindsTheExecutionOperationOnTheLastPage) {
  Service service("5");
  wire::InvocationInput event = service.event();
  Service pages("5");
  for (int i = 1; i <= 5; ++i) {
    wire::Operation step;
    step.id = std::to_string(i);
    step.type = wire::OperationType::step;
    step.status = wire::OperationStatus::succeeded;
    step.step_details.emplace().result = Payload(std::to_string(i));
    pages.add(step);
  }
  pages.page_items = 2;
  const Handler handler = [](DurableContext& ctx) -> Task<int> {
    int sum = 0;
    for (int i = 0; i < 5; ++i) sum += co_await ctx.step([]() -> int { throw 1; });
    co_return sum;
  };

  EXPECT_EQ(pages.run(handler).result, Payload("15"));

  wire::InvocationInput without = pages.event();
  std::erase_if(without.initial_execution_state.operations,
                [](const auto& o) { return o.type == wire::OperationType::execution; });
  without.initial_execution_state.next_marker = "0";
  EXPECT_EQ(fake::output_of(run_invocation(handler, without, pages, pages.environment)).result,
            Payload("15"));
}

TEST(Invocation, WithoutAnExecutionOperationOrATokenSaysWhatIsMissing) {
  Service service;
  wire::InvocationInput event = service.event();
  event.initial_execution_state.operations.clear();
  const auto no_execution =
      fake::output_of(run_invocation(nothing, event, service, service.environment));
  EXPECT_THAT(error_text(no_execution), HasSubstr("no operation of type EXECUTION"));

  const auto not_durable = fake::output_of(
      run_invocation(nothing, wire::InvocationInput{}, service, service.environment));
  EXPECT_THAT(error_text(not_durable), HasSubstr("must be created with a DurableConfig"));
}

TEST(Invocation, RunsDestructorsAtASuspensionWhichNoCatchSees) {
  Service service;
  std::vector<std::string> log;
  struct Guard {
    std::vector<std::string>& log;
    std::string name;
    ~Guard() { log.push_back("~" + name); }
  };
  struct Helpers {
    static Task<void> wait(DurableContext& ctx, std::vector<std::string>& log) {
      const Guard guard{log, "helper"};
      co_await ctx.wait(1h);
    }
  };
  const auto outcome = service.invoke([&](DurableContext& ctx) -> Task<int> {
    const Guard outer{log, "outer"};
    try {
      const Guard inner{log, "inner"};
      auto helper = Helpers::wait(ctx, log);
      co_await std::move(helper);
    } catch (...) {
      log.push_back("caught");
    }
    co_return 1;
  });

  EXPECT_EQ(fake::output_of(outcome).status, Status::pending);
  EXPECT_THAT(log, ElementsAre("~helper", "~inner", "~outer"));
}

TEST(Invocation, ResultJustWithinTheLimitIsAnsweredAndALargerOneIsRecorded) {
  constexpr std::size_t limit = 6UL * 1024 * 1024 - 50;
  // {"Status":"SUCCEEDED","Result":"\"...\""}
  constexpr std::size_t frame = 32 + 2 + 4;
  for (const std::size_t size : {limit - frame, limit - frame + 1}) {
    Service service;
    const auto output = service.run(
        [size](DurableContext&) -> Task<std::string> { co_return std::string(size, 'x'); });
    EXPECT_EQ(output.status, Status::succeeded);
    if (size == limit - frame) {
      EXPECT_EQ(output.result->size(), size + 2);
      EXPECT_TRUE(service.calls.empty());
    } else {
      EXPECT_EQ(output.result, Payload());
      EXPECT_THAT(service.calls, ElementsAre("execution EXECUTION SUCCEED"));
    }
  }
}

TEST(Invocation, FailureThatIsTooLargeIsRecordedShortened) {
  Service service;
  service.close_execution = true;  // the service closes the execution with that update
  const auto output = service.run([](DurableContext&) -> Task<int> {
    throw std::runtime_error(std::string(7'000'000, 'x'));
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_FALSE(output.error);
  EXPECT_THAT(service.calls, ElementsAre("execution EXECUTION FAIL"));
}

TEST(Invocation, FlushesWhatNobodyWaitsForBeforeItAnswers) {
  Service service;
  const auto output = service.run([](DurableContext& ctx) -> Task<int> {
    auto dropped = ctx.run_in_child_context("c", [](DurableContext& child) -> Task<int> {
      auto inner = child.run_in_child_context("d", [](DurableContext& below) -> Task<int> {
        co_await below.wait(1h);
        co_return 1;
      });
      co_return co_await inner;
    });
    throw std::runtime_error("x");
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(service.operation("1-1").status, wire::OperationStatus::started);
}

Task<int> fails_in_a_step_of_a_child(DurableContext& ctx) {
  auto child = ctx.run_in_child_context("c", [](DurableContext& inner) -> Task<int> {
    co_return co_await inner.step("s", []() -> int { throw ExecutionError("no use"); });
  });
  co_return co_await child;
}

TEST(Invocation, Checklist28FlushesWhatWasDoneBeforeTheCodeEndsTheExecution) {
  Service service;
  const auto output = service.run(fails_in_a_step_of_a_child);

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_text(output), "no use");
  EXPECT_THAT(service.calls, ElementsAre("1 CONTEXT START \"c\", 1-1 STEP START \"s\""));
}

TEST(Invocation, ThatTheCodeEndsSaysWhyAlsoIfWhatWasDoneIsRefused) {
  Service service;
  service.fault = [] { return Error{ErrorCode::invalid_parameter, "too much"}; };
  const auto output = fake::output_of(service.invoke(fails_in_a_step_of_a_child));

  EXPECT_EQ(output.status, Status::failed);
  EXPECT_EQ(error_text(output), "no use");
}

TEST(Invocation, ThatTheCodeEndsIsTriedAgainIfTheServiceCannotWriteWhatWasDone) {
  Service service;
  service.fault = [] { return Error{ErrorCode::unavailable, "reset"}; };
  const auto failure = fake::failure_of(service.invoke(fails_in_a_step_of_a_child));

  EXPECT_EQ(failure.error_type, "CheckpointError");
}

TEST(Invocation, ThatTheServiceEndsSendsNothingMore) {
  Service service;
  int calls = 0;
  service.fault = [&]() -> std::optional<Error> {
    ++calls;
    return Error{ErrorCode::invalid_parameter, "too much"};
  };
  const auto output = fake::output_of(service.invoke([](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("t", 1h);
    auto child = ctx.run_in_child_context("c", [](DurableContext& inner) -> Task<int> {
      co_return co_await inner.step("s", [] { return 1; });
    });
    co_return co_await child;
  }));

  EXPECT_EQ(error_type(output), "CheckpointError");
  EXPECT_EQ(calls, 1);
}

TEST(Invocation, SendsAnAsyncStartBeforeItRests) {
  Service service;
  std::optional<DurableFuture<int>> kept;
  const auto outcome = service.invoke([&](DurableContext& ctx) -> Task<int> {
    auto timer = ctx.wait("t", 1h);
    auto child = ctx.run_in_child_context("c", [&](DurableContext&) -> Task<int> {
      co_await timer;
      co_return 1;
    });
    co_return co_await child;
  });

  EXPECT_EQ(fake::output_of(outcome).status, Status::pending);
  EXPECT_THAT(service.calls, ElementsAre("1 WAIT START \"t\"", "2 CONTEXT START \"c\""));
}

TEST(Invocation, ReplaysTheSameFailureThatTheFirstRunSaw) {
  struct Declined : std::runtime_error, DescribesError {
    Declined() : std::runtime_error("declined") {}
    std::string error_type() const override { return "Declined"; }
    std::optional<std::string> error_data() const override { return "{\"code\":7}"; }
  };
  Service service;
  std::vector<std::string> seen;
  const auto output = service.run([&](DurableContext& ctx) -> Task<int> {
    auto outcome = co_await settle(
        ctx.step("pay", []() -> int { throw Declined(); }, {.retry = retry::none()}));
    outcome.with_error<StepError>([&](const StepError& error) {
      seen.push_back(std::string(error.error_type()) + "|" + error.what() + "|" +
                     error.error().error_data.value_or("-"));
    });
    co_await ctx.wait(1s);
    co_return 1;
  });

  EXPECT_EQ(output.status, Status::succeeded);
  EXPECT_THAT(seen,
              ElementsAre("Declined|declined|{\"code\":7}", "Declined|declined|{\"code\":7}"));
}

TEST(Invocation, RecordsExceptionsUnderTheNamesGiven) {
  struct Local : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto fail = [](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step([]() -> int { throw Local("x"); }, {.retry = retry::none()});
  };
  Service named;
  named.run(Handler(fail).name_error<Local>("Local"));
  EXPECT_EQ(named.operation("1").step_details->error->error_type, "Local");

  Service unknown;
  unknown.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step([]() -> int { throw 42; }, {.retry = retry::none()});
  });
  EXPECT_EQ(unknown.operation("1").step_details->error->error_type, "UnknownError");
}

TEST(Invocation, ShortensAnErrorThatTheServiceWouldRefuse) {
  Service service;
  service.run([](DurableContext& ctx) -> Task<int> {
    co_return co_await ctx.step(
        []() -> int { throw std::runtime_error("\xc3\xa9" + std::string(400'000, 'y')); },
        {.retry = retry::none()});
  });

  const std::string& message = *service.operation("1").step_details->error->error_message;
  EXPECT_LE(message.size() + std::string("std::runtime_error").size(), 262'144U);
  EXPECT_THAT(message, HasSubstr("[shortened from 400002 bytes]"));
}

TEST(Invocation, TellsUserCodeWhatTheHostTells) {
  const auto tenant = [](DurableContext& ctx) -> Task<std::string> {
    const std::string seen = ctx.lambda_context().tenant_id.value_or("none");
    co_return seen + " " + co_await ctx.step([](StepContext& step) {
      return step.lambda_context().tenant_id.value_or("none");
    });
  };
  const LambdaContext info{.request_id = "r", .tenant_id = "blue"};
  Service told;
  told.environment.lambda_context = &info;
  EXPECT_EQ(told.run(tenant).result, Payload("\"blue blue\""));
  EXPECT_EQ(Service().run(tenant).result, Payload("\"none none\""));
}

}  // namespace
}  // namespace durable
