// SPDX-License-Identifier: Apache-2.0
//
// The arguments of a test program that are this library's.
#pragma once

#include <durable/base/result.h>
#include <durable/testing/test_runner.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace durable::detail {

struct Flags {
  std::optional<RunnerMode> mode = {};
  std::optional<std::string> selection = {};  ///< The TEXT of `-k`; the last one counts.
  bool explore_crashes = false;
  bool help = false;
};

/// Reads the flags and removes them from the arguments, all but those that ask for help. Error:
/// `invalid_usage` that says what was expected; the arguments are then in disorder.
[[nodiscard]] Result<Flags> take_flags(int* argc, char** argv);

/// Whether `-k TEXT` selects the test `full_name`.
[[nodiscard]] bool is_selected(std::string_view full_name, std::string_view text);

/// GoogleTest's `filter` with the tests that `-k TEXT` does not select excluded.
[[nodiscard]] std::string narrow_filter(std::string filter, std::span<const std::string> all_tests,
                                        std::string_view text);

}  // namespace durable::detail
