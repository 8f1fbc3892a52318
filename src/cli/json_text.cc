// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"
#include "json/time_text.h"

#include <cmath>

namespace durable::cli {
namespace {

constexpr std::size_t indent_columns = 4;

Result<void> append(const json::Value& value, std::size_t depth, std::string& out);

void break_line(std::size_t depth, std::string& out) {
  out += '\n';
  out.append(depth * indent_columns, ' ');
}

Result<void> append_scalar(const json::Value& value, std::string& out) {
  Result<std::string> text = value.dump();
  if (!text) return std::move(text).error();
  out += *text;
  return {};
}

Result<void> append_object(const json::Value::Object& members, std::size_t depth,
                           std::string& out) {
  if (members.empty()) {
    out += "{}";
    return {};
  }
  std::string_view separator = "{";
  for (const auto& [key, member] : members) {
    out += separator;
    separator = ",";
    break_line(depth + 1, out);
    if (auto done = append_scalar(json::Value(key), out); !done) return done;
    out += ": ";
    if (auto done = append(member, depth + 1, out); !done) return done;
  }
  break_line(depth, out);
  out += '}';
  return {};
}

Result<void> append_array(const json::Value::Array& elements, std::size_t depth, std::string& out) {
  if (elements.empty()) {
    out += "[]";
    return {};
  }
  std::string_view separator = "[";
  for (const json::Value& element : elements) {
    out += separator;
    separator = ",";
    break_line(depth + 1, out);
    if (auto done = append(element, depth + 1, out); !done) return done;
  }
  break_line(depth, out);
  out += ']';
  return {};
}

// Recursion is bounded: text that is parsed is at most json::depth_max levels deep.
Result<void> append(const json::Value& value, std::size_t depth, std::string& out) {
  if (const auto* members = value.as_object()) return append_object(*members, depth, out);
  if (const auto* elements = value.as_array()) return append_array(*elements, depth, out);
  return append_scalar(value, out);
}

json::Value text_times(const json::Value& value);

json::Value text_time(const json::Value& value) {
  const std::optional<double> seconds = value.as_real();
  if (!seconds) return value;
  const Timestamp time{Duration(std::llround(*seconds * 1'000))};
  const std::optional<std::string> text = json::detail::iso_8601(time);
  return text ? json::Value(*text) : value;
}

json::Value text_times(const json::Value& value) {
  if (const auto* elements = value.as_array()) {
    json::Value::Array result;
    for (const json::Value& element : *elements) result.push_back(text_times(element));
    return result;
  }
  const auto* members = value.as_object();
  if (members == nullptr) return value;
  json::Value::Object result;
  for (const auto& [key, member] : *members) {
    result.emplace_back(key, key.ends_with("Timestamp") ? text_time(member) : text_times(member));
  }
  return result;
}

}  // namespace

Result<std::string> pretty(const json::Value& value) {
  std::string text;
  if (auto done = append(value, 0, text); !done) return std::move(done).error();
  return text;
}

Result<json::Value> with_text_times(std::string_view body) {
  const Result<json::Value> value = json::Value::parse(body);
  if (!value) return value.error();
  return text_times(*value);
}

}  // namespace durable::cli
