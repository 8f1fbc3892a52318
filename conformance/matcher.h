// SPDX-License-Identifier: Apache-2.0
//
// The matching rules of the official conformance suites.
#pragma once

#include <durable/base/random.h>
#include <durable/base/result.h>
#include <durable/json/value.h>

#include "conformance/requirement.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::conformance {

/// Names and what they stand for. A name is bound before the run, or by its first use in what is
/// expected.
using Bindings = std::map<std::string, json::Value, std::less<>>;

/// Where what was found differs from what was expected.
struct Mismatch {
  std::string path;  ///< E.g. `StepFailedDetails.Error.Payload.ErrorType`.
  std::string expected;
  std::string found;
  /// The whole event or line that differs, names put in, and what was found in its place; absent
  /// where the texts above say all.
  std::optional<json::Value> expected_whole = {};
  std::optional<json::Value> found_whole = {};

  [[nodiscard]] std::string to_string() const;
};

/// Binds the variables of a requirement, generated texts from `random`. Error: `invalid_parameter`
/// for a generator that is not known.
[[nodiscard]] Result<Bindings> bind_variables(const Requirement& requirement, Random& random);

/// `value` with the names of `bindings` put in for `${NAME}`; a text that is one name alone becomes
/// what the name stands for, of whatever type.
[[nodiscard]] json::Value substitute(const json::Value& value, const Bindings& bindings);

/// Whether `found` is what `expected` says; binds names at their first use.
///
/// `{}` and `*` accept everything that is there. `${NAME}` is bound at its first use, and must be
/// equal at every other. `${/regex/}` is searched for in the text of `found`. Objects compare the
/// expected members only, arrays one by one and with their length; all else must be equal, numbers
/// and text being different types.
[[nodiscard]] std::optional<Mismatch> match(const json::Value& expected, const json::Value& found,
                                            Bindings& bindings);

/// Compares a history, each expected event with the one that has the same EventId; others are
/// ignored. `history` is an array of events.
[[nodiscard]] std::optional<Mismatch> match_history(const std::vector<json::Value>& expected,
                                                    const std::vector<json::Value>& history,
                                                    Bindings& bindings);

/// Compares log lines, each an object of fields. A field matches as in `match`, and by `/regex/`
/// too. A name is bound by the first line that has all fields of its expectation.
[[nodiscard]] std::optional<Mismatch> match_logs(const std::vector<LogExpectation>& expected,
                                                 const std::vector<json::Value>& lines,
                                                 Bindings& bindings);

/// Whether a callback with this name is meant by an action's name.
[[nodiscard]] bool names_callback(const std::string& pattern, std::string_view name,
                                  const Bindings& bindings);

}  // namespace durable::conformance
