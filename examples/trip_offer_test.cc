// SPDX-License-Identifier: Apache-2.0
#include "trip_offer.h"

#include <durable/testing/gtest.h>

using ::testing::SizeIs;

DURABLE_TEST(TripOffer, AsksForFlightAndHotelAtTheSameTime, .handler = examples::offer_trip,
             .lambda_function_name = "trip offer") {
  const auto result = durable_runner.run("Lima");

  ASSERT_THAT(result, durable::Succeeded());
  const auto offer = result.result<examples::TripOffer>();
  EXPECT_EQ(offer.flight, "flight to Lima");
  EXPECT_EQ(offer.hotel_cents, 80'00);
  EXPECT_THAT(result.get_context("ask").children(), SizeIs(2));
}
