// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace examples {

// Plain aggregates are the function's JSON: no macro, no registration.
struct Item {
  std::string sku;
  int quantity = 0;
  std::int64_t unit_price_cents = 0;
};

struct Payment {
  std::string card;
  std::uint32_t outages = 0;  ///< The sandbox gateway is out of order for this many attempts.
};

struct Order {
  std::string id;
  std::string customer;
  std::vector<Item> items;
  Payment payment;
};

struct Shipment {
  std::string label;
  std::string tracking_number;
};

struct Receipt {
  std::string order_id;
  std::int64_t charged_cents = 0;
  std::string payment_id;
  Shipment shipment;
};

/// The payment gateway did not answer; a later attempt may succeed.
class PaymentUnavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Takes an order from the shelf to the door: reserves the stock, charges the card (and tries again
/// while the gateway is out of order), gives the customer 24 hours to change their mind, then
/// ships.
///
/// Fails with `ValidationError`-like step errors on an order without items or with a quantity
/// below 1.
durable::Task<Receipt> process_order(Order order, durable::DurableContext& ctx);

}  // namespace examples
