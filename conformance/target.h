// SPDX-License-Identifier: Apache-2.0
//
// Where requirements are run: this process, or an endpoint that speaks Lambda's API.
#pragma once

#include <durable/base/result.h>
#include <durable/json/value.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/matcher.h"
#include "conformance/requirement.h"

namespace durable::conformance {

/// What was observed of one execution, when it had ended or was given up.
struct Observation {
  std::string
      status;  ///< The service's word: `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `STOPPED`, `RUNNING`.
  std::optional<std::string> result;  ///< JSON text, as the service returns it.
  std::optional<wire::ErrorObject> error;
  std::vector<json::Value>
      history;  ///< The events with their data, as GetDurableExecutionHistory shows them.
  std::vector<json::Value>
      log_lines;  ///< In the order of writing; text that is no JSON object is `{"message": text}`.
  std::string no_log;    ///< Why there is no log to compare with; empty: `log_lines` is all of it.
  std::string tree;      ///< The operations, for people.
  std::string given_up;  ///< Why it was not followed to its end; empty: it was.
};

/// One run of a requirement.
struct Run {
  const Requirement& requirement;
  const Bindings& bindings;  ///< Variables that were bound before the run.
  json::Value input;         ///< With the bindings put in.
  std::uint64_t seed = 0;    ///< Makes all that is random in the run.
};

/// Runs requirements, each in an execution of its own.
///
/// Thread-safety: `has` and `run` may be called from several threads at the same time.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  /// For reports: `local`, or the endpoint's URL.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Whether there is a function for the requirement. Error: the endpoint cannot be asked.
  [[nodiscard]] virtual Result<bool> has(const Requirement& requirement) = 0;
  /// Starts the requirement's function, sends its callback actions, and follows the execution to
  /// its end. Error: it could not be started or followed; an execution that fails is an
  /// observation.
  [[nodiscard]] virtual Result<Observation> run(const Run& run) = 0;
};

}  // namespace durable::conformance
