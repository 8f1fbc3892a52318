// SPDX-License-Identifier: Apache-2.0
#include "testing/gtest/mode.h"

#include <durable/json/value.h>

#include <cstdlib>
#include <utility>

namespace durable::detail {
namespace {

constexpr const char* function_variable = "QUALIFIED_FUNCTION_NAME";
constexpr const char* test_name_variable = "LAMBDA_FUNCTION_TEST_NAME";

char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) noexcept {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (to_lower(left[i]) != to_lower(right[i])) return false;
  }
  return true;
}

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

CloudTarget fail(std::string text) { return {CloudTarget::Verdict::fail, std::move(text)}; }

CloudTarget skip(std::string_view name, const std::string& others) {
  return {CloudTarget::Verdict::skip, "the test's lambda_function_name " + in_quotes(name) +
                                          " doesn't match LAMBDA_FUNCTION_TEST_NAME " + others};
}

CloudTarget bad_map(const char* variable, const std::string& problem) {
  return fail(std::string(variable) +
              ": expected a JSON object from test names to qualified function names, such as "
              "{\"hello world\": \"HelloWorld:$LATEST\"}; " +
              problem);
}

CloudTarget find_in_map(const char* variable, const std::string& text, std::string_view name) {
  const Result<json::Value> map = json::Value::parse(text);
  if (!map) return bad_map(variable, map.error().message);
  const json::Value::Object* entries = map->as_object();
  if (entries == nullptr) return bad_map(variable, "found JSON that is no object");
  std::string names;
  for (const auto& [key, value] : *entries) {
    const std::string* function = value.as_string();
    if (function == nullptr || function->empty()) {
      return bad_map(variable, "the value of " + in_quotes(key) + " is no name");
    }
    if (equals_ignoring_case(key, name)) return {CloudTarget::Verdict::run, *function};
    names += (names.empty() ? "" : ", ") + in_quotes(key);
  }
  return skip(name, "nor a name in " + std::string(variable) + " (" + names + ")");
}

}  // namespace

Variables process_variables() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

Result<RunnerMode> read_runner_mode(std::string_view source, std::string_view text) {
  if (text == "local") return RunnerMode::local;
  if (text == "cloud") return RunnerMode::cloud;
  return Error{ErrorCode::invalid_usage,
               std::string(source) + ": expected \"local\" or \"cloud\", found " + in_quotes(text)};
}

Result<RunnerMode> runner_mode(const Variables& variables) {
  const std::optional<std::string> text = variables(runner_mode_variable);
  if (!text) return RunnerMode::local;
  return read_runner_mode(runner_mode_variable, *text);
}

CloudTarget find_cloud_target(const Variables& variables, std::string_view name) {
  for (const char* variable : {"DURABLE_FUNCTION_NAME_MAP", "PYTEST_FUNCTION_NAME_MAP"}) {
    if (const auto map = variables(variable)) return find_in_map(variable, *map, name);
  }
  const std::optional<std::string> function = variables(function_variable);
  const std::optional<std::string> test_name = variables(test_name_variable);
  if (!function || !test_name) {
    return fail(
        "Cloud mode requires both QUALIFIED_FUNCTION_NAME and LAMBDA_FUNCTION_TEST_NAME "
        "environment variables, for example:\n  QUALIFIED_FUNCTION_NAME='MyFunction:$LATEST' "
        "LAMBDA_FUNCTION_TEST_NAME='" +
        std::string(name) +
        "' ./tests --runner-mode=cloud\nor, for many functions, DURABLE_FUNCTION_NAME_MAP='{\"" +
        std::string(name) + "\": \"MyFunction:$LATEST\"}'");
  }
  if (!equals_ignoring_case(*test_name, name)) return skip(name, in_quotes(*test_name));
  return {CloudTarget::Verdict::run, *function};
}

}  // namespace durable::detail
