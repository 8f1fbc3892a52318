// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <string>

namespace examples {

struct Trip {
  std::string id;
  std::string sold_out;  ///< The part that cannot be had: "flight", "hotel", "car", or "none".
};

/// Books and cancels. Both may be asked twice for the same, when a process dies before its record:
/// the second time changes nothing.
class TravelAgency {
 public:
  virtual ~TravelAgency() = default;
  /// Returns the reservation's number. Throws when there is none to be had.
  virtual std::string reserve(const Trip& trip, const std::string& part) = 0;
  virtual void cancel(const std::string& reservation) = 0;
};

/// A saga: books flight, hotel and car, or none of them. When one fails, what is booked already is
/// cancelled, the last first.
durable::Task<std::string> book_trip(TravelAgency& agency, Trip trip, durable::DurableContext& ctx);

/// The same with a sandbox instead of an agency: to be deployed.
durable::Task<std::string> book_trip_in_sandbox(Trip trip, durable::DurableContext& ctx);

}  // namespace examples
