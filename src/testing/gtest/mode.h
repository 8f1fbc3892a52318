// SPDX-License-Identifier: Apache-2.0
//
// Which mode the tests of this program run in, and which deployed function serves which test. All
// of it comes from the environment.
#pragma once

#include <durable/base/result.h>
#include <durable/testing/test_runner.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace durable::detail {

inline constexpr const char* runner_mode_variable = "DURABLE_RUNNER_MODE";
inline constexpr const char* explore_variable = "DURABLE_EXPLORE_CRASHES";

/// The value of a variable of the environment; absent when it is not set, or empty.
using Variables = std::function<std::optional<std::string>(const char* name)>;

[[nodiscard]] Variables process_variables();

/// `local` or `cloud`. Error: `invalid_usage` that lists the two; `source` says where `text` is
/// from.
[[nodiscard]] Result<RunnerMode> read_runner_mode(std::string_view source, std::string_view text);

/// What DURABLE_RUNNER_MODE says; local where it says nothing.
[[nodiscard]] Result<RunnerMode> runner_mode(const Variables& variables);

/// What becomes of a test in cloud mode.
struct CloudTarget {
  enum class Verdict : std::uint8_t { run, skip, fail };
  Verdict verdict = Verdict::run;
  std::string text;  ///< The qualified name of its function, or why it is skipped or fails.
};

/// `name`: the test's `lambda_function_name`.
[[nodiscard]] CloudTarget find_cloud_target(const Variables& variables, std::string_view name);

}  // namespace durable::detail
