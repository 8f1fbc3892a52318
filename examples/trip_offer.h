// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

struct TripOffer {
  std::string flight;
  int hotel_cents = 0;
};

/// Asks several systems at the same time, each for something else.
durable::Task<TripOffer> offer_trip(std::string city, durable::DurableContext& ctx);

}  // namespace examples
