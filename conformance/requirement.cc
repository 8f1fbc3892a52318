// SPDX-License-Identifier: Apache-2.0
#include "conformance/requirement.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "conformance/yaml_value.h"

namespace durable::conformance {
namespace {

/// A file of the wrong shape.
struct ShapeError {
  std::string message;
};

[[noreturn]] void refuse(const YamlValue& at, std::string_view key, std::string_view expected) {
  constexpr std::size_t shown_max = 200;
  const Result<std::string> text = at.value.dump();
  std::string found = text ? *text : "a value that is no JSON";
  if (found.size() > shown_max) found.replace(shown_max, std::string::npos, "...");
  throw ShapeError{at.place + ": " + std::string(key) + ": expected " + std::string(expected) +
                   ", found " + found};
}

/// A key as it is compared.
std::string plain_key(std::string_view key) {
  std::string plain;
  for (const char c : key) {
    if (c != '_') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return plain;
}

/// The members of a mapping under the keys that have a meaning; what is left has none.
class Members {
 public:
  /// `what`: the mapping's own key, for errors.
  Members(const YamlValue& mapping, std::string_view what) : what_(what) {
    if (mapping.value.as_object() == nullptr) refuse(mapping, what, "a mapping");
    for (const YamlValue& member : mapping.parts) members_.push_back({&member, false});
  }

  /// The value of `key`; null: it is not there. Of one that is given twice the last counts.
  const YamlValue* take(std::string_view key) {
    const YamlValue* found = nullptr;
    for (auto& [member, is_known] : members_) {
      if (plain_key(member->key) != plain_key(key)) continue;
      is_known = found == nullptr;  // a second one is worth a warning
      found = member;
    }
    return found;
  }
  /// As above, but null too for a null.
  const YamlValue* take_value(std::string_view key) {
    const YamlValue* found = take(key);
    return found != nullptr && found->value.is_null() ? nullptr : found;
  }
  bool take_flag(std::string_view key) {
    const YamlValue* found = take_value(key);
    if (found == nullptr) return false;
    const std::optional<bool> flag = found->value.as_bool();
    if (!flag) refuse(*found, key, "true or false");
    return *flag;
  }
  std::string take_text(std::string_view key) {
    const YamlValue* found = take_value(key);
    if (found == nullptr) return {};
    if (found->value.as_string() == nullptr) refuse(*found, key, "a text");
    return *found->value.as_string();
  }
  /// The elements of a list; none if it is not there.
  const std::vector<YamlValue>& take_list(std::string_view key) {
    static const std::vector<YamlValue> none;
    const YamlValue* found = take_value(key);
    if (found == nullptr) return none;
    if (found->value.as_array() == nullptr) refuse(*found, key, "a list");
    return found->parts;
  }
  /// A number of lines.
  std::optional<std::int64_t> take_count(std::string_view key) {
    const YamlValue* found = take_value(key);
    if (found == nullptr) return std::nullopt;
    const std::optional<std::int64_t> count = found->value.as_integer();
    if (!count || *count < 0) refuse(*found, key, "a number of 0 or more");
    return count;
  }

  /// Says of what was not taken that it has no meaning.
  void warn(std::vector<std::string>& warnings) const {
    for (const auto& [member, is_known] : members_) {
      if (is_known) continue;
      warnings.push_back(member->place + ": " + std::string(what_) + ": \"" + member->key +
                         "\" has no meaning here, or stands there twice");
    }
  }

 private:
  struct Member {
    const YamlValue* member;
    bool is_known;
  };
  std::string_view what_;
  std::vector<Member> members_;
};

json::Value::Object to_object(const YamlValue& value, std::string_view what) {
  const json::Value::Object* object = value.value.as_object();
  if (object == nullptr) refuse(value, what, "a mapping");
  return *object;
}

CallbackAction to_action(const YamlValue& value, std::vector<std::string>& warnings) {
  constexpr double delay_max = 366.0 * 24 * 60 * 60;  // seconds: as long as executions may last
  CallbackAction action;
  Members members(value, "CallbackActions");
  if (std::string name = members.take_text("CallbackName"); !name.empty()) {
    action.callback_name = std::move(name);
  }
  if (const YamlValue* operation = members.take_value("Operation")) {
    const std::string* text = operation->value.as_string();
    const std::string word = text != nullptr ? plain_key(*text) : "";
    if (word == "failure") {
      action.kind = CallbackAction::Kind::failure;
    } else if (word == "heartbeat") {
      action.kind = CallbackAction::Kind::heartbeat;
    } else if (word != "success") {
      refuse(*operation, "Operation", "success, failure or heartbeat");
    }
  }
  if (const YamlValue* payload = members.take("Payload")) action.payload = payload->value;
  if (const YamlValue* delay = members.take_value("Delay")) {
    const std::optional<double> seconds = delay->value.as_real();
    if (!seconds || !(*seconds >= 0 && *seconds <= delay_max)) {
      refuse(*delay, "Delay", "seconds of 0 or more, at most a year");
    }
    action.delay = Duration(static_cast<std::int64_t>(*seconds * 1000));
  }
  members.warn(warnings);
  return action;
}

LogExpectation to_log(const YamlValue& value, std::vector<std::string>& warnings) {
  LogExpectation log;
  Members members(value, "ExpectedLogs");
  const YamlValue* match = members.take("match");
  if (match == nullptr) refuse(value, "ExpectedLogs", "the key match");
  log.match = to_object(*match, "match");
  log.count = members.take_count("count");
  log.min_count = members.take_count("min_count").value_or(1);
  if (const YamlValue* after = members.take_value("after")) {
    if (after->value.as_object() != nullptr) {
      log.after.push_back(*after->value.as_object());
    } else if (after->value.as_array() == nullptr) {
      refuse(*after, "after", "a list of mappings");
    } else {
      for (const YamlValue& one : after->parts) log.after.push_back(to_object(one, "after"));
    }
  }
  members.warn(warnings);
  return log;
}

void read_result(Members& members, Requirement& requirement) {
  const YamlValue* expected = members.take_value("ExpectedResult");
  if (expected == nullptr) return;
  Members result(*expected, "ExpectedResult");
  if (std::string status = result.take_text("ExecutionStatus"); !status.empty()) {
    requirement.expected_status = std::move(status);
  }
  if (const YamlValue* value = result.take("Result")) requirement.expected_result = value->value;
  result.warn(requirement.warnings);
}

Requirement to_requirement(const YamlValue& root) {
  Requirement requirement;
  Members members(root, "a requirement");
  for (const char* prose : {"handler", "invocations"}) members.take(prose);
  if (const YamlValue* text = members.take("description"); text && text->value.as_string()) {
    requirement.description = *text->value.as_string();
  }
  if (const YamlValue* variables = members.take_value("Variables")) {
    requirement.variables = to_object(*variables, "Variables");
  }
  if (const YamlValue* input = members.take("Input")) requirement.input = input->value;
  const bool async_invoke = members.take_flag("AsyncInvoke");
  requirement.async_invoke = members.take_flag("async") || async_invoke;
  requirement.optional = members.take_flag("optional");
  for (const YamlValue& action : members.take_list("CallbackActions")) {
    requirement.callback_actions.push_back(to_action(action, requirement.warnings));
  }
  read_result(members, requirement);
  for (const YamlValue& event : members.take_list("ExpectedExecutionHistory")) {
    const json::Value* id = event.value.find("EventId");
    if (id == nullptr || !id->as_integer()) {
      refuse(event, "ExpectedExecutionHistory", "a mapping with a number as EventId");
    }
    requirement.expected_history.push_back(event.value);
  }
  for (const YamlValue& log : members.take_list("ExpectedLogs")) {
    requirement.expected_logs.push_back(to_log(log, requirement.warnings));
  }
  members.warn(requirement.warnings);
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

bool is_requirement(const std::string& id, const Requirement& read) {
  return (!id.empty() && id.front() >= '0' && id.front() <= '9') || read.expected_status ||
         !read.expected_history.empty();
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(requirement_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    return Error{ErrorCode::resource_not_found, "cannot be read"};
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > requirement_bytes_max) {
    return Error{ErrorCode::invalid_parameter,
                 "larger than " + std::to_string(requirement_bytes_max) + " bytes"};
  }
  return text;
}

/// Nothing: the file is something else.
std::optional<Requirement> load(const std::filesystem::path& path) {
  std::string suite = path.parent_path().filename().string();
  std::string id = path.stem().string();
  const Result<std::string> text = read_file(path);
  Result<Requirement> read =
      text ? parse_requirement(*text, suite, id) : Result<Requirement>(text.error());
  if (!read) {
    if (!is_requirement(id, {})) return std::nullopt;
    Requirement bad;
    bad.suite = std::move(suite);
    bad.id = std::move(id);
    bad.problem = path.string() + ": " + read.error().message;
    return bad;
  }
  if (!is_requirement(id, *read)) return std::nullopt;
  return *std::move(read);
}

bool has_yaml_name(const std::filesystem::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

}  // namespace

Result<Requirement> parse_requirement(std::string_view yaml, std::string suite, std::string id) {
  const Result<YamlValue> root =
      parse_yaml(std::string(yaml),
                 {.depth_max = requirement_depth_max, .values_max = requirement_values_max});
  if (!root) return root.error();
  try {
    Requirement requirement = to_requirement(*root);
    requirement.suite = std::move(suite);
    requirement.id = std::move(id);
    return requirement;
  } catch (const ShapeError& error) {
    return Error{ErrorCode::invalid_parameter, error.message};
  }
}

Result<std::vector<Requirement>> load_requirements(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path root = std::filesystem::canonical(path, error);  // "." has no name
  if (error) {
    return Error{ErrorCode::resource_not_found, path.string() + ": " + error.message()};
  }
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_regular_file(root, error)) {
    files.push_back(std::move(root));
  } else {
    for (std::filesystem::recursive_directory_iterator it(root, error), end; !error && it != end;
         it.increment(error)) {
      if (has_yaml_name(it->path()) && files.size() < requirements_max) files.push_back(it->path());
    }
  }
  if (error) {
    return Error{ErrorCode::resource_not_found, path.string() + ": " + error.message()};
  }
  std::vector<Requirement> requirements;
  for (const std::filesystem::path& file : files) {
    if (std::optional<Requirement> one = load(file)) requirements.push_back(*std::move(one));
  }
  if (requirements.empty()) {
    return Error{ErrorCode::resource_not_found,
                 path.string() + ": expected requirement files, found none among " +
                     std::to_string(files.size()) + " YAML files"};
  }
  std::sort(requirements.begin(), requirements.end(), [](const auto& a, const auto& b) {
    return std::tuple(numbers_of(a.id), a.id, a.suite) <
           std::tuple(numbers_of(b.id), b.id, b.suite);
  });
  return requirements;
}

}  // namespace durable::conformance
