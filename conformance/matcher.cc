// SPDX-License-Identifier: Apache-2.0
#include "conformance/matcher.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "conformance/regex.h"

namespace durable::conformance {
namespace {

std::string text_of(const json::Value& value) {
  if (const std::string* text = value.as_string()) return *text;
  const Result<std::string> text = value.dump();
  return text ? *text : "(" + text.error().message + ")";
}
std::string shown(const json::Value& value) {
  const Result<std::string> text = value.dump();
  return text ? *text : "(" + text.error().message + ")";
}

bool is_number(const json::Value& value) {
  return value.kind() == json::Kind::integer || value.kind() == json::Kind::unsigned_integer ||
         value.kind() == json::Kind::real;
}

bool equal(const json::Value& a, const json::Value& b) {
  if (is_number(a) && is_number(b)) return a == b || a.as_real() == b.as_real();
  return a == b;
}

/// The name in a text that is `${NAME}` and no more.
std::optional<std::string_view> whole_name(std::string_view text) {
  if (text.size() < 4 || !text.starts_with("${") || text.find('}') != text.size() - 1) return {};
  const std::string_view name = text.substr(2, text.size() - 3);
  const bool good = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return good ? std::optional(name) : std::nullopt;
}

/// The expression in a text that is `${/regex/}` and no more.
std::optional<std::string> whole_expression(std::string_view text) {
  if (text.size() < 5 || !text.starts_with("${/") || !text.ends_with("/}")) return {};
  return std::string(text.substr(3, text.size() - 5));
}

std::string substitute_text(std::string_view text, const Bindings& bindings) {
  std::string result;
  while (!text.empty()) {
    const std::size_t first = text.find("${");
    const std::size_t end = first == text.npos ? text.npos : text.find('}', first);
    if (end == text.npos) break;
    const std::size_t begin = text.rfind("${", end);  // a name within an expression
    result += text.substr(0, begin);
    const auto bound = bindings.find(text.substr(begin + 2, end - begin - 2));
    if (bound != bindings.end()) {
      result += text_of(bound->second);
    } else {
      result += text.substr(begin, end + 1 - begin);
    }
    text.remove_prefix(end + 1);
  }
  return result.append(text);
}

std::optional<Mismatch> match_expression(const std::string& expression, const json::Value& found,
                                         const Bindings& bindings, const std::string& path) {
  const std::string pattern = substitute_text(expression, bindings);
  const Result<Regex> regex = Regex::parse(pattern);
  if (!regex) {
    return Mismatch{path,
                    "/" + pattern + "/, which is no regular expression: " + regex.error().message,
                    shown(found)};
  }
  const Result<bool> is_in = regex->is_in(text_of(found));
  if (is_in && *is_in) return std::nullopt;
  const std::string reason = is_in ? "" : "; " + is_in.error().message;
  return Mismatch{path, "a text in which /" + pattern + "/ is found" + reason, shown(found)};
}

std::optional<Mismatch> match_at(const json::Value& expected, const json::Value& found,
                                 Bindings& bindings, const std::string& path);

std::optional<Mismatch> match_object(const json::Value::Object& expected, const json::Value& found,
                                     Bindings& bindings, const std::string& path) {
  if (expected.empty()) return std::nullopt;
  if (found.as_object() == nullptr) return Mismatch{path, shown(expected), shown(found)};
  for (const auto& [key, value] : expected) {
    const std::string at = path.empty() ? key : path + "." + key;
    const json::Value* member = found.find(key);
    if (member == nullptr) return Mismatch{at, shown(value), "no such member"};
    if (auto mismatch = match_at(value, *member, bindings, at)) return mismatch;
  }
  return std::nullopt;
}

std::optional<Mismatch> match_array(const json::Value::Array& expected, const json::Value& found,
                                    Bindings& bindings, const std::string& path) {
  const json::Value::Array* array = found.as_array();
  if (array == nullptr) return Mismatch{path, shown(expected), shown(found)};
  if (array->size() != expected.size()) {
    return Mismatch{path, std::to_string(expected.size()) + " elements: " + shown(expected),
                    std::to_string(array->size()) + ": " + shown(found)};
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string at = path + "[" + std::to_string(i) + "]";
    if (auto mismatch = match_at(expected[i], (*array)[i], bindings, at)) return mismatch;
  }
  return std::nullopt;
}

std::optional<Mismatch> match_text(const std::string& expected, const json::Value& found,
                                   Bindings& bindings, const std::string& path) {
  if (expected == "*") return std::nullopt;
  if (const auto name = whole_name(expected)) {
    const auto [bound, is_new] = bindings.try_emplace(std::string(*name), found);
    if (is_new || equal(bound->second, found)) return std::nullopt;
    return Mismatch{path, shown(bound->second) + " (" + expected + ")", shown(found)};
  }
  if (const auto expression = whole_expression(expected)) {
    return match_expression(*expression, found, bindings, path);
  }
  const std::string text = substitute_text(expected, bindings);
  if (const std::string* actual = found.as_string(); actual != nullptr && *actual == text) {
    return std::nullopt;
  }
  return Mismatch{path, shown(text), shown(found)};
}

std::optional<Mismatch> match_at(const json::Value& expected, const json::Value& found,
                                 Bindings& bindings, const std::string& path) {
  if (const std::string* text = expected.as_string()) {
    return match_text(*text, found, bindings, path);
  }
  if (const auto* object = expected.as_object()) {
    return match_object(*object, found, bindings, path);
  }
  if (const auto* array = expected.as_array()) return match_array(*array, found, bindings, path);
  if (equal(expected, found)) return std::nullopt;
  return Mismatch{path, shown(expected), shown(found)};
}

/// What a log line's field must be: there, a text between slashes is an expression.
json::Value with_expressions(const json::Value& value) {
  if (const std::string* text = value.as_string()) {
    const bool is_expression = text->size() >= 2 && text->front() == '/' && text->back() == '/';
    return is_expression ? json::Value("${" + *text + "}") : value;
  }
  if (const auto* array = value.as_array()) {
    json::Value::Array result;
    for (const json::Value& element : *array) result.push_back(with_expressions(element));
    return result;
  }
  if (const auto* object = value.as_object()) {
    json::Value::Object result;
    for (const auto& [key, member] : *object) result.emplace_back(key, with_expressions(member));
    return result;
  }
  return value;
}

/// Whether a log line has these fields; only then it binds names.
bool matches_line(const json::Value& fields, const json::Value& line, Bindings& bindings) {
  Bindings with_line = bindings;
  if (match_object(*fields.as_object(), line, with_line, "")) return false;
  bindings = std::move(with_line);
  return true;
}

/// Whether one of `lines` has these fields.
bool is_among(const json::Value& fields, std::span<const json::Value> lines,
              const Bindings& bindings) {
  return std::any_of(lines.begin(), lines.end(), [&](const json::Value& line) {
    Bindings scratch = bindings;
    return matches_line(fields, line, scratch);
  });
}

std::optional<Mismatch> match_log(const LogExpectation& expected,
                                  std::span<const json::Value> lines, Bindings& bindings,
                                  const std::string& path) {
  const auto mismatch = [&](std::string wanted, std::string found) {
    return Mismatch{path, std::move(wanted), std::move(found), substitute(expected.match, bindings),
                    json::Value::Array(lines.begin(), lines.end())};
  };
  const json::Value match = with_expressions(expected.match);
  std::int64_t count = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!matches_line(match, lines[i], bindings)) continue;
    ++count;
    for (const json::Value::Object& before : expected.after) {
      if (is_among(with_expressions(before), lines.first(i), bindings)) continue;
      return mismatch("a line with " + shown(substitute(before, bindings)) + " before the line " +
                          shown(lines[i]),
                      "none");
    }
  }
  const bool good = expected.count ? count == *expected.count : count >= expected.min_count;
  if (good) return std::nullopt;
  return mismatch((expected.count ? std::to_string(*expected.count)
                                  : "at least " + std::to_string(expected.min_count)) +
                      " lines with " + shown(substitute(expected.match, bindings)),
                  std::to_string(count) + " among " + std::to_string(lines.size()) + " lines");
}

