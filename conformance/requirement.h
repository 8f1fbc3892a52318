// SPDX-License-Identifier: Apache-2.0
//
// A requirement of the official conformance suites, as one of their YAML files states it: what to
// start, what to send from outside, and what result, history and log lines must come of it.
#pragma once

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/json/value.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace durable::conformance {

/// What somebody outside sends to a callback.
struct CallbackAction {
  enum class Kind : std::uint8_t { success, failure, heartbeat };

  std::string callback_name = "*";  ///< `*`, the callback's name, or `${/regex/}`.
  Kind kind = Kind::success;
  std::optional<json::Value> payload;
  Duration delay{0};  ///< From the moment at which the callback shows up.
};

/// What the lines of an execution's log must have.
struct LogExpectation {
  json::Value::Object match;          ///< Fields; a text between slashes is a regular expression.
  std::optional<std::int64_t> count;  ///< How many lines match.
  std::int64_t min_count = 1;         ///< Without `count`: how many at least.
  std::vector<json::Value::Object> after;  ///< Lines that came before each that matches.
};

struct Requirement {
  std::string id;     ///< E.g. `4-12`: the file's name.
  std::string suite;  ///< The folder's name.
  std::string description;
  /// Names to bind before the run, with what they stand for (`${GEN_STR:8}` or a literal).
  std::vector<std::pair<std::string, json::Value>> variables;
  json::Value input;
  bool async_invoke = false;
  bool optional = false;
  std::vector<CallbackAction> callback_actions;
  std::optional<std::string> expected_status;
  std::optional<json::Value> expected_result;
  std::vector<json::Value> expected_history;
  std::vector<LogExpectation> expected_logs;
};

/// Reads one requirement. Errors: `invalid_parameter` for text that is no YAML or has another
/// shape, with the place.
[[nodiscard]] Result<Requirement> parse_requirement(std::string_view yaml, std::string suite,
                                                    std::string id);

/// Reads all requirements below `folder`, ordered by id. Errors: as above, with the file;
/// `resource_not_found` if there is no such folder or it holds none.
[[nodiscard]] Result<std::vector<Requirement>> load_requirements(
    const std::filesystem::path& folder);

}  // namespace durable::conformance
