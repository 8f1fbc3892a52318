// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "json/expect.h"

namespace {

namespace json = durable::json;
using durable::json_test::error_of;

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
  std::map<std::string, Item> by_name;
  Size size = Size::small;
  friend bool operator==(const Order&, const Order&) = default;
};
struct Tree {
  std::string name;
  std::vector<Tree> children;
  friend bool operator==(const Tree&, const Tree&) = default;
};
struct Empty {};
struct Optionals {
  std::optional<int> a;
  durable::Boxed<Item> b;
  std::unique_ptr<int> c;
  std::optional<int> d;
};
struct Inner {
  int x = 0;
  int y = 0;
};
struct Nested {
  Inner in;
  std::pair<int, bool> pair;
  std::array<Inner, 2> inners;
};

TEST(Aggregates, AreObjectsOfTheirMembers) {
  const Order order{"7", {{"a", 2, 0.1}, {"b", 1, {}}}, {{"x", {"c", 3, {}}}}, Size::large};

  const std::string text = json::write(order);

  EXPECT_EQ(text, R"({"id":"7","items":[{"sku":"a","qty":2,"price":0.1},{"sku":"b","qty":1}],)"
                  R"("by_name":{"x":{"sku":"c","qty":3}},"size":"large"})");
  EXPECT_EQ(json::decode<Order>(text).value(), order);
}

TEST(Aggregates, MayHoldOthersByValue) {
  const std::string text =
      R"({"in":{"x":1,"y":2},"pair":[3,true],"inners":[{"x":4,"y":5},{"x":6,"y":7}]})";
  EXPECT_EQ(json::write(json::decode<Nested>(text).value()), text);
}

TEST(Aggregates, MayHoldThemselves) {
  const Tree tree{"root", {{"a", {}}, {"b", {{"c", {}}}}}};
  EXPECT_EQ(json::decode<Tree>(json::write(tree)).value(), tree);
}

TEST(Aggregates, MayBeLocalOrWithoutMembers) {
  struct Local {
    int first_name = 0;
    std::string s;
  };
  EXPECT_EQ(json::write(Local{1, "x"}), R"({"first_name":1,"s":"x"})");
  EXPECT_EQ(json::write(Empty{}), "{}");
  EXPECT_TRUE(json::decode<Empty>(R"({"unknown":1})"));
  EXPECT_EQ(error_of<Empty>("[]"), "expected object, found array");
}

TEST(Aggregates, LeaveOutOptionalsWithoutValue) {
  EXPECT_EQ(json::write(Optionals{}), "{}");
  EXPECT_EQ(json::write(Optionals{{}, Item{"s", 1, {}}, {}, 4}),
            R"({"b":{"sku":"s","qty":1},"d":4})");
  const Optionals some = json::decode<Optionals>(R"({"a":null,"b":null,"c":5})").value();
  EXPECT_FALSE(some.a || some.b.has_value() || some.d);
  EXPECT_EQ(*some.c, 5);
}

TEST(Aggregates, IgnoreUnknownMembersAndOrder) {
  EXPECT_EQ(json::decode<Item>(R"({"more":{"a":[1,{}]},"qty":2,"x":null,"sku":"a"})").value(),
            (Item{"a", 2, {}}));
}

TEST(Aggregates, TakeTheLastOfADuplicate) {
  EXPECT_EQ(json::decode<Item>(R"({"sku":1,"qty":2,"sku":"a","qty":3})").value(),
            (Item{"a", 3, {}}));
}

TEST(Aggregates, RefuseAMissingMember) {
  EXPECT_EQ(error_of<Item>(R"({"sku":"a"})"), "qty: required member is missing");
  EXPECT_EQ(
      error_of<Order>(R"({"id":"7","items":[{"sku":"a","qty":1},{"sku":"a","qty":1},{"sku":""}]})"),
      "items[2].qty: required member is missing");
  EXPECT_EQ(error_of<Order>(R"({"id":"7","items":null})"), "items: expected array, found null");
}

TEST(Aggregates, NameThePathOfAWrongValue) {
  struct Row {
    const char* text;
    const char* message;
  };
  for (const auto& [text, message] : {
           Row{R"({"id":"7","items":[{"sku":"a","qty":"two"}]})",
               "items[0].qty: expected integer, found string \"two\""},
           Row{R"({"id":"7","items":[[]]})", "items[0]: expected object, found array"},
           Row{R"({"id":"7","items":[],"by_name":{"x":{"sku":null}}})",
               "by_name.x.sku: expected string, found null"},
           Row{R"({"id":"7","items":[],"by_name":{"odd key":{"sku":null}}})",
               "by_name[\"odd key\"].sku: expected string, found null"},
           Row{R"({"id":"7","items":[],"by_name":{},"size":"huge"})",
               "size: expected one of \"small\", \"large\", found string \"huge\""},
           Row{R"([])", "expected object, found array"},
       }) {
    EXPECT_EQ(error_of<Order>(text), message);
  }
  EXPECT_EQ((error_of<std::vector<std::vector<int>>>("[[1],[2,false]]")),
            "[1][1]: expected integer, found boolean false");
}

TEST(Aggregates, NameThePathOfAValueThatCannotBeWritten) {
  Order order{"7", {{"a", 1, {}}, {"b", 1, std::numeric_limits<double>::quiet_NaN()}}, {}, {}};
  EXPECT_EQ(json::encode(order).error().message,
            "items[1].price: expected a finite number, found NaN, which has no JSON form");
  order.items.clear();
  order.by_name["x"].sku = "\xff";
  EXPECT_EQ(json::encode(order).error().message,
            "by_name.x.sku: expected UTF-8 text, found byte 0xFF at offset 0; encode binary data, "
            "for example as base64");
}

Tree chain(std::size_t objects) {
  Tree tree{"leaf", {}};
  for (std::size_t i = 1; i < objects; ++i) {
    std::vector<Tree> children;
    children.push_back(std::move(tree));
    tree = Tree{"n", std::move(children)};
  }
  return tree;
}

TEST(Aggregates, AreWrittenOnlyAsDeepAsTheyAreRead) {
  // Each object but the last holds an array with the next one, the last an empty array.
  const Tree fits = chain(json::depth_max / 2);
  EXPECT_EQ(json::decode<Tree>(json::write(fits)).value(), fits);

  const auto too_deep = json::encode(chain(json::depth_max / 2 + 1));
  ASSERT_FALSE(too_deep);
  EXPECT_TRUE(
      too_deep.error().message.ends_with("expected at most 64 levels of nesting, found more"))
      << too_deep.error().message;
}

TEST(Aggregates, AreAppendedToAStringThatIsKept) {
  std::string out = "data: ";
  ASSERT_TRUE(json::encode_to(Inner{1, 2}, out));
  ASSERT_TRUE(json::encode_to(Empty{}, out));
  EXPECT_EQ(out, R"(data: {"x":1,"y":2}{})");
}

TEST(Aggregates, CanBeWrittenOrThrow) {
  EXPECT_THROW(json::write(std::numeric_limits<double>::infinity()), durable::ResultError);
}

}  // namespace
