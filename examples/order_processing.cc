// SPDX-License-Identifier: Apache-2.0
#include "order_processing.h"

namespace examples {
namespace {

using namespace std::chrono_literals;

// Stand-ins for the systems that a real function would call.

std::int64_t reserve_stock(const Order& order) {
  if (order.items.empty()) throw std::invalid_argument("order " + order.id + " has no items");
  std::int64_t total_cents = 0;
  for (const Item& item : order.items) {
    if (item.quantity < 1) {
      throw std::invalid_argument("order " + order.id + ": the quantity of " + item.sku + " is " +
                                  std::to_string(item.quantity) + ", expected at least 1");
    }
    total_cents += item.quantity * item.unit_price_cents;
  }
  return total_cents;
}

std::string charge_card(const Order& order, std::int64_t amount_cents, std::uint32_t attempt) {
  if (attempt <= order.payment.outages) {
    throw PaymentUnavailable("gateway answered 503 in attempt " + std::to_string(attempt));
  }
  return "pay-" + order.id + "-" + std::to_string(amount_cents);
}

durable::Task<Shipment> ship(Order order, durable::DurableContext& ctx) {
  Shipment shipment;
  shipment.label = co_await ctx.step("print-label", [&] { return "To: " + order.customer; });
  shipment.tracking_number = co_await ctx.step("hand-over", [&] { return "trk-" + order.id; });
  co_return shipment;
}

}  // namespace

durable::Task<Receipt> process_order(Order order, durable::DurableContext& ctx) {
  // A refused order does not get better by trying again.
  std::int64_t total_cents = co_await ctx.step(
      "reserve-stock", [&] { return reserve_stock(order); }, {.retry = durable::retry::none()});

  std::string payment_id = co_await ctx.step(
      "charge-card",
      [&](durable::StepContext& step) { return charge_card(order, total_cents, step.attempt()); },
      {.retry = durable::retry::exponential({.max_attempts = 5, .initial = 2s})});

  co_await ctx.wait("cancellation-period", 24h);

  Shipment shipment = co_await ctx.run_in_child_context(
      "ship", [&](durable::DurableContext& child) { return ship(order, child); });

  co_return Receipt{order.id, total_cents, payment_id, shipment};
}

}  // namespace examples
