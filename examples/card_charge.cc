// SPDX-License-Identifier: Apache-2.0
#include "card_charge.h"

#include <stdexcept>

namespace examples {
namespace {

/// What became of a payment follows from the bill alone, so that nothing has to be kept from one
/// invocation to the next.
class SandboxProvider final : public PaymentProvider {
 public:
  explicit SandboxProvider(const Bill& bill) : payment_("payment-" + bill.id) {
    if (bill.cents > 500'00) payment_.reset();
  }
  std::string charge(const std::string&, std::int64_t) override {
    if (!payment_) throw std::runtime_error("the card was declined");
    return *payment_;
  }
  std::optional<std::string> find(const std::string&) override { return payment_; }

 private:
  std::optional<std::string> payment_;
};

}  // namespace

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

durable::Task<std::string> charge_card_in_sandbox(Bill bill, durable::DurableContext& ctx) {
  SandboxProvider sandbox(bill);
  co_return co_await charge_card(sandbox, bill, ctx);
}

}  // namespace examples
