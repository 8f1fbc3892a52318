// SPDX-License-Identifier: Apache-2.0
#include "approval.h"

namespace examples {
namespace {

using namespace std::chrono_literals;

// Stands for a mail with two links; whoever follows one completes the callback.
void mail_manager(const Expense& expense, const std::string& callback_id) {
  static_cast<void>(expense);
  static_cast<void>(callback_id);
}

}  // namespace

durable::Task<std::string> approve_expense(Expense expense, durable::DurableContext& ctx) {
  if (expense.cents <= 50'00) co_return "paid " + expense.id;

  auto decision = co_await durable::settle(ctx.wait_for_callback<Decision>(
      "decision", [&](const std::string& callback_id) { mail_manager(expense, callback_id); },
      {.timeout = 72h}));

  if (decision.failed_with<durable::CallbackTimeoutError>()) co_return "nobody has decided";
  if (!decision) co_return "not decided: " + decision.error_message();
  co_return decision->granted ? "paid " + expense.id : "refused by " + decision->by;
}

}  // namespace examples
