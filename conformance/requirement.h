// SPDX-License-Identifier: Apache-2.0
//
// A requirement of the official conformance suites, as one of their YAML files states it: what to
// start, what to send from outside, and what result, history and log lines must come of it.
#pragma once

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/json/value.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace durable::conformance {

/// What a file may be; more is no requirement.
inline constexpr std::size_t requirement_bytes_max = 1U << 20U;
inline constexpr std::size_t requirement_depth_max = 64;       ///< Of values in values.
inline constexpr std::size_t requirement_values_max = 20'000;  ///< With repeated ones (YAML's `*`).
inline constexpr std::size_t requirements_max = 10'000;        ///< In one folder.

/// What somebody outside sends to a callback.
struct CallbackAction {
  enum class Kind : std::uint8_t { success, failure, heartbeat };

  std::string callback_name = "*";  ///< `*`, the callback's name, or `${/regex/}`.
  Kind kind = Kind::success;
  std::optional<json::Value> payload = {};
  Duration delay{0};  ///< From the callback's start, or from the action before this one.
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
  std::vector<std::string> warnings;  ///< Keys without a meaning, each with its place.
  std::string problem;  ///< Why the file cannot be read, with the place; all else is empty then.
};

/// Reads one requirement. Upper and lower case and `_` are the same in its keys, so that
/// `ExpectedLogs`, `expected_logs` and `expectedLogs` are one. Errors: `invalid_parameter` for text
/// that is no YAML, is too large or has another shape, with the place.
[[nodiscard]] Result<Requirement> parse_requirement(std::string_view yaml, std::string suite,
                                                    std::string id);

/// Reads all requirements below `path`, or the one that it is, ordered by id. One that cannot be
/// read has a `problem`, with the file. YAML files that are something else are left out: those
/// whose names begin with no digit and which have nothing of a requirement.
///
/// Error: `resource_not_found` if there is no such folder, or it holds none.
[[nodiscard]] Result<std::vector<Requirement>> load_requirements(const std::filesystem::path& path);

}  // namespace durable::conformance
