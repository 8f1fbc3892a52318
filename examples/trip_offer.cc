// SPDX-License-Identifier: Apache-2.0
#include "trip_offer.h"

namespace examples {

using namespace std::chrono_literals;
using durable::branch;
using durable::DurableContext;
using durable::Task;

durable::Task<TripOffer> offer_trip(std::string city, durable::DurableContext& ctx) {
  auto answers = co_await ctx.parallel(
      "ask",
      branch("flight",
             [&](DurableContext& c) -> Task<std::string> {
               co_await c.wait("timetable", 2s);
               co_return co_await c.step("flight", [&] { return "flight to " + city; });
             }),
      branch("hotel", [&](DurableContext& c) -> Task<int> {
        co_return co_await c.step("hotel", [&] { return static_cast<int>(city.size()) * 20'00; });
      }));
  auto [flight, hotel_cents] = answers.values();  // throws if one of them failed
  co_return TripOffer{flight, hotel_cents};
}

}  // namespace examples
