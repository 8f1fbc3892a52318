// SPDX-License-Identifier: Apache-2.0
#include "card_charge.h"

namespace examples {

durable::Task<std::string> charge_card(PaymentProvider& provider, Bill bill,
                                       durable::DurableContext& ctx) {
  const std::string key = ctx.uuid();  // the same in every replay of this execution

  auto charged = co_await durable::settle(
      ctx.step("charge", [&] { return provider.charge(key, bill.cents); },
               {.semantics = durable::StepSemantics::at_most_once_per_retry,
                .retry = durable::retry::none()}));
  if (charged) co_return "paid with " + *charged;

  // Whether the provider has heard of it is not known; asking does no harm, however often.
  if (charged.failed_with<durable::StepInterruptedError>()) {
    auto payment = co_await ctx.step("find", [&] { return provider.find(key); });
    if (payment) co_return "paid with " + *payment;
  }
  co_return "not paid: " + charged.error_message();
}

}  // namespace examples
