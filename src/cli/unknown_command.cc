// SPDX-License-Identifier: Apache-2.0
#include "cli/unknown_command.h"

#include "cli/text.h"

#include <algorithm>

namespace durable::cli {
namespace {

/// More than that are not told, but where they stand.
constexpr std::size_t listed_max = 5;

std::vector<std::string> names_of(const CommandText& command) {
  std::vector<std::string> names;
  for (const CommandText& one : command.commands) names.push_back(one.name);
  return names;
}

/// ` (there are succeed, fail, heartbeat)`
std::string listed(const std::vector<std::string>& names) {
  if (names.size() > listed_max) return "";
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? " (there are " : ", ") + name;
  return text + ")";
}

bool asks_for_text(const std::string& word) {
  return word == "-h" || word == "--help" || word == "--version";
}

ParseEnd end_of(const std::string& path, const std::string& what) {
  return {exit_usage, "", path + ": " + what + "\n`" + path + " --help` lists the commands.\n"};
}

}  // namespace

std::optional<ParseEnd> unknown_command(const CommandText& program,
                                        const std::vector<std::string>& arguments) {
  std::string path = "durable";
  const CommandText* at = &program;
  auto from = arguments.begin();
  while (!at->commands.empty()) {
    const std::vector<std::string> names = names_of(*at);
    const auto word = std::find_if(from, arguments.end(),
                                   [](const std::string& text) { return !text.starts_with("-"); });
    if (word == arguments.end()) {
      if (std::any_of(from, arguments.end(), asks_for_text)) return std::nullopt;
      return end_of(path, "expected a command" + listed(names) +
                              (from == arguments.end() ? "" : ", found \"" + *from + "\""));
    }
    const auto found =
        std::find_if(at->commands.begin(), at->commands.end(),
                     [&word](const CommandText& command) { return command.name == *word; });
    if (found == at->commands.end()) {
      const std::string meant = nearest(*word, names);
      return end_of(path, "there is no command \"" + *word + "\"" +
                              (meant.empty() ? "" : "; did you mean \"" + meant + "\"?") +
                              listed(names));
    }
    at = &*found;
    path += " " + at->name;
    from = word + 1;
  }
  return std::nullopt;
}

}  // namespace durable::cli
