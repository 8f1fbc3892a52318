// SPDX-License-Identifier: Apache-2.0
//
// The function of README.md.
#pragma once

#include <durable/durable.h>

#include <string>

struct Order {  // a plain struct is its own JSON: no macro needed
  std::string id;
  int total_cents = 0;
};

durable::Task<std::string> process_order(Order order, durable::DurableContext& ctx);
