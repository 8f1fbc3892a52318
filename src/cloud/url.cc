// SPDX-License-Identifier: Apache-2.0
#include "cloud/url.h"

#include <algorithm>

namespace durable::cloud {
namespace {

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f'; });
}

/// Four numbers and nothing else: `127.evil.example` is a name that somebody else answers for.
bool is_loopback_ipv4(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  int dots = 0;
  char before = '.';
  for (const char c : host) {
    if (c == '.' && (before == '.' || ++dots > 3)) return false;
    if (c != '.' && (c < '0' || c > '9')) return false;
    before = c;
  }
  return dots == 3 && before != '.';
}

}  // namespace

std::string Url::host_header() const {
  const bool ipv6 = host.find(':') != std::string_view::npos;
  std::string text = ipv6 ? "[" + std::string(host) + "]" : std::string(host);
  const std::string_view usual = scheme == "https" ? "443" : "80";
  if (!port.empty() && port != usual) text += ":" + std::string(port);
  return text;
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !is_visible(text)) return std::nullopt;
  url.scheme = text.substr(0, colon);
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  if (text.find('#') != std::string_view::npos) return std::nullopt;
  text.remove_prefix(colon + 3);
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  text.remove_prefix(end);
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    url.host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
    if (!authority.empty() && authority[0] != ':') return std::nullopt;
  } else {
    url.host = authority.substr(0, authority.find(':'));
    authority.remove_prefix(url.host.size());
  }
  if (!authority.empty()) url.port = authority.substr(1);
  if (url.host.empty() || !is_digits(url.port)) return std::nullopt;
  const std::size_t mark = text.find('?');
  url.path = text.substr(0, mark);
  if (url.path.empty()) url.path = "/";
  if (mark != std::string_view::npos) url.query = text.substr(mark + 1);
  return url;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || is_loopback_ipv4(host);
}

}  // namespace durable::cloud
