// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <cstdint>
#include <string>

namespace examples {

struct SeatRequest {
  std::string passenger;
  std::uint32_t conflicts = 0;  ///< In this many attempts somebody else takes the seat meanwhile.
};

/// Picks a seat and confirms it. A confirmation that comes too late needs another seat, so both
/// steps are done again, and not only the one that failed.
durable::Task<std::string> book_seat(SeatRequest request, durable::DurableContext& ctx);

}  // namespace examples
