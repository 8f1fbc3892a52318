// SPDX-License-Identifier: Apache-2.0
#include "http/outbound.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace durable::http {
namespace {

bool is_printable(char c) { return c > ' ' && c < '\x7F'; }

bool is_token(std::string_view text) {
  constexpr std::string_view separators = "\"(),/:;<=>?@[\\]{}";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_printable(c) && separators.find(c) == std::string_view::npos;
  });
}

Error url_error(std::string_view text, std::string_view why) {
  // A query may hold what is not for logs.
  std::string shown(text.substr(0, std::min(text.find('?'), text.size())));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return !is_printable(c); }, '?');
  return {ErrorCode::invalid_usage, "'" + shown +
                                        "' is no URL that can be asked: " + std::string(why) +
                                        ". Give one such as "
                                        "https://host:port/path"};
}

struct HostAndPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

std::optional<HostAndPort> parse_authority(std::string_view text) {
  HostAndPort parsed;
  std::size_t colon = text.find(':');
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parsed.host = text.substr(1, end - 1);
    const bool is_address =
        parsed.host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
    if (!is_address || (end + 1 < text.size() && text[end + 1] != ':')) return std::nullopt;
    colon = end + 1 < text.size() ? end + 1 : std::string_view::npos;
  } else {
    parsed.host = text.substr(0, colon);
    if (parsed.host.find_first_of("@[]\\") != std::string::npos) return std::nullopt;
  }
  if (parsed.host.empty()) return std::nullopt;
  if (colon == std::string_view::npos) return parsed;
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
    return std::nullopt;
  }
  parsed.port = port;
  return parsed;
}

std::string base64(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, text.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (k < count ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      encoded += k <= count ? letters[group >> (18U - 6U * k) & 63U] : '=';
    }
  }
  return encoded;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (equals_ignoring_case(rest.substr(0, 7), "http://")) {
    rest.remove_prefix(7);
  } else if (equals_ignoring_case(rest.substr(0, 8), "https://")) {
    rest.remove_prefix(8);
    url.scheme = Scheme::https;
    url.port = 443;
  } else {
    return url_error(text, "it does not begin with http:// or https://");
  }
  if (!std::all_of(rest.begin(), rest.end(), is_printable)) {
    return url_error(text, "a character in it has to be percent-encoded");
  }
  if (rest.find('#') != std::string_view::npos) return url_error(text, "it has a fragment");
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  url.authority = rest.substr(0, end);
  if (url.authority.find('@') != std::string::npos) {
    return Error{ErrorCode::invalid_usage,
                 "a URL with a user or password is not asked. Give the credentials by a header"};
  }
  const std::optional<HostAndPort> parsed = parse_authority(url.authority);
  if (!parsed) return url_error(text, "host or port is missing or malformed");
  url.host = parsed->host;
  url.port = parsed->port.value_or(url.port);
  url.target = rest.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

Result<Proxy> parse_proxy(std::string_view text) {
  std::string_view rest = text;
  std::string_view user;
  std::string_view password;
  if (equals_ignoring_case(rest.substr(0, 7), "http://")) {
    rest.remove_prefix(7);
  } else if (rest.find("://") != std::string_view::npos) {
    return Error{ErrorCode::invalid_usage,
                 "a proxy is asked by http:// only, and another scheme is given: '" +
                     std::string(rest.substr(0, rest.find("://"))) +
                     "://'. Give http://host:port; what is asked through it stays encrypted"};
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t at = rest.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view credentials = rest.substr(0, at);
    const std::size_t colon = std::min(credentials.find(':'), credentials.size());
    user = credentials.substr(0, colon);
    password = credentials.substr(std::min(colon + 1, credentials.size()));
    rest.remove_prefix(at + 1);
  }
  std::optional<HostAndPort> parsed = parse_authority(rest);
  std::optional<std::string> plain_user = percent_decode(user);
  std::optional<std::string> plain_password = percent_decode(password);
  if (!parsed || !plain_user || !plain_password ||
      !std::all_of(parsed->host.begin(), parsed->host.end(), is_printable)) {
    return Error{ErrorCode::invalid_usage,
                 "the proxy that is given cannot be understood. Give it as "
                 "http://host:port or http://user:password@host:port, percent-encoded"};
  }
  return Proxy{std::move(parsed->host), parsed->port.value_or(80), std::move(*plain_user),
               std::move(*plain_password)};
}

