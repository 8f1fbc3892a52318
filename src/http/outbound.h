// SPDX-License-Identifier: Apache-2.0
//
// What both transports must agree on: what a URL is, which proxy is asked, how a failure reads.
#pragma once

#include "http/message.h"
#include "http/transport.h"

#include <durable/base/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace durable::http {

enum class Scheme { http, https };

struct Url {
  Scheme scheme = Scheme::http;
  std::string host;  ///< Without the brackets of an IPv6 address.
  std::uint16_t port = 80;
  std::string authority;  ///< Host and port as the header Host has them.
  std::string target;     ///< What follows the authority, byte by byte; '/' before it if need be.
};

/// Errors: `invalid_usage` for what is no absolute http or https URL of printable ASCII, or has a
/// user or a fragment.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

struct Proxy {
  std::string host;
  std::uint16_t port = 80;
  std::string user;
  std::string password;

  /// The value of Proxy-Authorization; empty without user and password.
  [[nodiscard]] std::string authorization() const;
};

/// Errors: `invalid_usage` for what is no `http://[user:password@]host[:port]`; names no password.
[[nodiscard]] Result<Proxy> parse_proxy(std::string_view text);

/// Whether `no_proxy` exempts `host`. An entry stands for a name and the names below it, with or
/// without a leading dot.
[[nodiscard]] bool bypasses_proxy(std::string_view host, std::string_view no_proxy);

/// The proxy that `options` give for `url`; absent: none.
[[nodiscard]] Result<std::optional<Proxy>> choose_proxy(const TransportOptions& options,
                                                        const Url& url);

/// Errors: `invalid_usage` for a method or header that could not be sent as one line.
[[nodiscard]] Result<void> check_request(const OutboundRequest& request);

/// Whether the transport makes this header itself.
[[nodiscard]] bool is_made_by_transport(std::string_view header_name);

/// Whether the length of the body is told although it is empty.
[[nodiscard]] bool always_tells_length(std::string_view method);

enum class Phase { resolve, connect, tls, send, receive };

/// `unavailable`, with host, phase, cause, whether the request can have been received, and what to
/// try.
[[nodiscard]] Error transport_error(const Url& url, Phase phase, std::string_view cause);

/// `invalid_usage` for a CA bundle that cannot be read; an empty one is the system's.
[[nodiscard]] Error bundle_error(const std::string& ca_bundle, std::string_view cause);

/// `request_too_large`, the code for sizes, for a response.
[[nodiscard]] Error response_too_large(const Url& url, std::size_t bytes_max);

}  // namespace durable::http
