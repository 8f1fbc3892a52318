// SPDX-License-Identifier: Apache-2.0
#include "conformance/log_lines.h"

#include <durable/base/result.h>

#include <utility>

namespace durable::conformance {

json::Value to_log_line(std::string_view line) {
  Result<json::Value> parsed = json::Value::parse(line);
  if (parsed && parsed->as_object() != nullptr) return *std::move(parsed);
  json::Value text;
  text.set("message", line);
  return text;
}

std::vector<json::Value> to_log_lines(std::string_view text) {
  std::vector<json::Value> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(to_log_line(line));
  }
  return lines;
}

}  // namespace durable::conformance
