// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>
#include <durable/json/document.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace durable::json {

/// Any JSON value, for data whose shape is not known when the program is written. It has a JSON
/// form itself, so it can be a member of a typed value, an input or a result.
///
///     durable::json::Value order;
///     order.set("id", "7");
///     order.set("total", 12.5);
class Value {
 public:
  using Array = std::vector<Value>;
  /// Members in their order. A key stands once when it came from text or through `set`.
  using Object = std::vector<std::pair<std::string, Value>>;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : value_(value) {}
  template <std::signed_integral T>
  Value(T value) : value_(static_cast<std::int64_t>(value)) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Value(T value) {
    // One form for each number, so that equal numbers are equal values.
    if (static_cast<std::uint64_t>(value) >> 63U == 0)
      value_ = static_cast<std::int64_t>(value);
    else
      value_ = static_cast<std::uint64_t>(value);
  }
  Value(double value) : value_(value) {}
  Value(std::string value) : value_(std::move(value)) {}
  Value(std::string_view value) : value_(std::string(value)) {}
  Value(const char* value) : value_(std::string(value)) {}
  Value(Array value) : value_(std::move(value)) {}
  Value(Object value) : value_(std::move(value)) {}

  /// Parses JSON text. A real number becomes the nearest double; of a key given twice the last
  /// counts. Error: `invalid_json`.
  static Result<Value> parse(std::string_view text);
  /// The value as JSON text. Error: `invalid_json` for NaN, infinity and text that is not UTF-8.
  [[nodiscard]] Result<std::string> dump() const;

  [[nodiscard]] Kind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }

  // The value as one of the types, or nothing when it is of another kind or out of range.
  [[nodiscard]] std::optional<bool> as_bool() const noexcept;
  [[nodiscard]] std::optional<std::int64_t> as_integer() const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> as_unsigned() const noexcept;
  /// Any number; one above 2^53 is rounded.
  [[nodiscard]] std::optional<double> as_real() const noexcept;
  [[nodiscard]] const std::string* as_string() const noexcept;
  [[nodiscard]] const Array* as_array() const noexcept;
  [[nodiscard]] const Object* as_object() const noexcept;

  /// Elements or members; 0 for all else.
  [[nodiscard]] std::size_t size() const noexcept;
  /// The member `key` of an object; null when there is none, or this is no object. Linear.
  [[nodiscard]] const Value* find(std::string_view key) const noexcept;
  /// The element `index` of an array; null when there is none, or this is no array.
  [[nodiscard]] const Value* at(std::size_t index) const noexcept;

  /// Sets a member, replacing one of the same key. Makes this an object if it is none.
  Value& set(std::string_view key, Value value);
  /// Appends an element. Makes this an array if it is none.
  Value& push_back(Value value);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      value_;
};

/// Whether two texts hold the same value, however it is written. Texts that are no JSON are
/// compared as they are.
[[nodiscard]] bool same_value(std::string_view a, std::string_view b);

}  // namespace durable::json