/// The events of a history, each in a word or two.
std::string outline(const std::vector<json::Value>& history) {
  constexpr std::size_t events_max = 50;
  std::string text = std::to_string(history.size()) + " events";
  for (std::size_t i = 0; i < history.size() && i < events_max; ++i) {
    const json::Value* id = history[i].find("EventId");
    const json::Value* type = history[i].find("EventType");
    text += i == 0 ? ": " : ", ";
    text += (id != nullptr ? text_of(*id) : "?") + " " + (type != nullptr ? text_of(*type) : "?");
  }
  return history.size() > events_max ? text + ", ..." : text;
}

}  // namespace

std::string Mismatch::to_string() const {
  return (path.empty() ? std::string("value") : path) + ": expected " + expected + ", found " +
         found;
}

Result<Bindings> bind_variables(const Requirement& requirement, Random& random) {
  constexpr std::string_view generator = "${GEN_STR:";
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t length_max = 1U << 20U;
  Bindings bindings;
  for (const auto& [name, value] : requirement.variables) {
    const std::string* text = value.as_string();
    if (text == nullptr || !text->starts_with(generator)) {
      bindings.emplace(name, value);
      continue;
    }
    std::size_t length = 0;
    const char* const end = text->data() + text->size();
    const auto read = std::from_chars(text->data() + generator.size(), end, length);
    if (read.ec != std::errc() || read.ptr + 1 != end || *read.ptr != '}' || length > length_max) {
      return Error{ErrorCode::invalid_parameter, "variable " + name +
                                                     ": expected ${GEN_STR:n} "
                                                     "with n up to 1048576, found " +
                                                     *text};
    }
    std::string generated(length, ' ');
    for (char& c : generated) c = alphabet[random.next() % alphabet.size()];
    bindings.emplace(name, std::move(generated));
  }
  return bindings;
}

