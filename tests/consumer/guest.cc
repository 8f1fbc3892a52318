// SPDX-License-Identifier: Apache-2.0
// A user's program: a struct of its own, public headers, compiled rooms.
#include <durable/json/json.h>

#include <iostream>
#include <string>

struct Order {
  std::string id;
  int total_cents = 0;
};

int main() {
  const durable::Result<Order> order =
      durable::json::decode<Order>(R"({"total_cents": 995, "id": "7"})");
  std::cout << durable::json::write(order.value()) << '\n';
}
