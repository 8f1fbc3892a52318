// SPDX-License-Identifier: Apache-2.0
//
// The functions that docs/operations/map.md and parallel.md show.
#pragma once

#include <durable/durable.h>

#include <string>
#include <vector>

namespace durable::test {

struct Order {
  std::string id;
  int cents = 0;
};
struct Summary {
  int total_cents = 0;
  std::vector<std::string> failed;
};
struct Quote {
  std::string carrier;
  int cents = 0;
};

Task<Summary> charge_all(std::vector<Order> orders, DurableContext& ctx);
Task<Quote> best_quote(std::string route, DurableContext& ctx);
Task<std::string> first_answer(std::vector<std::string> servers, DurableContext& ctx);

}  // namespace durable::test
