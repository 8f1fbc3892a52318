// SPDX-License-Identifier: Apache-2.0
#include "http/request_rules.h"

#include <algorithm>
#include <cstddef>

namespace durable::http {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_number_up_to(std::string_view text, unsigned max) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return false;
  }
  unsigned value = 0;
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  return value <= max;
}

bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || !is_number_up_to(text.substr(0, dot), 255)) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

// Only an address can stand in brackets, so its spelling need not be checked to the letter.
bool is_bracketed_ipv6(std::string_view text) {
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  return text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") ==
         std::string_view::npos;
}

// Absent: what follows the name is no port.
std::optional<std::string_view> without_port(std::string_view host) {
  const std::size_t from = host.starts_with('[') ? std::min(host.find(']'), host.size()) : 0;
  const std::size_t colon = host.find(':', from);
  if (colon == std::string_view::npos) return host;
  const std::string_view port = host.substr(colon + 1);
  if (!port.empty() && !is_number_up_to(port, 65'535)) return std::nullopt;
  return host.substr(0, colon);
}

}  // namespace

bool is_host_allowed(std::string_view host, const std::vector<std::string>& allowed) {
  const std::optional<std::string_view> name = without_port(host);
  if (!name) return false;
  if (is_ipv4(*name) || is_bracketed_ipv6(*name) || equals_ignoring_case(*name, "localhost")) {
    return true;
  }
  return !name->empty() && std::any_of(allowed.begin(), allowed.end(), [&](const auto& other) {
    return equals_ignoring_case(*name, other);
  });
}

std::optional<ParseFailure> judge_host(const Headers& headers, Version version,
                                       const std::vector<std::string>& allowed) {
  const Header* host = nullptr;
  for (const Header& header : headers) {
    if (!equals_ignoring_case(header.name, "Host")) continue;
    if (host != nullptr) {
      return ParseFailure{400, "The request has several Host headers. Send exactly one"};
    }
    host = &header;
  }
  if (host == nullptr) {
    if (version == Version::http_1_0) return std::nullopt;
    return ParseFailure{400, "The request has no Host header. Send one, as HTTP/1.1 wants it"};
  }
  if (is_host_allowed(host->value, allowed)) return std::nullopt;
  return ParseFailure{
      421, "The Host header names '" + host->value +
               "', and this server answers to IP addresses, localhost and the names that were "
               "allowed at its start, so that no web page can reach it under a name of its own. "
               "Use an IP address or localhost, or allow the name when you start the server"};
}

}  // namespace durable::http
