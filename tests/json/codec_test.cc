// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace {

namespace json = durable::json;

struct Item {
  std::string sku;
  int qty = 1;
  std::optional<double> price;
  friend bool operator==(const Item&, const Item&) = default;
};
enum class Size { small, large };
struct Order {
  std::string id;
  std::vector<Item> items;
  std::map<std::string, std::int64_t> tags;
  Size size = Size::small;
  std::variant<std::monostate, int, Item> extra;
  friend bool operator==(const Order&, const Order&) = default;
};

TEST(Codec, WritesAndReadsNestedAggregates) {
  const Order order{"7", {{"a", 2, 0.1}, {"b", 1, {}}}, {{"x", 1}}, Size::large, Item{"c", 3, {}}};

  const std::string text = json::write(order);

  EXPECT_EQ(
      text,
      R"({"id":"7","items":[{"sku":"a","qty":2,"price":0.1},{"sku":"b","qty":1}],)"
      R"("tags":{"x":1},"size":"large","extra":{"type":"Item","value":{"sku":"c","qty":3}}})");
  EXPECT_EQ(json::decode<Order>(text).value(), order);
}

TEST(Codec, NamesThePathOfAWrongMember) {
  const auto order = json::decode<Order>(R"({"id":"7","items":[{"sku":"a","qty":"two"}]})");

  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().message, R"(items[0].qty: expected integer, found string "two")");
}

}  // namespace
