// SPDX-License-Identifier: Apache-2.0
//
// A saga leaves nothing half done, wherever the process dies.
#include "trip_booking.h"

#include <durable/testing/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

using examples::Trip;

namespace {

class FakeAgency final : public examples::TravelAgency {
 public:
  std::string reserve(const Trip& trip, const std::string& part) override {
    if (part == trip.sold_out) throw std::runtime_error("no " + part + " left");
    const std::string number = part + "-" + trip.id;
    open.insert(number);
    return number;
  }
  void cancel(const std::string& reservation) override { open.erase(reservation); }

  std::set<std::string> open;
};

FakeAgency agency;

durable::Task<std::string> book_at_fake(Trip trip, durable::DurableContext& ctx) {
  return examples::book_trip(agency, trip, ctx);
}

}  // namespace

DURABLE_CRASH_TEST(TripBooking, BooksEveryPart, .handler = book_at_fake) {
  agency = FakeAgency();

  EXPECT_THAT(durable_runner.run(Trip{.id = "7", .sold_out = "none"}),
              durable::HasResult("booked 7"));
  EXPECT_EQ(agency.open.size(), 3);
}

DURABLE_CRASH_TEST(TripBooking, CancelsWhatIsBookedWhenAPartFails, .handler = book_at_fake) {
  agency = FakeAgency();

  const auto result = durable_runner.run(Trip{.id = "7", .sold_out = "car"});

  EXPECT_THAT(result, durable::HasResult("nothing booked: no car left"));
  EXPECT_TRUE(agency.open.empty());
}

DURABLE_TEST(TripBooking, BooksInTheSandbox, .handler = examples::book_trip_in_sandbox,
             .lambda_function_name = "trip booking") {
  EXPECT_THAT(durable_runner.run(Trip{.id = "7", .sold_out = "none"}),
              durable::HasResult("booked 7"));
}

DURABLE_TEST(TripBooking, CancelsInTheSandbox, .handler = examples::book_trip_in_sandbox,
             .lambda_function_name = "trip booking") {
  const auto result = durable_runner.run(Trip{.id = "7", .sold_out = "car"});

  EXPECT_THAT(result, durable::HasResult("nothing booked: no car left"));
  EXPECT_THAT(result.get_step("cancel-hotel-7"), durable::CompletedOnce());
  EXPECT_THAT(result.get_step("cancel-flight-7"), durable::CompletedOnce());
}
