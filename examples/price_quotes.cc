// SPDX-License-Identifier: Apache-2.0
//
// Two calls that block, made at the same time; the code of docs/operations/offload.md.
#include "price_quotes.h"

namespace examples {
namespace {

// Stand for requests to the carriers.
Quote ask_riverside(const std::string& parcel) {
  return {"riverside", parcel == "heavy" ? 900 : 400};
}
Quote ask_overland(const std::string& parcel) {
  return {"overland", parcel == "heavy" ? 700 : 500};
}

}  // namespace

durable::Task<Quote> cheapest_quote(std::string parcel, durable::DurableContext& ctx) {
  auto first = ctx.step("ask-riverside", durable::offload(ask_riverside, parcel));
  auto second = ctx.step("ask-overland", durable::offload(ask_overland, parcel));
  // Both are being asked now, each on a thread of its own.
  auto [riverside, overland] = co_await durable::all(first, second);
  co_return riverside.cents <= overland.cents ? riverside : overland;
}

}  // namespace examples
