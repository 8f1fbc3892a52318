// SPDX-License-Identifier: Apache-2.0
#include "billing.h"

#include <stdexcept>

namespace examples {

using namespace std::chrono_literals;

durable::Task<Invoice> write_invoice(Purchase purchase, durable::DurableContext& ctx) {
  if (purchase.cents <= 0) throw std::invalid_argument("nothing to pay for " + purchase.id);
  Invoice invoice;
  invoice.number = co_await ctx.step("number", [&] { return "inv-" + purchase.id; });
  co_await ctx.wait("printer", 2s);
  invoice.cents = purchase.cents;
  co_return invoice;
}

durable::Task<std::string> complete_purchase(Purchase purchase, durable::DurableContext& ctx) {
  auto invoice =
      co_await durable::settle(ctx.invoke<Invoice>("invoice", purchase.billing_function, purchase));
  if (!invoice) co_return "not billed: " + invoice.error_message();
  co_return "billed with " + invoice->number;
}

}  // namespace examples
