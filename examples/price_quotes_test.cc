// SPDX-License-Identifier: Apache-2.0
//
// Two calls that block, made at the same time; the code of docs/operations/offload.md.
#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <string>

namespace {

struct Quote {
  std::string carrier;
  int cents = 0;
};

Quote ask_riverside(const std::string& parcel) {
  return {"riverside", parcel == "heavy" ? 900 : 400};
}
Quote ask_overland(const std::string& parcel) {
  return {"overland", parcel == "heavy" ? 700 : 500};
}

durable::Task<Quote> cheapest_quote(std::string parcel, durable::DurableContext& ctx) {
  auto first = ctx.step("ask-riverside", durable::offload(ask_riverside, parcel));
  auto second = ctx.step("ask-overland", durable::offload(ask_overland, parcel));
  // Both are being asked now, each on a thread of its own.
  auto [riverside, overland] = co_await durable::all(first, second);
  co_return riverside.cents <= overland.cents ? riverside : overland;
}

DURABLE_TEST(PriceQuotes, AsksBothCarriers, .handler = cheapest_quote,
             .lambda_function_name = "price quotes") {
  auto result = durable_runner.run("heavy");

  EXPECT_EQ(result.result<Quote>().carrier, "overland");
  EXPECT_THAT(result.get_step("ask-riverside"), durable::CompletedOnce());
  EXPECT_THAT(result.get_step("ask-overland"), durable::CompletedOnce());
}

}  // namespace