std::string Proxy::authorization() const {
  return user.empty() && password.empty() ? std::string{}
                                          : "Basic " + base64(user + ':' + password);
}

bool bypasses_proxy(std::string_view host, std::string_view no_proxy) {
  while (!no_proxy.empty()) {
    const std::size_t end = std::min(no_proxy.find(','), no_proxy.size());
    std::string_view entry = trimmed(no_proxy.substr(0, end));
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
    if (entry == "*") return true;
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
    if (entry.empty() || entry.size() > host.size()) continue;
    const std::size_t before = host.size() - entry.size();
    if (!equals_ignoring_case(host.substr(before), entry)) continue;
    if (before == 0 || host[before - 1] == '.') return true;
  }
  return false;
}

Result<std::optional<Proxy>> choose_proxy(const TransportOptions& options, const Url& url) {
  const std::string& text = url.scheme == Scheme::https ? options.https_proxy : options.http_proxy;
  if (text.empty() || bypasses_proxy(url.host, options.no_proxy)) {
    return std::optional<Proxy>{};
  }
  Result<Proxy> proxy = parse_proxy(text);
  if (!proxy) return std::move(proxy).error();
  return std::optional<Proxy>(std::move(*proxy));
}

Result<void> check_request(const OutboundRequest& request) {
  if (!is_token(request.method)) {
    return Error{ErrorCode::invalid_usage,
                 "the method of a request has to be one word, such as GET"};
  }
  for (const Header& header : request.headers) {
    if (!is_token(header.name)) {
      return Error{ErrorCode::invalid_usage,
                   "the name of a header has to be one word of printable "
                   "characters without separators"};
    }
    const bool is_one_line = std::none_of(header.value.begin(), header.value.end(), [](char c) {
      return c == '\r' || c == '\n' || c == '\0';
    });
    if (!is_one_line) {
      return Error{ErrorCode::invalid_usage,
                   "the value of the header " + header.name +
                       " has a line break or a zero byte. Remove it, or encode the value"};
    }
  }
  return {};
}

bool is_made_by_transport(std::string_view header_name) {
  return equals_ignoring_case(header_name, "Host") ||
         equals_ignoring_case(header_name, "Content-Length") ||
         equals_ignoring_case(header_name, "Transfer-Encoding");
}

bool always_tells_length(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

Error transport_error(const Url& url, Phase phase, std::string_view cause) {
  struct Words {
    std::string_view phase;
    std::string_view delivery;
    std::string_view advice;
  };
  const auto words = [&]() -> Words {
    constexpr std::string_view not_received = "The request was not received. ";
    constexpr std::string_view perhaps_received = "The request may have been received. ";
    switch (phase) {
      case Phase::resolve:
        return {"resolve", not_received, "Check the host's name, and the network's name service"};
      case Phase::connect:
        return {"connect", not_received,
                "Check that the server runs, host and port, and whether a proxy is needed"};
      case Phase::tls:
        return {"TLS", not_received,
                "Check the server's certificate, and give the CA bundle that it is signed by"};
      case Phase::send:
        return {"send", perhaps_received, "Check the network, and try again"};
      case Phase::receive:
        return {"receive", perhaps_received, "Check the server, and try again"};
    }
    return {};
  }();
  const std::string_view scheme = url.scheme == Scheme::https ? "https://" : "http://";
  std::string message = "no answer from ";
  message.append(scheme).append(url.authority).append(": phase ").append(words.phase);
  message.append(": ").append(cause).append(". ").append(words.delivery).append(words.advice);
  return {ErrorCode::unavailable, std::move(message)};
}

Error bundle_error(const std::string& ca_bundle, std::string_view cause) {
  if (ca_bundle.empty()) {
    return {ErrorCode::invalid_usage,
            "this machine's certificates of authorities cannot be read: " + std::string(cause) +
                ". Install them (Debian: ca-certificates), or name a file of certificates in PEM "
                "form (AWS_CA_BUNDLE)"};
  }
  return {ErrorCode::invalid_usage, "the CA bundle '" + ca_bundle +
                                        "' cannot be read: " + std::string(cause) +
                                        ". Give a readable file of certificates in PEM form"};
}

Error response_too_large(const Url& url, std::size_t bytes_max) {
  return {ErrorCode::request_too_large,
          "the response of " + url.authority + " is larger than the " + std::to_string(bytes_max) +
              " bytes that are allowed. Ask for less, or raise response_bytes_max"};
}

}  // namespace durable::http
