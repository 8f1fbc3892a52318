// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <cstdint>
#include <string>

namespace examples {

struct Purchase {
  std::string id;
  std::int64_t cents = 0;
  std::string billing_function;  ///< Its name with a version or alias: "billing:live".
};

struct Invoice {
  std::string number;
  std::int64_t cents = 0;
};

/// Writes an invoice; a durable function of its own.
durable::Task<Invoice> write_invoice(Purchase purchase, durable::DurableContext& ctx);

/// Has another function write the invoice, and waits for it without computing.
durable::Task<std::string> complete_purchase(Purchase purchase, durable::DurableContext& ctx);

}  // namespace examples
