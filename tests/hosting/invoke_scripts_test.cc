// SPDX-License-Identifier: Apache-2.0
//
// Invokes that scripts answer.
#include "hosting/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(InvokeScripts, SucceedAfterADelayInVirtualTime) {
  DurableFunctionTestRunner runner(delegate);
  runner.on_invoke("billing:live").after(3h).succeed(Invoice{"scripted", 5});

  const auto result = runner.run("billing:live");

  EXPECT_THAT(result, HasResult("scripted costs 5"));
  EXPECT_EQ(result.duration(), Duration(3h));
  EXPECT_EQ(result.get_invoke("work").invoked_execution_arn(), std::nullopt);
}

TEST(InvokeScripts, FindAnInvokeByItsFunctionOrItsOperation) {
  const std::string arn = "arn:aws:lambda:us-east-1:123456789012:function:billing";
  const auto finds = [](const std::string& name, const std::string& called) {
    DurableFunctionTestRunner runner(delegate);
    runner.on_invoke(name).succeed(Invoice{"found", 1});
    return runner.run(called).result<std::string>() == "found costs 1";
  };

  EXPECT_TRUE(finds("billing", "billing"));
  EXPECT_TRUE(finds("billing", "billing:live"));
  EXPECT_TRUE(finds("billing:live", "billing:live"));
  EXPECT_TRUE(finds("billing:live", arn + ":live"));
  EXPECT_TRUE(finds(arn, "billing:live"));
  EXPECT_TRUE(finds("work", "billing:live"));
  EXPECT_FALSE(finds("billing:live", "billing"));
  EXPECT_FALSE(finds("billing:live", "billing:test"));
  EXPECT_FALSE(finds("bill", "billing"));
}

TEST(InvokeScripts, FailTimeOutAndStop) {
  const auto outcome = [](auto write) {
    DurableFunctionTestRunner runner(delegate);
    write(runner.on_invoke("billing"));
    return runner.run("billing:live").template result<std::string>();
  };

  EXPECT_EQ(outcome([](InvokeScript script) {
              script.fail({.error_message = "no paper", .error_type = "Jam"});
            }),
            "InvokeError Jam: no paper");
  EXPECT_EQ(outcome([](InvokeScript script) { script.after(90s).time_out(); }),
            "InvokeError ChainedInvoke.Timeout: CHAINED_INVOKE timed out after 90 seconds.");
  EXPECT_EQ(outcome([](InvokeScript script) {
              script.stop({.error_message = "not needed", .error_type = "Changed"});
            }),
            "InvokeError Changed: not needed");
}

TEST(InvokeScripts, AnswerWithWhatAFunctionMakesOfTheInput) {
  DurableFunctionTestRunner runner(delegate);
  runner.on_invoke("billing").after(1min).answer([](const Order& order) {
    return Invoice{order.id, order.total_cents * 2};
  });

  const auto result = runner.run("billing:live");

  EXPECT_THAT(result, HasResult("7 costs 3998"));
  EXPECT_EQ(result.duration(), Duration(1min));
}

TEST(InvokeScripts, ComeBeforeRegisteredFunctions) {
  DurableFunctionTestRunner runner(delegate);
  runner.register_function("billing", bill);
  runner.on_invoke("billing").once().fail({.error_message = "down", .error_type = "Outage"});

  EXPECT_THAT(runner.run("billing:live"), HasResult("InvokeError Outage: down"));
  EXPECT_THAT(runner.run("billing:live"), HasResult("7 costs 1999"));
}

TEST(InvokeScripts, HaveOneAnswer) {
  DurableFunctionTestRunner runner(delegate);

  try {
    runner.on_invoke("billing").succeed(1).time_out();
    FAIL() << "expected std::logic_error";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("on_invoke(\"billing\") has its answer already"));
  }
}

TEST(InvokeScripts, MayLeaveAnInvokeWithoutAnswer) {
  LocalRunnerOptions options;
  options.execution_timeout = 60s;
  DurableFunctionTestRunner runner(delegate, options);
  runner.on_invoke("billing").ignore();

  const auto result = runner.run("billing");

  EXPECT_THAT(result, TimedOut());
  EXPECT_THAT(result.get_invoke("work"), HasStatus(OperationStatus::started));
}

}  // namespace
}  // namespace durable::test