json::Value substitute(const json::Value& value, const Bindings& bindings) {
  if (const std::string* text = value.as_string()) {
    if (const auto name = whole_name(*text)) {
      if (const auto bound = bindings.find(*name); bound != bindings.end()) return bound->second;
    }
    return substitute_text(*text, bindings);
  }
  if (const auto* array = value.as_array()) {
    json::Value::Array result;
    for (const json::Value& element : *array) result.push_back(substitute(element, bindings));
    return result;
  }
  if (const auto* object = value.as_object()) {
    json::Value::Object result;
    for (const auto& [key, member] : *object) {
      result.emplace_back(key, substitute(member, bindings));
    }
    return result;
  }
  return value;
}

std::optional<Mismatch> match(const json::Value& expected, const json::Value& found,
                              Bindings& bindings) {
  return match_at(expected, found, bindings, "");
}

std::optional<Mismatch> match_history(const std::vector<json::Value>& expected,
                                      const std::vector<json::Value>& history, Bindings& bindings) {
  for (const json::Value& event : expected) {
    const json::Value* id = event.find("EventId");
    if (id == nullptr) {
      return Mismatch{"event", "an EventId in what is expected", shown(event), event};
    }
    const std::string path = "event " + text_of(*id);
    const auto actual = std::find_if(history.begin(), history.end(), [&](const json::Value& one) {
      const json::Value* one_id = one.find("EventId");
      return one_id != nullptr && equal(*one_id, *id);
    });
    if (actual == history.end()) {
      return Mismatch{path, shown(event), "no such event in " + outline(history),
                      substitute(event, bindings)};
    }
    if (auto mismatch = match_at(event, *actual, bindings, path)) {
      mismatch->expected_whole = substitute(event, bindings);
      mismatch->found_whole = *actual;
      return mismatch;
    }
  }
  return std::nullopt;
}

std::optional<Mismatch> match_logs(const std::vector<LogExpectation>& expected,
                                   const std::vector<json::Value>& lines, Bindings& bindings) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string path = "log " + std::to_string(i + 1);
    if (auto mismatch = match_log(expected[i], lines, bindings, path)) return mismatch;
  }
  return std::nullopt;
}

bool names_callback(const std::string& pattern, std::string_view name, const Bindings& bindings) {
  if (pattern == "*") return true;
  if (const auto expression = whole_expression(pattern)) {
    return !match_expression(*expression, std::string(name), bindings, "");
  }
  return substitute_text(pattern, bindings) == name;
}

}  // namespace durable::conformance
