// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/durable.h>

#include <cstdint>
#include <string>

namespace examples {

struct Expense {
  std::string id;
  std::int64_t cents = 0;
};

/// What the manager answers, as JSON: {"granted":true,"by":"Kim"}.
struct Decision {
  bool granted = false;
  std::string by;
};

/// Asks a human, and waits for the answer for up to three days without computing. Small expenses
/// need no approval.
durable::Task<std::string> approve_expense(Expense expense, durable::DurableContext& ctx);

}  // namespace examples
