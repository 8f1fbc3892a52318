// SPDX-License-Identifier: Apache-2.0
//
// Functions that functions invoke: durable ones, plain ones, and none.
#include "hosting/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(RunnerInvokes, RunADurableFunctionAsAnExecutionOfItsOwn) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing", bill);

  const auto result = runner.run("billing:live");

  EXPECT_THAT(result, HasResult("7 costs 1999"));
  EXPECT_EQ(result.duration(), Duration(1h));
  EXPECT_THAT(result.invocations(), SizeIs(2));
  const TestOperation work = result.get_invoke("work");
  EXPECT_EQ(work.invoked_function(), "billing:live");
  EXPECT_EQ(work.tenant_id(), "acme");
  ASSERT_TRUE(work.invoked_execution_arn().has_value());
  EXPECT_THAT(*work.invoked_execution_arn(), HasSubstr(":function:billing:1/durable-execution/"));
  const auto child = runner.snapshot(*work.invoked_execution_arn());
  EXPECT_THAT(child, HasResult(Invoice{"7", 1999}));
  EXPECT_THAT(child.get_wait("printer"), HasStatus(OperationStatus::succeeded));
  EXPECT_NE(child.execution_arn(), result.execution_arn());
}

TEST(RunnerInvokes, ReachAFunctionByItsNameItsVersionOrItsArn) {
  for (const char* called :
       {"billing:live", "billing:$LATEST", "billing:3", "123456789012:function:billing:live",
        "arn:aws:lambda:us-east-1:123456789012:function:billing:live"}) {
    DurableFunctionTestRunner runner(delegate);
    runner.register_function("billing", bill);

    EXPECT_THAT(runner.run(called), HasResult("7 costs 1999")) << called;
  }
}

TEST(RunnerInvokes, TellVersionsOfAFunctionApart) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing:1", bill);
  runner.register_plain_function("billing:2", [] { return Invoice{"two", 2}; });
  runner.register_plain_function("billing", [] { return Invoice{"any", 0}; });

  EXPECT_THAT(runner.run("billing:1"), HasResult("7 costs 1999"));
  EXPECT_THAT(runner.run("billing:2"), HasResult("two costs 2"));
  EXPECT_THAT(runner.run("billing:live"), HasResult("any costs 0"));
}

TEST(RunnerInvokes, OfUnknownFunctionsFailAtOnceAsInTheService) {
  DurableFunctionTestRunner runner(delegate);

  const auto named = runner.run("nobody");
  const auto versioned = runner.run("nobody:live");

  EXPECT_THAT(named, HasResult("InvokeError ResourceNotFoundException: Function not found: "
                               "arn:aws:lambda:us-east-1:123456789012:function:nobody:$LATEST"));
  EXPECT_THAT(versioned, HasResult("InvokeError ResourceNotFoundException: Function not found: "
                                   "arn:aws:lambda:us-east-1:123456789012:function:nobody:live"));
  EXPECT_EQ(named.duration(), Duration(0));
  EXPECT_THAT(named.get_invoke("work"), HasStatus(OperationStatus::failed));
  EXPECT_EQ(named.get_invoke("work").invoked_execution_arn(), std::nullopt);
}

TEST(RunnerInvokes, OfADurableFunctionNeedAVersionOrAlias) {
  for (const char* registered : {"billing", "billing:live"}) {
    DurableFunctionTestRunner runner(delegate);
    runner.register_function(registered, bill);

    EXPECT_THAT(runner.run("billing"),
                HasResult("InvokeError InvalidParameterValueException: You cannot invoke a durable "
                          "function using an unqualified ARN."));
  }
}

TEST(RunnerInvokes, GiveTheCallerWhatFailedInTheFunction) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing", [](Order, DurableContext& ctx) -> Task<Invoice> {
    co_await ctx.wait("nap", 1s);
    throw std::out_of_range("no such shelf");
  });

  EXPECT_THAT(runner.run("billing:live"),
              HasResult("InvokeError std::out_of_range: no such shelf"));
}

TEST(RunnerInvokes, GiveTheCallerTheTimeoutOfTheFunction) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing", bill, {.execution_timeout = 90s});

  const auto result = runner.run("billing:live");

  EXPECT_THAT(result, HasResult("InvokeError ChainedInvoke.Timeout: CHAINED_INVOKE timed out after "
                                "90 seconds."));
  EXPECT_EQ(result.duration(), Duration(90s));
  EXPECT_THAT(result.get_invoke("work"), HasStatus(OperationStatus::timed_out));
}

TEST(RunnerInvokes, GiveTheCallerTheStopOfTheFunction) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing", bill);
  const std::string arn = runner.run_async("billing:live");
  const auto before = runner.snapshot(arn);

  runner.stop(before.get_invoke("work").invoked_execution_arn().value(),
              wire::ErrorObject{.error_message = "not needed", .error_type = "Changed"});
  const auto result = runner.wait_for_result(arn);

  EXPECT_THAT(before.get_invoke("work"), HasStatus(OperationStatus::started));
  EXPECT_THAT(result, HasResult("InvokeError Changed: not needed"));
  EXPECT_THAT(result.get_invoke("work"), HasStatus(OperationStatus::stopped));
}

