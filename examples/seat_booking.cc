// SPDX-License-Identifier: Apache-2.0
#include "seat_booking.h"

#include <stdexcept>

namespace examples {
namespace {

using namespace std::chrono_literals;

// Stands for the airline.
std::string confirm(const SeatRequest& request, const std::string& seat, std::uint32_t attempt) {
  if (attempt <= request.conflicts) throw std::runtime_error("seat " + seat + " is taken");
  return request.passenger + " sits in " + seat;
}

durable::Task<std::string> try_to_book(const SeatRequest& request, std::uint32_t attempt,
                                       durable::DurableContext& ctx) {
  std::string seat = co_await ctx.step("pick", [&] { return "12" + std::string(attempt, 'A'); });
  co_return co_await ctx.step("confirm", [&] { return confirm(request, seat, attempt); },
                              {.retry = durable::retry::none()});
}

}  // namespace

durable::Task<std::string> book_seat(SeatRequest request, durable::DurableContext& ctx) {
  co_return co_await ctx.with_retry(
      "book",
      [&](durable::DurableContext& attempt_ctx, std::uint32_t attempt) {
        return try_to_book(request, attempt, attempt_ctx);
      },
      {.retry = durable::retry::fixed({.max_attempts = 3, .delay = 1s})});
}

}  // namespace examples
