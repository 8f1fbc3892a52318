// SPDX-License-Identifier: Apache-2.0
#include "server/log_tail.h"

#include "engine/base64.h"
#include "json/text.h"

namespace durable::server {
namespace {

/// How many of a function's last lines are looked at: all that a host keeps by default.
constexpr std::size_t lines_max = 10'000;

}  // namespace

std::string log_tail(const functions::Host& host, std::string_view function,
                     std::string_view request_id) {
  std::string text;
  for (const functions::LogLine& line : host.log(function, 0, lines_max)) {
    if (line.request_id != request_id) continue;
    text.append(line.text).append("\n");
    // Seldom, so that a long log costs no more than its size.
    if (text.size() > 16 * log_tail_bytes_max) text.erase(0, text.size() - log_tail_bytes_max);
  }
  if (text.size() > log_tail_bytes_max) text.erase(0, text.size() - log_tail_bytes_max);
  return engine::to_base64(text);
}

std::string as_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = json::detail::utf8_sequence(text, at);
    clean.append(size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(at, size));
    at += size == 0 ? 1 : size;
  }
  return clean;
}

}  // namespace durable::server
