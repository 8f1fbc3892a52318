// SPDX-License-Identifier: Apache-2.0
#include "cloud/surroundings.h"

#include "cloud/command.h"
#include "cloud/system_clock.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

namespace durable::cloud {
namespace {

constexpr std::size_t piece_bytes = 4096;

Result<std::string> read_whole_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  // Piece by piece: most files are absent or small, and a function that starts has no time to clear
  // a megabyte for each.
  while (file && text.size() <= config_file_bytes_max) {
    const std::size_t had = text.size();
    text.resize(had + piece_bytes);
    file.read(text.data() + had, static_cast<std::streamsize>(piece_bytes));
    text.resize(had + static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    const int reason = errno;
    const bool absent = reason == ENOENT || reason == ENOTDIR;
    return Error{absent ? ErrorCode::resource_not_found : ErrorCode::storage,
                 "cannot read " + path + ": " + std::strerror(reason)};
  }
  if (text.size() > config_file_bytes_max) {
    return Error{ErrorCode::request_too_large,
                 path + " is larger than 1 MiB: is it the right file?"};
  }
  return text;
}

}  // namespace

std::optional<std::string> Surroundings::get(const char* name) const {
  std::optional<std::string> value = variable(name);
  if (value && value->empty()) value.reset();
  return value;
}

Surroundings process_surroundings() {
  Surroundings surroundings;
  surroundings.variable = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
  surroundings.read_file = read_whole_file;
  surroundings.run_command = [](const std::string& line) { return run_command(line); };
  surroundings.clock = std::make_shared<SystemClock>();
  return surroundings;
}

}  // namespace durable::cloud
