// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

struct Quote {
  std::string carrier;
  int cents = 0;
};

/// Asks two carriers what a parcel costs, with calls that block, at the same time.
durable::Task<Quote> cheapest_quote(std::string parcel, durable::DurableContext& ctx);

}  // namespace examples
