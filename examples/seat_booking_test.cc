// SPDX-License-Identifier: Apache-2.0
#include "seat_booking.h"

#include <durable/testing/gtest.h>

using examples::SeatRequest;
using ::testing::HasSubstr;

DURABLE_TEST(SeatBooking, PicksAnotherSeatWhenOneIsTaken, .handler = examples::book_seat,
             .lambda_function_name = "seat booking") {
  const auto result = durable_runner.run(SeatRequest{.passenger = "Ada", .conflicts = 1});

  EXPECT_THAT(result, durable::HasResult("Ada sits in 12AA"));
  EXPECT_THAT(result.get_wait("book-backoff-1"), durable::CompletedOnce());
}

DURABLE_TEST(SeatBooking, GivesUpAfterThreeAttempts, .handler = examples::book_seat,
             .lambda_function_name = "seat booking") {
  const auto result = durable_runner.run(SeatRequest{.passenger = "Ada", .conflicts = 9});

  EXPECT_THAT(result, durable::FailedWith("ChildContextError", HasSubstr("12AAA is taken")));
}
