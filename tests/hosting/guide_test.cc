// SPDX-License-Identifier: Apache-2.0
//
// The examples of docs/testing.md.
#include <durable/durable.h>
#include <durable/testing/gtest.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace std::chrono_literals;

struct Approval {
  std::string by;
  bool granted = false;
};

struct Invoice {
  int total_cents = 0;
};

durable::Task<std::string> sell(durable::DurableContext& ctx) {
  Approval approval = co_await ctx.wait_for_callback<Approval>(
      "approval", [](const std::string& callback_id) { static_cast<void>(callback_id); },
      {.timeout = 72h});
  if (!approval.granted) co_return "refused by " + approval.by;
  Invoice invoice = co_await ctx.invoke<Invoice>("invoice", "billing:live", nullptr);
  co_return "sold for " + std::to_string(invoice.total_cents);
}

TEST(Guide, CompletesACallbackByHand) {
  durable::DurableFunctionTestRunner runner(sell);
  const std::string arn = runner.run_async();
  const std::string id = runner.wait_for_callback(arn, "approval");
  runner.send_callback_success(id, Approval{.by = "kim"});
  const auto result = runner.wait_for_result(arn);
  EXPECT_THAT(result, durable::HasResult("refused by kim"));
}

DURABLE_TEST(Guide, AnswersByScripts, .handler = sell, .lambda_function_name = "sell") {
  auto& runner = durable_runner.local();
  runner.on_callback("approval").after(2h).succeed(Approval{.by = "kim", .granted = true});
  runner.on_invoke("billing").after(3s).succeed(Invoice{.total_cents = 1999});

  const auto result = runner.run();

  EXPECT_THAT(result, durable::HasResult("sold for 1999"));
  EXPECT_EQ(result.duration(), 2h + 3s);
}

durable::Task<Invoice> bill(durable::DurableContext& ctx) {
  co_await ctx.wait("printer", 1h);
  co_return Invoice{.total_cents = 1999};
}

TEST(Guide, RunsTheInvokedFunctionToo) {
  durable::DurableFunctionTestRunner runner(sell);
  runner.register_function("billing", bill);
  runner.on_callback("approval").succeed(Approval{.by = "kim", .granted = true});

  const auto result = runner.run();

  EXPECT_THAT(result, durable::HasResult("sold for 1999"));
  const auto invoice = result.get_invoke("invoice");
  const auto billing = runner.snapshot(invoice.invoked_execution_arn().value());
  EXPECT_THAT(billing.get_wait("printer"), durable::HasStatus(durable::OperationStatus::succeeded));
}

}  // namespace
