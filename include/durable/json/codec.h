// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>
#include <durable/json/detail/decode.h>
#include <durable/json/detail/encode.h>

#include <optional>
#include <string>
#include <string_view>

namespace durable::json {

/// How a class that is no plain aggregate stands in JSON. Specialise it with two functions, through
/// any type that has a JSON form:
///
///     template <>
///     struct durable::json::Codec<Money> {
///       static std::string to_json(const Money& money) { return money.str(); }
///       static durable::Result<Money> from_json(const std::string& text) {
///         return Money::parse(text);
///       }
///     };
///
/// `from_json` may return the value itself where nothing can go wrong. The class needs a default
/// constructor only as a member of an aggregate, an array or a tuple.
template <class T>
struct Codec;

/// Appends `value` as JSON to `out`. Error: `invalid_json`, with the path of the part that has no
/// JSON form: NaN, infinity, text that is not UTF-8, an enumerator without a name, more than
/// `depth_max` levels. `out` then ends in an unfinished text.
template <class T>
Result<void> encode_to(const T& value, std::string& out,
                       TimestampFormat timestamps = TimestampFormat::iso_8601) {
  using Form = std::decay_t<const T>;  // a string literal is a const char*
  static_assert(!detail::has_too_many_members<Form>(),
                "a plain aggregate may have at most 64 members: group some of them in a struct");
  static_assert(is_encodable<Form>,
                "this type has no JSON form: use a plain aggregate, a std type, "
                "or specialise durable::json::Codec<T>");
  if constexpr (is_encodable<Form>) {
    Writer writer(out, timestamps);
    if (!detail::write_value<Form>(writer, value)) return writer.failure().error();
  }
  return {};
}

/// As `encode_to`, to a string of its own.
template <class T>
Result<std::string> encode(const T& value, TimestampFormat timestamps = TimestampFormat::iso_8601) {
  std::string out;
  Result<void> done = encode_to(value, out, timestamps);
  if (!done) return std::move(done).error();
  return out;
}

/// As `encode`, and throws `ResultError` instead of returning the error.
template <class T>
std::string write(const T& value, TimestampFormat timestamps = TimestampFormat::iso_8601) {
  return encode(value, timestamps).value();
}

/// Makes a T from JSON text. Strict: types must match, no number is rounded to an integer, each
/// member that is not optional must be there; unknown members are ignored, and of a member given
/// twice the last counts. Error: `invalid_json`; its message has the place in the text, or the path
/// in the value with what was expected and what was found there.
template <class T>
Result<T> decode(std::string_view text, TimestampFormat timestamps = TimestampFormat::iso_8601) {
  static_assert(
      is_decodable<T>,
      "this type has no JSON form that can be read: use a plain aggregate, a std type, or "
      "specialise durable::json::Codec<T>");
  if constexpr (is_decodable<T>) {
    Document document;
    Result<void> parsed = document.parse(text);
    if (!parsed) return std::move(parsed).error();
    Reader reader(timestamps);
    std::optional<T> value;
    if (!detail::read_new(reader, document.root(), value)) return reader.failure().error();
    return std::move(*value);
  } else {
    return Error{ErrorCode::invalid_json, "no JSON form"};
  }
}

}  // namespace durable::json
