// SPDX-License-Identifier: Apache-2.0
//
// Asking whether a type has a JSON form never fails to compile, whatever the type or its members.
#include <durable/json/json.h>

#include <gtest/gtest.h>

#include <any>
#include <atomic>
#include <bitset>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <stack>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace json = durable::json;

template <class T>
struct Around {
  int before = 0;
  T member;
  int after = 0;
};
struct Recursive {
  std::string name;
  durable::Boxed<Recursive> box;
  std::vector<std::unique_ptr<Recursive>> list;
};
struct FromAnything {
  FromAnything() = default;
  template <class T>
  FromAnything(T&&) {}  // NOLINT: the greedy constructor is what is tested
};
struct FromStringOnly {
  explicit FromStringOnly(std::string) {}
};
struct NotCopied {
  NotCopied() = default;
  NotCopied(const NotCopied&) = delete;
};
struct Strings {
  int before = 0;
  std::string names[2];
};
struct Matrix {
  double cells[2][2] = {};
  int after = 0;
};
struct Structs {
  Around<int> pair[2];
};

template <class T>
constexpr bool has_form_everywhere() {
  return json::is_codable<T> && json::is_codable<Around<T>> && json::is_codable<std::vector<T>> &&
         json::is_codable<std::map<std::string, Around<T>>>;
}
template <class T>
constexpr bool has_no_form_anywhere() {
  return !json::is_codable<T> && !json::is_codable<Around<T>> && !json::is_codable<std::vector<T>>;
}

TEST(StdTypes, WithAFormHaveItEverywhere) {
  EXPECT_TRUE(has_form_everywhere<Recursive>());
  EXPECT_TRUE(has_form_everywhere<std::unique_ptr<Recursive>>());
  EXPECT_TRUE(has_form_everywhere<std::vector<std::vector<std::unique_ptr<int>>>>());
  EXPECT_TRUE((has_form_everywhere<std::map<std::string, std::unique_ptr<int>>>()));
  EXPECT_TRUE(has_form_everywhere<std::multiset<int>>());
  EXPECT_TRUE((has_form_everywhere<std::tuple<int, std::string>>()));
  EXPECT_TRUE((has_form_everywhere<std::array<std::string, 3>>()));
  EXPECT_TRUE((has_form_everywhere<Around<std::pair<Around<int>, bool>>>()));
  EXPECT_TRUE(has_form_everywhere<std::optional<std::vector<Around<int>>>>());
  EXPECT_TRUE((has_form_everywhere<std::variant<int, std::string, json::Value>>()));
  EXPECT_TRUE(has_form_everywhere<std::monostate>());
}

TEST(StdTypes, WithoutAFormHaveItNowhere) {
  EXPECT_TRUE(has_no_form_anywhere<std::any>());
  EXPECT_TRUE(has_no_form_anywhere<std::bitset<8>>());
  EXPECT_TRUE(has_no_form_anywhere<std::filesystem::path>());
  EXPECT_TRUE(has_no_form_anywhere<std::function<int()>>());
  EXPECT_TRUE(has_no_form_anywhere<std::shared_ptr<int>>());
  EXPECT_TRUE(has_no_form_anywhere<std::stack<int>>());
  EXPECT_TRUE(has_no_form_anywhere<std::wstring>());
  EXPECT_TRUE(has_no_form_anywhere<std::vector<char>>());
  EXPECT_TRUE((has_no_form_anywhere<std::multimap<int, int>>()));
  EXPECT_TRUE(has_no_form_anywhere<std::string_view>());
  EXPECT_TRUE(has_no_form_anywhere<std::span<int>>());
  EXPECT_TRUE(has_no_form_anywhere<std::thread>());
  EXPECT_TRUE(has_no_form_anywhere<FromAnything>());
  EXPECT_TRUE(has_no_form_anywhere<FromStringOnly>());
  EXPECT_FALSE(json::is_codable<std::mutex>);
  EXPECT_FALSE(json::is_codable<std::atomic<int>>);
  EXPECT_FALSE(json::is_codable<NotCopied>);
}

TEST(StdTypes, InArraysHaveNone) {
  EXPECT_FALSE(json::is_codable<Strings>);
  EXPECT_FALSE(json::is_codable<Matrix>);
  EXPECT_FALSE(json::is_codable<Structs>);
}

}  // namespace
