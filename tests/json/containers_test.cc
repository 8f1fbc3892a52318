// SPDX-License-Identifier: Apache-2.0
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <deque>
#include <list>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "json/expect.h"

namespace {

namespace json = durable::json;
using durable::json_test::error_of;

struct Card {
  std::string number;
  friend bool operator==(const Card&, const Card&) = default;
};
struct Cash {
  friend bool operator==(const Cash&, const Cash&) = default;
};
enum class Unit { kg, m };

/// Writes, compares, reads back, compares.
template <class T>
void expect_both_ways(const T& value, std::string_view text) {
  EXPECT_EQ(json::write(value), text);
  EXPECT_EQ(json::decode<T>(text).value(), value);
}

TEST(Containers, OfOneTypeAreArrays) {
  expect_both_ways(std::vector<int>{1, 2, 3}, "[1,2,3]");
  expect_both_ways(std::vector<int>{}, "[]");
  expect_both_ways(std::vector<bool>{true, false}, "[true,false]");
  expect_both_ways(std::deque<std::string>{"a", "b"}, R"(["a","b"])");
  expect_both_ways(std::list<double>{0.5}, "[0.5]");
  expect_both_ways(std::set<int>{3, 1, 2}, "[1,2,3]");
  expect_both_ways(std::array<int, 2>{1, 2}, "[1,2]");
  expect_both_ways(std::vector<std::vector<int>>{{}, {1}}, "[[],[1]]");
  expect_both_ways(std::vector<std::optional<int>>{1, std::nullopt}, "[1,null]");
  expect_both_ways(std::vector<std::uint8_t>{0, 255}, "[0,255]");
}

TEST(Containers, WithKeysAreObjects) {
  expect_both_ways(std::map<std::string, int>{{"a", 1}, {"\"", 2}}, R"({"\"":2,"a":1})");
  expect_both_ways(std::map<std::string, int>{}, "{}");
  expect_both_ways(std::map<int, bool>{{-1, true}, {2, false}}, R"({"-1":true,"2":false})");
  expect_both_ways(std::map<std::uint64_t, int>{{18446744073709551615U, 1}},
                   R"({"18446744073709551615":1})");
  expect_both_ways(std::map<Unit, std::vector<int>>{{Unit::m, {1}}}, R"({"m":[1]})");
  expect_both_ways(std::map<std::string, std::optional<int>>{{"a", std::nullopt}}, R"({"a":null})");
}

TEST(Containers, ThatHashAreWrittenInOrder) {
  std::unordered_map<std::string, int> map;
  std::unordered_set<int> set;
  for (int i = 9; i >= 0; --i) {
    map[std::to_string(i)] = i;
    set.insert(i);
  }
  expect_both_ways(map, R"({"0":0,"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9})");
  expect_both_ways(set, "[0,1,2,3,4,5,6,7,8,9]");
}

TEST(Containers, OfSeveralTypesAreArraysOfTheirLength) {
  expect_both_ways(std::pair<int, std::string>{1, "a"}, R"([1,"a"])");
  expect_both_ways(std::tuple<int, bool, std::optional<int>>{1, true, std::nullopt},
                   "[1,true,null]");
  expect_both_ways(std::tuple<>{}, "[]");
  EXPECT_EQ((error_of<std::pair<int, int>>("[1,2,3]")),
            "expected array of 2 elements, found array of 3");
  EXPECT_EQ((error_of<std::array<int, 3>>("[1,2]")),
            "expected array of 3 elements, found array of 2");
  EXPECT_EQ((error_of<std::tuple<int, bool>>("[1,2]")), "[1]: expected boolean, found integer 2");
}

TEST(Maps, TakeTheLastOfADuplicate) {
  EXPECT_EQ((json::decode<std::map<std::string, int>>(R"({"a":1,"a":2})").value()),
            (std::map<std::string, int>{{"a", 2}}));
}

TEST(Maps, RefuseKeysThatAreNotOfTheirType) {
  EXPECT_EQ((error_of<std::map<std::int8_t, int>>(R"({"128":1})")),
            "128: expected integer from -128 to 127 as key, found string \"128\"");
  for (const char* const text :
       {R"({"01":1})", R"({" 1":1})", R"({"1.0":1})", R"({"":1})", R"({"+1":1})"}) {
    EXPECT_FALSE((json::decode<std::map<int, int>>(text))) << text;
    EXPECT_FALSE((json::decode<std::map<unsigned, int>>(text))) << text;
  }
  EXPECT_EQ((error_of<std::map<Unit, int>>(R"({"mile":1})")),
            "mile: expected one of \"kg\", \"m\", found string \"mile\"");
}

TEST(Optionals, AreTheirValueOrNull) {
  expect_both_ways(std::optional<int>(1), "1");
  expect_both_ways(std::optional<int>(), "null");
  expect_both_ways(durable::Boxed<Card>(Card{"4"}), R"({"number":"4"})");
  expect_both_ways(durable::Boxed<Card>(), "null");
  EXPECT_EQ(json::write(std::make_unique<int>(3)), "3");
  EXPECT_EQ(*json::decode<std::unique_ptr<int>>("3").value(), 3);
  EXPECT_EQ(error_of<std::optional<int>>("\"\""), "expected integer, found string \"\"");
}

using Payment = std::variant<std::monostate, Cash, Card, int, std::string, std::vector<int>>;

TEST(Variants, CarryTheNameOfTheirType) {
  expect_both_ways(Payment(), R"({"type":"null","value":null})");
  expect_both_ways(Payment(Cash()), R"({"type":"Cash","value":{}})");
  expect_both_ways(Payment(Card{"4"}), R"({"type":"Card","value":{"number":"4"}})");
  expect_both_ways(Payment(5), R"({"type":"int32","value":5})");
  expect_both_ways(Payment("x"), R"({"type":"string","value":"x"})");
  expect_both_ways(Payment(std::vector<int>{1}), R"({"type":"array","value":[1]})");
  EXPECT_EQ(json::decode<Payment>(R"({"value":{"number":"4"},"type":"Card"})").value(),
            Payment(Card{"4"}));
}

TEST(Variants, ListTheirNamesWhenOneIsUnknown) {
  EXPECT_EQ((error_of<std::variant<Cash, Card>>(R"({"type":"Check","value":{}})")),
            "type: expected one of \"Cash\", \"Card\", found string \"Check\"");
  EXPECT_EQ((error_of<std::variant<Cash, Card>>(R"({"type":1,"value":{}})")),
            "type: expected one of \"Cash\", \"Card\", found integer 1");
  EXPECT_EQ((error_of<std::variant<Cash, Card>>(R"({"type":"Cash"})")),
            "value: required member is missing");
  EXPECT_EQ((error_of<std::variant<Cash, Card>>("{}")), "type: required member is missing");
  EXPECT_EQ((error_of<std::variant<Cash, Card>>(R"({"type":"Card","value":{"number":1}})")),
            "value.number: expected string, found integer 1");
}

TEST(Containers, AreReplacedWhenRead) {
  struct Defaults {
    std::vector<int> list{1, 2};
    std::map<std::string, int> map{{"a", 1}};
  };
  const auto value = json::decode<Defaults>(R"({"list":[3],"map":{"b":2}})").value();
  EXPECT_EQ(value.list, (std::vector<int>{3}));
  EXPECT_EQ(value.map, (std::map<std::string, int>{{"b", 2}}));
}

}  // namespace
