// SPDX-License-Identifier: Apache-2.0
#include "testing/gtest/flags.h"

#include "testing/gtest/mode.h"

#include <utility>

namespace durable::detail {
namespace {

constexpr std::string_view mode_flag = "--runner-mode";
constexpr std::string_view selection_flag = "-k";
constexpr std::string_view explore_flag = "--explore-crashes";

bool asks_for_help(std::string_view argument) {
  return argument == "--help" || argument == "-h" || argument == "-?" || argument == "/?";
}

/// Letters in lower case, without underscores.
std::string simplified(std::string_view text) {
  std::string simple;
  for (const char c : text) {
    if (c == '_') continue;
    simple += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return simple;
}

/// Goes through the arguments from the second on, and keeps those that are not taken.
class Arguments {
 public:
  Arguments(int* argc, char** argv) : argc_(*argc), argv_(argv) {}

  /// The next argument; absent at the end.
  std::optional<std::string_view> next() {
    if (at_ + 1 >= argc_) return std::nullopt;
    return std::string_view(argv_[++at_]);
  }
  void keep() { argv_[kept_++] = argv_[at_]; }

  /// The value of `flag` where `argument` is that flag: behind a `=`, or the next argument. Absent:
  /// it is another argument.
  std::optional<Result<std::string>> value(std::string_view flag, std::string_view argument) {
    if (!argument.starts_with(flag)) return std::nullopt;
    const std::string_view rest = argument.substr(flag.size());
    if (rest.starts_with('=')) return Result<std::string>(std::string(rest.substr(1)));
    if (!rest.empty()) return std::nullopt;
    if (const auto following = next()) return Result<std::string>(std::string(*following));
    return Result<std::string>(
        Error{ErrorCode::invalid_usage,
              std::string(flag) + ": expected a value behind it, found the end of the line"});
  }

  void finish(int* argc) {
    argv_[kept_] = nullptr;
    *argc = kept_;
  }

 private:
  int argc_;
  char** argv_;
  int at_ = 0;
  int kept_ = 1;
};

}  // namespace

Result<Flags> take_flags(int* argc, char** argv) {
  Flags flags;
  if (*argc < 1) return flags;
  Arguments arguments(argc, argv);
  while (const auto argument = arguments.next()) {
    if (const auto text = arguments.value(mode_flag, *argument)) {
      if (!*text) return text->error();
      const Result<RunnerMode> mode = read_runner_mode(mode_flag, **text);
      if (!mode) return mode.error();
      flags.mode = *mode;
    } else if (const auto selection = arguments.value(selection_flag, *argument)) {
      if (!*selection) return selection->error();
      flags.selection = **selection;
    } else if (*argument == explore_flag) {
      flags.explore_crashes = true;
    } else {
      flags.help = flags.help || asks_for_help(*argument);
      arguments.keep();
    }
  }
  arguments.finish(argc);
  return flags;
}

bool is_selected(std::string_view full_name, std::string_view text) {
  const std::string name = simplified(full_name);
  const std::string wanted = simplified(text);
  if (name.find(wanted) != std::string::npos) return true;
  // Elsewhere the name of a test is that of a function test_..., and is typed so.
  constexpr std::string_view prefix = "test";
  const bool has_prefix = wanted.starts_with(prefix) && wanted.size() > prefix.size() &&
                          text.size() > prefix.size() && text[prefix.size()] == '_';
  return has_prefix && name.find(wanted.substr(prefix.size())) != std::string::npos;
}

std::string narrow_filter(std::string filter, std::span<const std::string> all_tests,
                          std::string_view text) {
  // A filter cannot say "and", but it can exclude; what stands behind its first '-' does.
  char separator = filter.find('-') == std::string::npos ? '-' : ':';
  for (const std::string& test : all_tests) {
    if (is_selected(test, text)) continue;
    filter += separator;
    filter += test;
    separator = ':';
  }
  return filter;
}

}  // namespace durable::detail
