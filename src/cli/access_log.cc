// SPDX-License-Identifier: Apache-2.0
#include "cli/access_log.h"

#include "cli/text.h"

#include <string>

namespace durable::cli {
namespace {

constexpr std::size_t path_shown_max = 300;

}  // namespace

LogLevel log_level_of(std::string_view word) noexcept {
  if (word == "DEBUG") return LogLevel::debug;
  if (word == "WARNING") return LogLevel::warning;
  if (word == "ERROR") return LogLevel::error;
  if (word == "OFF") return LogLevel::off;
  return LogLevel::info;
}

LogLevel level_of(const server::AccessRecord& record) noexcept {
  if (record.status >= 500) return LogLevel::error;
  if (record.status >= 400) return LogLevel::warning;
  const bool starts = record.path.ends_with("/invocations") ||
                      record.path == "/start-durable-execution" || record.path.ends_with("/stop");
  return starts ? LogLevel::info : LogLevel::debug;
}

void PrintedAccessLog::answered(const server::AccessRecord& record) {
  if (level_of(record) < level_) return;
  std::string line = format_time_ms(clock_.now(), std::nullopt);
  line += " " + std::to_string(record.status) + " ";
  line.append(record.method.substr(0, 16))
      .append(" ")
      .append(record.path.substr(0, path_shown_max));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) c = '?';  // the path is a stranger's
  }
  line += " " + std::to_string(record.duration.count()) + "ms ";
  line.append(record.request_id).append("\n");
  out_(line);
}

}  // namespace durable::cli
