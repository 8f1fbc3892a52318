// SPDX-License-Identifier: Apache-2.0
//
// Which types have a JSON form, and how a class of a user's gets one.
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "json/expect.h"

namespace {

namespace json = durable::json;
using durable::json_test::error_of;

class Money {
 public:
  Money(std::int64_t cents, std::string currency) : cents_(cents), currency_(std::move(currency)) {}
  [[nodiscard]] std::int64_t cents() const { return cents_; }
  [[nodiscard]] const std::string& currency() const { return currency_; }
  friend bool operator==(const Money&, const Money&) = default;

 private:
  std::int64_t cents_;
  std::string currency_;
};

class Email {
 public:
  Email() = default;
  explicit Email(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& text() const { return text_; }
  friend bool operator==(const Email&, const Email&) = default;

 private:
  std::string text_;
};

struct MoneyParts {
  std::int64_t cents = 0;
  std::string currency;
};
struct Customer {
  Email email;
  std::optional<Money> limit;
  friend bool operator==(const Customer&, const Customer&) = default;
};

class Opaque {
 public:
  explicit Opaque(int value) : value_(value) {}

 private:
  [[maybe_unused]] int value_;
};

}  // namespace

template <>
struct durable::json::Codec<Money> {
  static MoneyParts to_json(const Money& money) { return {money.cents(), money.currency()}; }
  static Money from_json(MoneyParts parts) { return {parts.cents, std::move(parts.currency)}; }
};
template <>
struct durable::json::Codec<Email> {
  static std::string_view to_json(const Email& email) { return email.text(); }
  static durable::Result<Email> from_json(const std::string& text) {
    if (text.find('@') == std::string::npos) {
      return durable::Error{durable::ErrorCode::invalid_json, "expected an address with @"};
    }
    return Email(text);
  }
};
template <>
struct durable::json::TypeName<std::vector<Email>> {
  static constexpr std::string_view value = "emails";
};

namespace {

struct Tree {
  std::vector<Tree> children;
};
struct Pair {
  std::unique_ptr<Pair> next;
  std::map<std::string, Pair> others;
};
struct Base {
  int a = 0;
};
struct Derived : Base {
  int b = 0;
};
struct WithArray {
  int before = 0;
  char name[8] = {};
  int after = 0;
};
struct WithPointer {
  int* pointer = nullptr;
};
struct WithReference {
  int& reference;
};
struct WithFunction {
  std::function<void()> function;
};
struct WithOpaque {
  Opaque opaque{1};
};
struct WithConst {
  const int value = 1;
};
struct Opened {
  std::string_view text;
};
union Union {
  int a;
  float b;
};
enum Unfixed { unfixed };
[[maybe_unused]] const auto closure = [](int) {};

TEST(IsCodable, AcceptsWhatHasAForm) {
  EXPECT_TRUE(json::is_codable<Tree>);
  EXPECT_TRUE(json::is_codable<Pair>);
  EXPECT_TRUE((json::is_codable<std::deque<std::list<std::set<int>>>>));
  EXPECT_TRUE((json::is_codable<std::unordered_map<std::string, std::vector<bool>>>));
  EXPECT_TRUE((json::is_codable<std::tuple<int, std::pair<bool, float>, std::array<Tree, 3>>>));
  EXPECT_TRUE((json::is_codable<std::variant<std::monostate, Tree, json::Value>>));
  EXPECT_TRUE(json::is_codable<std::chrono::seconds>);
  EXPECT_TRUE(json::is_codable<durable::Timestamp>);
  EXPECT_TRUE(json::is_codable<durable::Payload>);
  EXPECT_TRUE(json::is_codable<Money>);
  EXPECT_TRUE(json::is_codable<Customer>);
  EXPECT_TRUE(json::is_codable<std::vector<Money>>);
}

TEST(IsCodable, RefusesWhatHasNone) {
  EXPECT_FALSE(json::is_codable<Derived>);
  EXPECT_FALSE(json::is_codable<WithArray>);
  EXPECT_FALSE(json::is_codable<WithPointer>);
  EXPECT_FALSE(json::is_codable<WithReference>);
  EXPECT_FALSE(json::is_codable<WithFunction>);
  EXPECT_FALSE(json::is_codable<WithOpaque>);
  EXPECT_FALSE(json::is_codable<Opaque>);
  EXPECT_FALSE(json::is_codable<Union>);
  EXPECT_FALSE(json::is_codable<Unfixed>);
  EXPECT_FALSE(json::is_codable<decltype(closure)>);
  EXPECT_FALSE(json::is_codable<int*>);
  EXPECT_FALSE(json::is_codable<void>);
  EXPECT_FALSE(json::is_codable<void*>);
  EXPECT_FALSE(json::is_codable<char>);
  EXPECT_FALSE(json::is_codable<char[4]>);
  EXPECT_FALSE(json::is_codable<long double>);
  EXPECT_FALSE((json::is_codable<std::map<double, int>>));
  EXPECT_FALSE((json::is_codable<std::vector<std::optional<Opaque>>>));
}

TEST(IsCodable, RefusesAnOptionalOfWhatMayBeNull) {
  EXPECT_FALSE(json::is_codable<std::optional<std::optional<int>>>);
  EXPECT_FALSE(json::is_codable<std::optional<std::monostate>>);
  EXPECT_FALSE(json::is_codable<std::unique_ptr<std::unique_ptr<int>>>);
}

TEST(IsCodable, TellsWritingFromReading) {
  EXPECT_TRUE(json::is_encodable<std::string_view>);
  EXPECT_TRUE(json::is_encodable<const char*>);
  EXPECT_TRUE(json::is_encodable<Opened>);
  EXPECT_TRUE(json::is_encodable<WithConst>);
  EXPECT_TRUE(json::is_encodable<const Tree&>);
  EXPECT_FALSE(json::is_decodable<std::string_view>);
  EXPECT_FALSE(json::is_decodable<const char*>);
  EXPECT_FALSE(json::is_decodable<Opened>);
  EXPECT_FALSE(json::is_decodable<WithConst>);
}

TEST(CustomCodec, WritesAndReadsThroughAnotherType) {
  const Money money(1250, "EUR");
  EXPECT_EQ(json::write(money), R"({"cents":1250,"currency":"EUR"})");
  EXPECT_EQ(json::decode<Money>(json::write(money)).value(), money);
  const std::vector<Money> list{money, Money(1, "USD")};
  EXPECT_EQ(json::decode<std::vector<Money>>(json::write(list)).value(), list);
  const std::map<std::string, Money> map{{"a", money}};
  EXPECT_EQ((json::decode<std::map<std::string, Money>>(json::write(map)).value()), map);
  const std::variant<int, Money> either(money);
  EXPECT_EQ((json::decode<std::variant<int, Money>>(json::write(either)).value()), either);
  const Customer customer{Email("a@b"), money};
  EXPECT_EQ(json::decode<Customer>(json::write(customer)).value(), customer);
}

TEST(CustomCodec, CanRefuse) {
  EXPECT_EQ(error_of<Customer>(R"({"email":"nobody"})"), "email: expected an address with @");
  EXPECT_EQ(error_of<Customer>(R"({"email":7})"), "email: expected string, found integer 7");
  EXPECT_EQ(error_of<std::vector<Money>>(R"([{"cents":1}])"),
            "[0].currency: required member is missing");
}

TEST(CustomCodec, MayNameAnAlternative) {
  EXPECT_EQ(json::write(std::variant<int, std::vector<Email>>(std::vector<Email>{Email("a@b")})),
            R"({"type":"emails","value":["a@b"]})");
}

struct Wide64 {
  int a0 = 0, a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7;
  int b0 = 0, b1 = 1, b2 = 2, b3 = 3, b4 = 4, b5 = 5, b6 = 6, b7 = 7;
  int c0 = 0, c1 = 1, c2 = 2, c3 = 3, c4 = 4, c5 = 5, c6 = 6, c7 = 7;
  int d0 = 0, d1 = 1, d2 = 2, d3 = 3, d4 = 4, d5 = 5, d6 = 6, d7 = 7;
  int e0 = 0, e1 = 1, e2 = 2, e3 = 3, e4 = 4, e5 = 5, e6 = 6, e7 = 7;
  int f0 = 0, f1 = 1, f2 = 2, f3 = 3, f4 = 4, f5 = 5, f6 = 6, f7 = 7;
  int g0 = 0, g1 = 1, g2 = 2, g3 = 3, g4 = 4, g5 = 5, g6 = 6, g7 = 7;
  int h0 = 0, h1 = 1, h2 = 2, h3 = 3, h4 = 4, h5 = 5, h6 = 6, h7 = 7;
  friend bool operator==(const Wide64&, const Wide64&) = default;
};
struct Wide65 {
  int a0 = 0, a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7;
  int b0 = 0, b1 = 1, b2 = 2, b3 = 3, b4 = 4, b5 = 5, b6 = 6, b7 = 7;
  int c0 = 0, c1 = 1, c2 = 2, c3 = 3, c4 = 4, c5 = 5, c6 = 6, c7 = 7;
  int d0 = 0, d1 = 1, d2 = 2, d3 = 3, d4 = 4, d5 = 5, d6 = 6, d7 = 7;
  int e0 = 0, e1 = 1, e2 = 2, e3 = 3, e4 = 4, e5 = 5, e6 = 6, e7 = 7;
  int f0 = 0, f1 = 1, f2 = 2, f3 = 3, f4 = 4, f5 = 5, f6 = 6, f7 = 7;
  int g0 = 0, g1 = 1, g2 = 2, g3 = 3, g4 = 4, g5 = 5, g6 = 6, g7 = 7;
  int h0 = 0, h1 = 1, h2 = 2, h3 = 3, h4 = 4, h5 = 5, h6 = 6, h7 = 7;
  int i0 = 0;
};

TEST(IsCodable, EndsAt64Members) {
  Wide64 wide;
  wide.h7 = 99;
  const std::string text = json::write(wide);
  EXPECT_TRUE(text.ends_with(R"("h6":6,"h7":99})")) << text;
  EXPECT_EQ(json::decode<Wide64>(text).value(), wide);
  EXPECT_FALSE(json::is_codable<Wide65>);
}

}  // namespace
