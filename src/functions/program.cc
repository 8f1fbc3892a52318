// SPDX-License-Identifier: Apache-2.0
#include "functions/program.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace durable::functions {
namespace {

bool is_program(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

Error not_found(const std::string& text) { return Error{ErrorCode::invalid_usage, text}; }

}  // namespace

Result<std::string> find_program(const std::string& program, const std::string& folder,
                                 std::string_view search_path) {
  if (program.empty()) return not_found("the command's first word is empty: expected a program");
  if (program.find('/') != std::string::npos) {
    std::error_code error;
    const std::filesystem::path path =
        std::filesystem::absolute(std::filesystem::path(folder) / program, error);
    if (is_program(path)) return path.string();
    if (std::filesystem::exists(path, error)) {
      return not_found("'" + path.string() + "' is not an executable file: try chmod +x");
    }
    return not_found("there is no file '" + path.string() +
                     "': a program with '/' is looked for from the function's folder");
  }
  for (std::string_view rest = search_path; !rest.empty();) {
    const std::size_t end = rest.find(':');
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (part.empty()) continue;  // would mean the present folder: a surprise, not a feature
    const std::filesystem::path path = std::filesystem::path(part) / program;
    if (is_program(path)) return path.string();
  }
  return not_found("there is no program '" + program + "' in PATH (" + std::string(search_path) +
                   "): install it, or write ./" + program + " for one in the function's folder");
}

}  // namespace durable::functions
