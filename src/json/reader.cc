// SPDX-License-Identifier: Apache-2.0
#include <durable/json/reader.h>

#include "json/text.h"
#include "json/time_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace durable::json {
namespace {

constexpr std::size_t excerpt_max = 32;

/// The start of a string, quoted, not cut inside a character.
std::string excerpt(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && size < excerpt_max) size += detail::utf8_sequence(text, size);
  std::string quoted = "\"";
  for (const char c : text.substr(0, size))
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return quoted + (size < text.size() ? "...\"" : "\"");
}

std::string found(const Node& node) {
  switch (node.kind()) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return node.boolean() ? "boolean true" : "boolean false";
    case Kind::integer:
      return "integer " + std::to_string(node.integer());
    case Kind::unsigned_integer:
      return "integer " + std::to_string(node.unsigned_integer());
    case Kind::real:
      return "number " + std::string(node.text().substr(0, excerpt_max)) +
             (node.text().size() > excerpt_max ? "..." : "");
    case Kind::string:
      return "string " + excerpt(node.text());
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
  }
  return "nothing";
}

template <class T>
bool parse_real(std::string_view digits, T& out) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error == std::errc()) return std::isfinite(out);
  if (error != std::errc::result_out_of_range) return false;
  // Too small is zero, too large is an error; from_chars says only that it does not fit.
  double wide = 0;
  if constexpr (std::is_same_v<T, float>) {
    if (parse_real(digits, wide) && std::abs(wide) < 1) {
      out = static_cast<float>(wide);
      return true;
    }
    return false;
  }
  const std::size_t exponent = digits.find_first_of("eE");
  if (exponent == std::string_view::npos) return false;
  if (digits.substr(exponent + 1).starts_with('-')) {
    out = digits.front() == '-' ? T{-0.0} : T{0};
    return true;
  }
  return false;
}

template <class T>
bool read_real(Reader& reader, const Node& node, T& out, std::string_view what) {
  switch (node.kind()) {
    case Kind::integer:
      out = static_cast<T>(node.integer());
      return true;
    case Kind::unsigned_integer:
      out = static_cast<T>(node.unsigned_integer());
      return true;
    case Kind::real:
      return parse_real(node.text(), out) || reader.expected(what, node);
    default:
      return reader.expected("number", node);
  }
}

}  // namespace

bool Reader::real(const Node& node, double& out) {
  return read_real(*this, node, out, "number in the range of a double");
}

bool Reader::real(const Node& node, float& out) {
  return read_real(*this, node, out, "number in the range of a float");
}

bool Reader::timestamp(const Node& node, Timestamp& out) {
  if (node.kind() == Kind::string) {
    const auto parsed = detail::parse_iso_8601(node.text());
    if (!parsed) return expected("time like \"2025-12-02T08:30:00.250Z\"", node);
    out = *parsed;
    return true;
  }
  if (timestamps_ == TimestampFormat::iso_8601) {
    return expected("time like \"2025-12-02T08:30:00.250Z\"", node);
  }
  if (timestamps_ == TimestampFormat::epoch_milliseconds) {
    std::int64_t ms = 0;
    if (node.kind() != Kind::integer) return expected("integer milliseconds since 1970", node);
    ms = node.integer();
    out = Timestamp(Duration(ms));
    return true;
  }
  constexpr std::int64_t whole_max = std::numeric_limits<std::int64_t>::max() / 1'000;
  if (node.kind() == Kind::integer && node.integer() >= -whole_max && node.integer() <= whole_max) {
    out = Timestamp(std::chrono::seconds(node.integer()));
    return true;
  }
  double seconds = 0;
  // Up to here milliseconds are exact in a double.
  constexpr double seconds_max = 9.0e12;
  if (node.kind() != Kind::real || !parse_real(node.text(), seconds) ||
      std::abs(seconds) > seconds_max) {
    return expected("number of seconds since 1970", node);
  }
  out = Timestamp(Duration(std::llround(seconds * 1'000)));
  return true;
}

bool Reader::expected(std::string_view what, const Node& node) {
  return failure_.set("expected " + std::string(what) + ", found " + found(node));
}

bool Reader::expected_integer(std::int64_t min, std::uint64_t max, const Node& node) {
  const bool is_integer = node.kind() == Kind::integer || node.kind() == Kind::unsigned_integer;
  if (!is_integer) return expected("integer", node);
  return expected("integer from " + std::to_string(min) + " to " + std::to_string(max), node);
}

}  // namespace durable::json
