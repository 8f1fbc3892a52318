// SPDX-License-Identifier: Apache-2.0
#include "billing.h"

#include <durable/testing/gtest.h>

#include <cstdlib>
#include <string>

using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

// In the cloud the function that is invoked is deployed already, maybe under another name.
examples::Purchase purchase(durable::DurableTestRunner& runner, std::int64_t cents) {
  std::string billing = "billing:$LATEST";
  if (runner.mode() == durable::RunnerMode::local) {
    runner.local().register_function("billing", examples::write_invoice);
  } else if (const char* const deployed = std::getenv("BILLING_FUNCTION")) {
    billing = deployed;
  }
  return {.id = "7", .cents = cents, .billing_function = billing};
}

}  // namespace

DURABLE_TEST(Billing, HasTheInvoiceWrittenByAnotherFunction, .handler = examples::complete_purchase,
             .lambda_function_name = "billing client") {
  const auto result = durable_runner.run(purchase(durable_runner, 1999));

  EXPECT_THAT(result, durable::HasResult("billed with inv-7"));
  EXPECT_THAT(result.get_invoke("invoice"), durable::CompletedOnce());
}

DURABLE_TEST(Billing, GoesOnWhenTheOtherFunctionFails, .handler = examples::complete_purchase,
             .lambda_function_name = "billing client") {
  const auto result = durable_runner.run(purchase(durable_runner, 0));

  EXPECT_THAT(result, durable::HasResult<std::string>(HasSubstr("nothing to pay for 7")));
}

// One function alone: what it invokes is answered by a script.
TEST(Billing, IsTestedWithoutTheOtherFunction) {
  durable::DurableFunctionTestRunner runner(examples::complete_purchase);
  runner.on_invoke("billing").after(3s).succeed(examples::Invoice{.number = "inv-1"});

  const auto result = runner.run(examples::Purchase{.id = "7", .billing_function = "billing:live"});

  EXPECT_THAT(result, durable::HasResult("billed with inv-1"));
}
