// SPDX-License-Identifier: Apache-2.0
//
// Outbound requests. Two implementations, one contract (tests/http/transport_contract.h): libcurl
// for tools and test runners, Asio with OpenSSL for function binaries, which link statically.
#pragma once

#include "http/message.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

namespace durable::http {

struct OutboundRequest {
  std::string method = "GET";
  std::string url = {};  ///< Absolute; sent as it is: nothing is encoded, decoded or normalised.
  Headers headers = {};  ///< Host and Content-Length are made from `url` and `body`.
  std::string body = {};
  /// For the whole exchange; zero: none, as for the Runtime API's `next`.
  Duration timeout = std::chrono::seconds{60};
  Duration connect_timeout = std::chrono::seconds{5};
  /// Ends the exchange within about a second, with `unavailable`. The Asio transport does not look
  /// at it: functions end with their process.
  std::stop_token stop = {};
};

struct TransportOptions {
  std::string ca_bundle = {};  ///< A PEM file; empty: the system's.
  /// `http://[user:password@]host:port`, or empty: none. For https it is asked by CONNECT.
  std::string http_proxy = {};
  std::string https_proxy = {};
  std::string no_proxy = {};  ///< Comma-separated host names, which include those below, or "*".
  std::size_t response_bytes_max = 16 * 1024 * 1024;
};

/// Sends requests and reuses connections. Follows no redirects. A connection that the other side
/// closed while it was idle is replaced without an error.
///
/// Thread-safety: `send` may be called from several threads at the same time.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Blocks until the response is complete; any status is a response. Errors: `unavailable`, with
  /// host, phase (resolve, connect, TLS, send, receive), cause, and whether the request can have
  /// been received; `request_too_large` when the response is larger than allowed; `invalid_usage`
  /// for what no attempt can send: a URL, proxy or CA bundle that is none, a header of several
  /// lines.
  [[nodiscard]] virtual Result<Response> send(const OutboundRequest& request) = 0;
};

/// Never null. In its own library (durable::http_curl), so that a function does not link libcurl.
[[nodiscard]] std::unique_ptr<Transport> make_curl_transport(TransportOptions options = {});
/// Never null. In its own library (durable::http_asio).
[[nodiscard]] std::unique_ptr<Transport> make_asio_transport(TransportOptions options = {});

}  // namespace durable::http
