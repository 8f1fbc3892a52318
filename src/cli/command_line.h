// SPDX-License-Identifier: Apache-2.0
//
// The command line: what may be written there, read into options.h, and described for help,
// completion scripts and the manual.
#pragma once

#include "cli/options.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace durable::cli {

/// Ends of the program.
inline constexpr int exit_success = 0;
inline constexpr int exit_failed = 1;      ///< The execution or the function failed.
inline constexpr int exit_usage = 2;       ///< The command line, or a file that it names.
inline constexpr int exit_service = 3;     ///< No connection, or the service refused; no output.
inline constexpr int exit_still_runs = 4;  ///< The time to wait is over.

/// What to print instead of running a command: help, the version, or what is wrong.
struct ParseEnd {
  int exit_code = exit_success;
  std::string out;
  std::string err;
};

/// Reads the arguments after the program's name.
[[nodiscard]] std::variant<CommandLine, ParseEnd> parse(const std::vector<std::string>& arguments);

struct OptionText {
  std::vector<std::string> names;  ///< With dashes, the long one last; of an argument, its name.
  std::string value;               ///< `PORT`, `FILE`, `bash|zsh`; empty for a flag.
  std::string help;
  bool is_argument = false;
  bool is_repeatable = false;
};

struct CommandText {
  std::string name;
  std::string help;
  std::string footer;  ///< Examples.
  std::vector<OptionText> options;
  std::vector<CommandText> commands;
};

/// All that `parse` knows.
[[nodiscard]] CommandText describe();

}  // namespace durable::cli
