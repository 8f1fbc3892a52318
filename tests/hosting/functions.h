// SPDX-License-Identifier: Apache-2.0
//
// Durable functions that wait for something outside.
#pragma once

#include <durable/durable.h>

#include <string>
#include <vector>

namespace durable::test {

struct Approval {
  std::string by;
  bool granted = false;
  friend bool operator==(const Approval&, const Approval&) = default;
};

struct Order {
  std::string id;
  int total_cents = 0;
};

struct Invoice {
  std::string order_id;
  int total_cents = 0;
  friend bool operator==(const Invoice&, const Invoice&) = default;
};

/// Waits for the callback `approval` (an Approval); submits nothing.
Task<std::string> ask_for_approval(DurableContext& ctx);

/// Creates the callback `note` in the child context `desk`, and returns its text as it came.
Task<std::string> take_note(DurableContext& ctx);

/// Waits one after the other for as many callbacks `item` as its input says; returns their texts.
Task<std::vector<std::string>> collect(int count, DurableContext& ctx);

/// Invokes the function that its input names as `work`, with an Order; returns the Invoice's total,
/// or what the failure says.
Task<std::string> delegate(std::string function, DurableContext& ctx);

/// What `delegate` invokes: waits an hour, then makes an Invoice.
Task<Invoice> bill(Order order, DurableContext& ctx);

/// `type: message` of the error of an invoke or a callback.
std::string describe(const OperationError& error);

}  // namespace durable::test
