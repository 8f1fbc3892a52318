// SPDX-License-Identifier: Apache-2.0
//
// A charge that is made at most once, and never lost, wherever the process dies.
#include "card_charge.h"

#include <durable/testing/gtest.h>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>

using examples::Bill;
using ::testing::StartsWith;

namespace {

class FakeProvider final : public examples::PaymentProvider {
 public:
  std::string charge(const std::string& key, std::int64_t cents) override {
    ++calls;
    if (cents > 500'00) throw std::runtime_error("the card was declined");
    return payments[key] = "payment-" + std::to_string(cents);
  }
  std::optional<std::string> find(const std::string& key) override {
    const auto payment = payments.find(key);
    if (payment == payments.end()) return std::nullopt;
    return payment->second;
  }

  int calls = 0;
  std::map<std::string, std::string> payments;  // by key
};

FakeProvider provider;

durable::Task<std::string> charge_at_fake(Bill bill, durable::DurableContext& ctx) {
  return examples::charge_card(provider, bill, ctx);
}

}  // namespace

// A process that dies before the call leaves the bill unpaid, so the outcome may differ. It must
// agree with the provider's books.
DURABLE_CRASH_TEST(CardCharge, IsMadeAtMostOnceAndNeverLost, .handler = charge_at_fake,
                   .explore = {.same_outcome = false}) {
  provider = FakeProvider();

  const auto result = durable_runner.run(Bill{.id = "7", .cents = 1999});

  EXPECT_LE(provider.calls, 1);
  EXPECT_THAT(result, durable::HasResult<std::string>(provider.payments.empty()
                                                          ? StartsWith("not paid")
                                                          : StartsWith("paid with payment-1999")));
}

DURABLE_CRASH_TEST(CardCharge, IsNotTriedAgainWhenTheCardIsDeclined, .handler = charge_at_fake,
                   .explore = {.same_outcome = false}) {
  provider = FakeProvider();

  const auto result = durable_runner.run(Bill{.id = "7", .cents = 999'00});

  EXPECT_THAT(result, durable::HasResult<std::string>(StartsWith("not paid: ")));
  EXPECT_LE(provider.calls, 1);
}

DURABLE_TEST(CardCharge, PaysInTheSandbox, .handler = examples::charge_card_in_sandbox,
             .lambda_function_name = "card charge") {
  EXPECT_THAT(durable_runner.run(Bill{.id = "7", .cents = 1999}),
              durable::HasResult("paid with payment-7"));
}

DURABLE_TEST(CardCharge, IsDeclinedInTheSandbox, .handler = examples::charge_card_in_sandbox,
             .lambda_function_name = "card charge", .explore = {.same_outcome = false}) {
  EXPECT_THAT(durable_runner.run(Bill{.id = "7", .cents = 999'00}),
              durable::HasResult<std::string>(StartsWith("not paid: ")));
}
