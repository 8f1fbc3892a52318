// SPDX-License-Identifier: Apache-2.0
//
// The functions under test, one for each requirement: what a requirement tells in words, written as
// a user would write it.
#pragma once

#include <durable/base/time.h>
#include <durable/sdk/handler.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::conformance {

/// What a function under test needs of the process that it runs in. Outlives the function.
///
/// Thread-safety: called from the workflow's thread.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  /// The process dies here, with all that is not yet recorded: of a step whose body runs inline
  /// also its start.
  [[noreturn]] virtual void crash() = 0;
  /// Whether this is the first time that `execution_arn` asks for `mark`. Survives a crash.
  [[nodiscard]] virtual bool first_time(std::string_view execution_arn, std::string_view mark) = 0;
  /// Writes one line to the standard output, for plugins that log by themselves. Of a function that
  /// runs locally, only lines that are written here or by its logger are seen.
  virtual void print(std::string_view line) = 0;
};

/// A function under test.
struct Function {
  std::string_view requirement;  ///< The id of its requirement, e.g. `1-2`.
  std::function<Handler(Host&)> make;
  /// Where it is deployed. With more than 15 minutes it cannot be started by a synchronous call.
  Duration execution_timeout = std::chrono::minutes{15};
};

/// A function that those under test invoke.
struct InvokedFunction {
  std::string_view name;
  std::function<Handler(Host&)> make;
  bool per_tenant = false;  ///< It can only be invoked for a tenant.
};

// The suites, each in a file of its own.
[[nodiscard]] std::vector<Function> step_functions();
[[nodiscard]] std::vector<Function> wait_functions();
[[nodiscard]] std::vector<Function> child_functions();
[[nodiscard]] std::vector<Function> callback_functions();
[[nodiscard]] std::vector<Function> wait_for_callback_functions();
[[nodiscard]] std::vector<Function> invoke_functions();
[[nodiscard]] std::vector<Function> wait_for_condition_functions();
[[nodiscard]] std::vector<Function> parallel_functions();
[[nodiscard]] std::vector<Function> map_functions();
[[nodiscard]] std::vector<Function> plugin_functions();

/// The functions that those of the invoke suite invoke, by their names without a qualifier.
[[nodiscard]] std::vector<InvokedFunction> invoked_functions();

/// All functions under test.
[[nodiscard]] std::vector<Function> functions();

/// Requirements of one kind, and the functions for them.
struct Suite {
  std::string_view name;  ///< As the folder of its requirements is called.
  std::vector<Function> (*functions)();
};

/// All suites.
[[nodiscard]] const std::vector<Suite>& suites();

/// What the function for `requirement` is called where it is deployed:
/// `durable-conformance-<requirement>`.
[[nodiscard]] std::string deployed_name(std::string_view requirement);

}  // namespace durable::conformance
