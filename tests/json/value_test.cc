// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace {

namespace json = durable::json;
using json::Value;

TEST(Value, ComesBackAsItWas) {
  for (const char* const text :
       {"null", "true", "-9223372036854775808", "18446744073709551615", "0.1", "-0.0", "2.0",
        "1e+300", "\"a\\n\"", "[]", "{}", R"({"z":1,"a":[null,{"b":2.5}]})"}) {
    EXPECT_EQ(Value::parse(text).value().dump().value(), text);
  }
}

TEST(Value, IsBuiltInPlace) {
  Value order;
  order.set("id", "7");
  order.set("total", 12.5);
  order.set("paid", true);
  Value& items = order.set("items", nullptr);
  items.push_back(1);
  items.push_back(std::uint64_t{2});
  order.set("id", std::string("8"));

  EXPECT_EQ(order.dump().value(), R"({"id":"8","total":12.5,"paid":true,"items":[1,2]})");
  EXPECT_EQ(order.size(), 4U);
  EXPECT_EQ(*order.find("items")->at(1)->as_integer(), 2);
}

TEST(Value, GivesNothingForAnotherKind) {
  const Value value = Value::parse(R"({"n":-1,"u":18446744073709551615,"s":"x"})").value();
  EXPECT_EQ(value.find("none"), nullptr);
  EXPECT_EQ(value.at(0), nullptr);
  EXPECT_EQ(value.find("n")->as_unsigned(), std::nullopt);
  EXPECT_EQ(value.find("n")->as_real(), -1.0);
  EXPECT_EQ(value.find("u")->as_integer(), std::nullopt);
  EXPECT_EQ(value.find("u")->as_unsigned(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(value.find("s")->as_bool(), std::nullopt);
  EXPECT_EQ(value.find("s")->find("x"), nullptr);
  EXPECT_EQ(*value.find("s")->as_string(), "x");
  EXPECT_EQ(value.find("s")->size(), 0U);
  EXPECT_EQ(Value(1).as_array(), nullptr);
}

TEST(Value, HasOneFormForEachNumber) {
  EXPECT_EQ(Value(std::uint64_t{5}), Value(5));
  EXPECT_EQ(Value(std::uint64_t{5}).kind(), json::Kind::integer);
  EXPECT_NE(Value(5.0), Value(5));
}

TEST(Value, KeepsTheLastOfADuplicate) {
  EXPECT_EQ(Value::parse(R"({"a":1,"b":2,"a":3,"a":4})").value().dump().value(),
            R"({"b":2,"a":4})");
}

TEST(Value, StandsInsideTypedData) {
  struct Envelope {
    std::string kind;
    Value data;
    std::optional<Value> more;
  };
  const std::string text = R"({"kind":"k","data":{"any":[1,"x"]}})";
  EXPECT_EQ(json::write(json::decode<Envelope>(text).value()), text);
}

TEST(Value, NamesThePathOfWhatCannotBeWritten) {
  Value value;
  value.set("a", Value::Array{1, std::numeric_limits<double>::quiet_NaN()});
  EXPECT_EQ(value.dump().error().message,
            "a[1]: expected a finite number, found NaN, which has no JSON form");
  Value deep;
  for (int i = 0; i < 100; ++i) deep = Value(Value::Array{std::move(deep)});
  EXPECT_FALSE(deep.dump());
}

}  // namespace
