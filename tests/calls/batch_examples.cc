// SPDX-License-Identifier: Apache-2.0
#include "calls/batch_examples.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace durable::test {

Task<Summary> charge_all(std::vector<Order> orders, DurableContext& ctx) {
  auto charges = co_await ctx.map(
      "charge orders", orders,
      [](DurableContext& item, const Order& order) -> Task<int> {
        const int cents = co_await item.step("charge",
                                             [&] {
                                               if (order.cents <= 0)
                                                 throw std::invalid_argument("nothing to charge");
                                               return order.cents;
                                             },
                                             {.retry = retry::none()});
        co_await item.wait("grace period", std::chrono::hours(24));
        co_return cents;
      },
      {.max_concurrency = 10,
       .completion = {.tolerated_failure_percentage = 50},
       .item_namer = [](const Order& order) { return "order-" + order.id; }});

  Summary summary;
  for (const auto& item : charges.items()) {
    if (item.result) summary.total_cents += *item.result;
    if (item.error) summary.failed.push_back(item.name + ": " + item.error->what());
  }
  co_return summary;
}

Task<Quote> best_quote(std::string route, DurableContext& ctx) {
  auto result = co_await ctx.parallel(
      "ask",
      branch("price",
             [&](DurableContext& c) -> Task<int> {
               co_return co_await c.step("price",
                                         [&] { return static_cast<int>(route.size()) * 100; });
             }),
      branch("carrier", [&](DurableContext& c) -> Task<std::string> {
        co_return co_await c.step("carrier", [&] { return "carrier of " + route; });
      }));
  auto [cents, carrier] = result.values();
  co_return Quote{carrier, cents};
}

Task<std::string> first_answer(std::vector<std::string> servers, DurableContext& ctx) {
  std::vector<Branch<std::string>> branches;
  for (const std::string& server : servers) {
    branches.push_back(branch(server, [server](DurableContext& c) -> Task<std::string> {
      co_return co_await c.step("ask", [&] { return "answer of " + server; });
    }));
  }
  auto result =
      co_await ctx.parallel("race", {.completion = Completion::first_successful()}, branches);
  co_return result.results().at(0);
}

}  // namespace durable::test