TEST(RunnerInvokes, GoOnWhenTheirCallerIsStopped) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing", bill);
  const std::string arn = runner.run_async("billing:live");
  const std::string child = *runner.snapshot(arn).get_invoke("work").invoked_execution_arn();

  runner.stop(arn);

  EXPECT_THAT(runner.wait_for_result(child), HasResult(Invoice{"7", 1999}));
  EXPECT_THAT(runner.wait_for_result(arn), Stopped());
}

TEST(RunnerInvokes, CallAPlainFunctionInAnyOfItsForms) {
  const auto result_with = [](auto function) {
    DurableFunctionTestRunner runner(delegate);
    runner.register_plain_function("plain", function);
    return runner.run("plain").template result<std::string>();
  };

  EXPECT_EQ(result_with([] { return Invoice{"none", 1}; }), "none costs 1");
  EXPECT_EQ(result_with([](const Order& order) { return Invoice{order.id, 2}; }), "7 costs 2");
  EXPECT_EQ(
      result_with([](const Payload& input) {
        return Payload(R"({"order_id":"raw","total_cents":)" + std::to_string(input.size()) + "}");
      }),
      "raw costs 29");
  EXPECT_EQ(result_with([](const InvokeRequest& request) {
              return Invoice{request.function_name + " " + request.tenant_id.value_or("?") + " " +
                                 request.operation_path,
                             3};
            }),
            "plain acme work costs 3");
}

TEST(RunnerInvokes, GiveTheCallerWhatAPlainFunctionThrows) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_plain_function("plain", []() -> Invoice { throw std::domain_error("no paper"); });
  runner.register_plain_function("picky", [](int number) { return Invoice{"", number}; });

  EXPECT_THAT(runner.run("plain"), HasResult("InvokeError std::domain_error: no paper"));
  EXPECT_THAT(runner.run("picky"),
              HasResult<std::string>(HasSubstr("the input of function \"picky\" is not what it "
                                               "takes")));
}

TEST(RunnerInvokes, MayHaveNoResult) {
  DurableFunctionTestRunner runner([](DurableContext& ctx) -> Task<int> {
    co_await ctx.invoke("tell", "bell", nullptr);
    co_return 1;
  });
  int rung = 0;
  runner.register_plain_function("bell", [&rung] { ++rung; });

  const auto result = runner.run();

  EXPECT_THAT(result, HasResult(1));
  EXPECT_EQ(rung, 1);
  EXPECT_EQ(result.get_invoke("tell").raw_result(), Payload("null"));
}

TEST(RunnerInvokes, ReachTheRunnersOwnFunction) {
  LocalRunnerOptions options;
  options.function_name = "countdown";
  DurableFunctionTestRunner runner(
      [](int from, DurableContext& ctx) -> Task<int> {
        if (from == 0) co_return 0;
        co_await ctx.wait("nap", 1s);
        const int next = from - 1;
        int below = co_await ctx.invoke<int>("next", "countdown:$LATEST", next);
        co_return below + 1;
      },
      options);

  const auto result = runner.run(20);

  EXPECT_THAT(result, HasResult(20));
  EXPECT_EQ(result.duration(), Duration(20s));
}

TEST(RunnerInvokes, EndAnEndlessRecursion) {
  LocalRunnerOptions options;
  options.function_name = "loop";
  options.invoked_executions_max = 50;
  DurableFunctionTestRunner runner(
      [](DurableContext& ctx) -> Task<int> {
        int value = co_await ctx.invoke<int>("again", "loop:$LATEST", nullptr);
        co_return value;
      },
      options);

  try {
    runner.run();
    FAIL() << "expected RunIncompleteError";
  } catch (const RunIncompleteError& error) {
    EXPECT_THAT(error.what(), HasSubstr("it is endless: its functions have invoked each other 50 "
                                        "times (LocalRunnerOptions::invoked_executions_max)"));
    EXPECT_EQ(error.result().get_invoke("again").path(), "again");
  }
}

TEST(RunnerInvokes, RefuseANameThatIsTakenOrNone) {
  LocalRunnerOptions options;
  options.function_name = "own";
  DurableFunctionTestRunner runner(delegate, options);
  runner.register_function("billing:live", bill);

  EXPECT_THROW(runner.register_function("own", bill), std::invalid_argument);
  EXPECT_THROW(runner.register_plain_function("billing:live", [] {}), std::invalid_argument);
  EXPECT_THROW(runner.register_function("", bill), std::invalid_argument);
  EXPECT_THROW(runner.register_function("no spaces", bill), std::invalid_argument);
  EXPECT_THROW(runner.register_function("f:no spaces", bill), std::invalid_argument);
}

TEST(RunnerInvokes, AreWhatTheirAccessorsAreFor) {
  DurableFunctionTestRunner runner(take_note);
  runner.on_callback("note").succeed("x");
  const auto result = runner.run();

  EXPECT_THROW(static_cast<void>(result.get_context("desk").invoked_function()), ResultLookupError);
}

}  // namespace
}  // namespace durable::test
