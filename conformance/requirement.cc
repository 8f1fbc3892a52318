// SPDX-License-Identifier: Apache-2.0
#include "conformance/requirement.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace durable::conformance {
namespace {

/// A file of the wrong shape.
struct ShapeError {
  std::string message;
};

std::string place(const YAML::Node& node) {
  return "line " + std::to_string(node.Mark().line + 1) + ", column " +
         std::to_string(node.Mark().column + 1);
}

/// A scalar without quotes, by the core schema of YAML 1.2.
json::Value plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {};
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer);
      read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  const bool numeric = text.find_first_not_of("+-.0123456789eE") == std::string::npos &&
                       text.find_first_of("0123456789") != std::string::npos;
  double real = 0;
  if (const auto read = std::from_chars(text.data(), end, real);
      numeric && read.ec == std::errc() && read.ptr == end) {
    return real;
  }
  return text;
}

json::Value to_value(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      // yaml-cpp tags quoted scalars with "!".
      if (node.Tag() == "!") return node.Scalar();
      return plain_scalar(node.Scalar());
    case YAML::NodeType::Sequence: {
      json::Value::Array array;
      for (const YAML::Node& element : node) array.push_back(to_value(element));
      return array;
    }
    case YAML::NodeType::Map: {
      json::Value::Object object;
      for (const auto& member : node) {
        object.emplace_back(member.first.Scalar(), to_value(member.second));
      }
      return object;
    }
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      break;
  }
  return {};
}

json::Value::Object to_object(const YAML::Node& node, std::string_view what) {
  const json::Value value = to_value(node);
  const json::Value::Object* object = value.as_object();
  if (object == nullptr) {
    throw ShapeError{place(node) + ": " + std::string(what) + ": expected a mapping"};
  }
  return *object;
}

YAML::Node list(const YAML::Node& root, const char* key) {
  YAML::Node node = root[key];
  if (node.IsDefined() && !node.IsNull() && !node.IsSequence()) {
    throw ShapeError{place(node) + ": " + key + ": expected a list"};
  }
  return node;
}

CallbackAction to_action(const YAML::Node& node) {
  CallbackAction action;
  if (node["CallbackName"]) action.callback_name = node["CallbackName"].Scalar();
  const std::string kind = node["Operation"] ? node["Operation"].Scalar() : "success";
  if (kind == "failure") {
    action.kind = CallbackAction::Kind::failure;
  } else if (kind == "heartbeat") {
    action.kind = CallbackAction::Kind::heartbeat;
  } else if (kind != "success") {
    throw ShapeError{place(node) + ": Operation: expected success, failure or heartbeat, found \"" +
                     kind + "\""};
  }
  if (node["Payload"]) action.payload = to_value(node["Payload"]);
  if (node["Delay"]) {
    const std::optional<double> delay = to_value(node["Delay"]).as_real();
    if (!delay || *delay < 0) {
      throw ShapeError{place(node["Delay"]) + ": Delay: expected seconds of 0 or more"};
    }
    action.delay = Duration(static_cast<std::int64_t>(*delay * 1000));
  }
  return action;
}

LogExpectation to_log(const YAML::Node& node) {
  LogExpectation log;
  log.match = to_object(node["match"], "match");
  if (node["count"]) log.count = to_value(node["count"]).as_integer();
  if (node["min_count"]) log.min_count = to_value(node["min_count"]).as_integer().value_or(1);
  for (const YAML::Node& before : list(node, "after")) {
    log.after.push_back(to_object(before, "after"));
  }
  return log;
}

Requirement to_requirement(const YAML::Node& root) {
  if (!root.IsMap()) throw ShapeError{"expected a mapping"};
  Requirement requirement;
  const auto flag = [&](const char* key) {
    return root[key] && to_value(root[key]).as_bool().value_or(false);
  };
  if (root["description"]) requirement.description = root["description"].Scalar();
  if (root["Variables"]) requirement.variables = to_object(root["Variables"], "Variables");
  if (root["Input"]) requirement.input = to_value(root["Input"]);
  requirement.async_invoke = flag("AsyncInvoke") || flag("async");
  requirement.optional = flag("optional");
  for (const YAML::Node& node : list(root, "CallbackActions")) {
    requirement.callback_actions.push_back(to_action(node));
  }
  if (const YAML::Node result = root["ExpectedResult"]; result && result.IsMap()) {
    if (result["ExecutionStatus"]) requirement.expected_status = result["ExecutionStatus"].Scalar();
    if (result["Result"].IsDefined()) requirement.expected_result = to_value(result["Result"]);
  }
  for (const YAML::Node& node : list(root, "ExpectedExecutionHistory")) {
    requirement.expected_history.push_back(to_value(node));
  }
  for (const YAML::Node& node : list(root, "ExpectedLogs")) {
    requirement.expected_logs.push_back(to_log(node));
  }
  return requirement;
}

/// Ids in the order of their numbers: 4-9 before 4-10.
std::vector<std::int64_t> numbers_of(const std::string& id) {
  std::vector<std::int64_t> numbers;
  const char* at = id.data();
  const char* const end = at + id.size();
  while (at < end) {
    std::int64_t number = 0;
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc()) break;
    numbers.push_back(number);
    at = read.ptr + (read.ptr < end ? 1 : 0);
  }
  return numbers;
}

}  // namespace

Result<Requirement> parse_requirement(std::string_view yaml, std::string suite, std::string id) {
  try {
    Requirement requirement = to_requirement(YAML::Load(std::string(yaml)));
    requirement.suite = std::move(suite);
    requirement.id = std::move(id);
    return requirement;
  } catch (const ShapeError& error) {
    return Error{ErrorCode::invalid_parameter, error.message};
  } catch (const YAML::Exception& error) {
    return Error{ErrorCode::invalid_parameter, error.what()};
  }
}

Result<std::vector<Requirement>> load_requirements(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<Requirement> requirements;
  for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    const std::filesystem::path& path = it->path();
    if (path.extension() != ".yaml" && path.extension() != ".yml") continue;
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad()) {
      return Error{ErrorCode::resource_not_found, path.string() + ": cannot be read"};
    }
    auto requirement =
        parse_requirement(text, path.parent_path().filename().string(), path.stem().string());
    if (!requirement) {
      return Error{requirement.error().code, path.string() + ": " + requirement.error().message};
    }
    requirements.push_back(std::move(*requirement));
  }
  if (error) {
    return Error{ErrorCode::resource_not_found, folder.string() + ": " + error.message()};
  }
  if (requirements.empty()) {
    return Error{ErrorCode::resource_not_found,
                 folder.string() + ": expected requirement files (*.yaml), found none"};
  }
  std::sort(requirements.begin(), requirements.end(), [](const auto& a, const auto& b) {
    return std::pair(numbers_of(a.id), a.id) < std::pair(numbers_of(b.id), b.id);
  });
  return requirements;
}

}  // namespace durable::conformance
