// SPDX-License-Identifier: Apache-2.0
#include "hosting/functions.h"

namespace durable::test {

using namespace std::chrono_literals;

std::string describe(const OperationError& error) {
  return std::string(error.class_name()) + " " + std::string(error.error_type()) + ": " +
         error.what();
}

Task<std::string> ask_for_approval(DurableContext& ctx) {
  std::string outcome;
  try {
    Approval approval = co_await ctx.wait_for_callback<Approval>(
        "approval", [](const std::string&) {}, {.timeout = 24h, .heartbeat_timeout = 15min});
    outcome = approval.by + (approval.granted ? " granted it" : " refused it");
  } catch (const OperationError& error) {
    outcome = describe(error);
  }
  co_return outcome;
}

Task<std::string> take_note(DurableContext& ctx) {
  std::string text =
      co_await ctx.run_in_child_context("desk", [](DurableContext& desk) -> Task<std::string> {
        Callback<std::string> note = co_await desk.create_callback("note");
        std::string given = co_await note.result();
        co_return given;
      });
  co_return text;
}

Task<std::vector<std::string>> collect(int count, DurableContext& ctx) {
  std::vector<std::string> items;
  for (int i = 0; i < count; ++i) {
    Callback<std::string> item = co_await ctx.create_callback("item");
    items.push_back(co_await item.result());
  }
  co_return items;
}

Task<std::string> delegate(std::string function, DurableContext& ctx) {
  std::string outcome;
  try {
    const Order order{"7", 1999};
    Invoice invoice = co_await ctx.invoke<Invoice>("work", function, order, {.tenant_id = "acme"});
    outcome = invoice.order_id + " costs " + std::to_string(invoice.total_cents);
  } catch (const InvokeError& error) {
    outcome = describe(error);
  }
  co_return outcome;
}

Task<Invoice> bill(Order order, DurableContext& ctx) {
  co_await ctx.wait("printer", 1h);
  Invoice invoice = co_await ctx.step("print", [&] {
    return Invoice{order.id, order.total_cents};
  });
  co_return invoice;
}

}  // namespace durable::test
