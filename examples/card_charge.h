// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <cstdint>
#include <optional>
#include <string>

namespace examples {

struct Bill {
  std::string id;
  std::int64_t cents = 0;
};

/// A payment provider: a key is charged once, and it can be asked what became of a key.
class PaymentProvider {
 public:
  virtual ~PaymentProvider() = default;
  /// Returns the payment's number.
  virtual std::string charge(const std::string& key, std::int64_t cents) = 0;
  virtual std::optional<std::string> find(const std::string& key) = 0;
};

/// Charges a card at most once. When the process dies in the middle of the charge, the call is not
/// made again: the provider is asked what became of it.
durable::Task<std::string> charge_card(PaymentProvider& provider, Bill bill,
                                       durable::DurableContext& ctx);

/// The same with a sandbox instead of a provider, which declines what is above 500.00: to be
/// deployed.
durable::Task<std::string> charge_card_in_sandbox(Bill bill, durable::DurableContext& ctx);

}  // namespace examples
