// SPDX-License-Identifier: Apache-2.0
#include "trip_booking.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace examples {
namespace {

class SandboxAgency final : public TravelAgency {
 public:
  std::string reserve(const Trip& trip, const std::string& part) override {
    if (part == trip.sold_out) throw std::runtime_error("no " + part + " left");
    return part + "-" + trip.id;
  }
  void cancel(const std::string& /*reservation*/) override {}
};

durable::Task<void> cancel_all(TravelAgency& agency, std::vector<std::string> reservations,
                               durable::DurableContext& ctx) {
  std::reverse(reservations.begin(), reservations.end());
  for (const std::string& reservation : reservations) {
    const std::string name = "cancel-" + reservation;
    co_await ctx.step(name, [&] { agency.cancel(reservation); });
  }
}

}  // namespace

durable::Task<std::string> book_trip(TravelAgency& agency, Trip trip,
                                     durable::DurableContext& ctx) {
  const std::vector<std::string> parts = {"flight", "hotel", "car"};
  std::vector<std::string> reservations;
  for (const std::string& part : parts) {
    // C++ has no co_await in a catch block, so the failure is looked at as a value.
    auto reserved = co_await durable::settle(ctx.step(
        part, [&] { return agency.reserve(trip, part); }, {.retry = durable::retry::none()}));
    if (reserved) {
      reservations.push_back(*reserved);
      continue;
    }
    co_await ctx.run_in_child_context("compensate", [&](durable::DurableContext& child) {
      return cancel_all(agency, reservations, child);
    });
    co_return "nothing booked: " + reserved.error_message();
  }
  co_return "booked " + trip.id;
}

durable::Task<std::string> book_trip_in_sandbox(Trip trip, durable::DurableContext& ctx) {
  SandboxAgency sandbox;
  co_return co_await book_trip(sandbox, trip, ctx);
}

}  // namespace examples
