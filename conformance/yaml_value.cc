// SPDX-License-Identifier: Apache-2.0
#include "conformance/yaml_value.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace durable::conformance {
namespace {

struct Unreadable {
  std::string message;
};

std::string place_of(const YAML::Mark& mark) {
  return "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1);
}

template <class T>
std::optional<T> number(std::string_view text, int base) {
  T value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<json::Value> integer(std::string_view text) {
  if (text.starts_with("0x")) {
    const auto value = number<std::uint64_t>(text.substr(2), 16);
    return value ? std::optional<json::Value>(*value) : std::nullopt;
  }
  if (text.starts_with("0o")) {
    const auto value = number<std::uint64_t>(text.substr(2), 8);
    return value ? std::optional<json::Value>(*value) : std::nullopt;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('+')) return std::nullopt;
  if (const auto value = number<std::int64_t>(text, 10)) return json::Value(*value);
  if (const auto value = number<std::uint64_t>(text, 10)) return json::Value(*value);
  return std::nullopt;
}

std::optional<json::Value> real(std::string_view text) {
  if (text.find_first_not_of("+-.0123456789eE") != text.npos ||
      text.find_first_of("0123456789") == text.npos) {
    return std::nullopt;
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return json::Value(value);
}

/// A scalar without quotes. YAML 1.1's words for truth count, as they do for the official runner.
json::Value plain_scalar(const std::string& text) {
  const auto is_one_of = [&text](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
  };
  if (is_one_of({"", "~", "null", "Null", "NULL"})) return {};
  if (is_one_of({"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
  if (is_one_of({"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) return false;
  if (auto value = integer(text)) return *std::move(value);
  if (auto value = real(text)) return *std::move(value);
  return text;
}

class Reader {
 public:
  explicit Reader(const YamlLimits& limits) : limits_(limits) {}

  YamlValue read(const YAML::Node& node, std::size_t depth) {
    YamlValue result;
    result.place = place_of(node.Mark());
    if (depth > limits_.depth_max) {
      throw Unreadable{result.place + ": values are nested deeper than " +
                       std::to_string(limits_.depth_max) + " levels"};
    }
    if (++values_ > limits_.values_max) {
      throw Unreadable{result.place + ": more than " + std::to_string(limits_.values_max) +
                       " values"};
    }
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        // yaml-cpp tags quoted scalars with "!".
        result.value = node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str"
                           ? json::Value(node.Scalar())
                           : plain_scalar(node.Scalar());
        break;
      case YAML::NodeType::Sequence:
        read_list(node, depth, result);
        break;
      case YAML::NodeType::Map:
        read_mapping(node, depth, result);
        break;
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined:
        break;
    }
    return result;
  }

 private:
  void read_list(const YAML::Node& node, std::size_t depth, YamlValue& result) {
    json::Value::Array array;
    for (const YAML::Node& element : node) {
      result.parts.push_back(read(element, depth + 1));
      array.push_back(result.parts.back().value);
    }
    result.value = std::move(array);
  }
  void read_mapping(const YAML::Node& node, std::size_t depth, YamlValue& result) {
    result.value = json::Value::Object{};
    for (const auto& member : node) {
      if (!member.first.IsScalar()) {
        throw Unreadable{place_of(member.first.Mark()) + ": expected a text as key"};
      }
      YamlValue& part = result.parts.emplace_back(read(member.second, depth + 1));
      part.key = member.first.Scalar();
      result.value.set(part.key, part.value);
    }
  }

  const YamlLimits& limits_;
  std::size_t values_ = 0;
};

}  // namespace

Result<YamlValue> parse_yaml(const std::string& text, const YamlLimits& limits) {
  try {
    return Reader(limits).read(YAML::Load(text), 0);
  } catch (const Unreadable& error) {
    return Error{ErrorCode::invalid_parameter, error.message};
  } catch (const YAML::Exception& error) {
    const std::string what = error.mark.is_null() ? "" : place_of(error.mark) + ": ";
    return Error{ErrorCode::invalid_parameter, what + "no YAML: " + error.msg};
  }
}

}  // namespace durable::conformance
