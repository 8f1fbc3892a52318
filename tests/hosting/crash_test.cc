// SPDX-License-Identifier: Apache-2.0
//
// The world outside a function, while processes of the function die.
#include "hosting/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

namespace durable::test {
namespace {

using namespace std::chrono_literals;

Task<std::string> sell(DurableContext& ctx) {
  Approval approval = co_await ctx.wait_for_callback<Approval>(
      "approval", [](const std::string&) {}, {.timeout = 72h});
  const Order order{"7", 1999};
  auto invoice = ctx.invoke<Invoice>("invoice", "billing:live", order);
  auto stock = ctx.invoke<int>("stock", "store:live", order);
  Invoice printed = co_await invoice;
  int left = co_await stock;
  co_return approval.by + " " + std::to_string(printed.total_cents) + " " + std::to_string(left);
}

DURABLE_CRASH_TEST(WorldOfCrashes, BringsCallbacksAndInvokesToTheSameEnd, .handler = sell) {
  auto& runner = durable_runner.local();
  runner.register_function("billing", bill);
  runner.on_invoke("store").after(30min).succeed(3);
  runner.on_callback("approval").after(2h).succeed(Approval{"kim", true}).succeed(1);

  EXPECT_THAT(runner.run(), HasResult("kim 1999 3"));
}

DURABLE_CRASH_TEST(WorldOfCrashes, IsTheSameForATestThatCompletesCallbacksItself,
                   .handler = take_note) {
  const std::string arn = durable_runner.run_async();
  durable_runner.send_callback_success(durable_runner.wait_for_callback(arn, "note"), "x");

  EXPECT_THAT(durable_runner.wait_for_result(arn), HasResult("x"));
}

TEST(WorldOfCrashes, GivesAnInvokedExecutionTheSameArnWhateverHappenedBefore) {
  const auto child_arn = [](int crashes) {
    DurableFunctionTestRunner* reach = nullptr;
    int bodies = 0;
    DurableFunctionTestRunner runner([&](DurableContext& ctx) -> Task<int> {
      co_await ctx.step("falls", [&] {
        if (++bodies <= crashes) reach->crash_invocation();
      });
      const Order order{"7", 1};
      Invoice invoice = co_await ctx.invoke<Invoice>("invoice", "billing:live", order);
      co_return invoice.total_cents;
    });
    reach = &runner;
    runner.register_function("billing", bill);
    return runner.run().get_invoke("invoice").invoked_execution_arn().value();
  };

  EXPECT_EQ(child_arn(0), child_arn(2));
}

}  // namespace
}  // namespace durable::test
