// SPDX-License-Identifier: Apache-2.0
//
// Requests and responses as plain values. Nothing here knows what a request means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::http {

struct Header {
  std::string name;
  std::string value;
  friend bool operator==(const Header&, const Header&) = default;
};

/// In the order in which they travel. Names compare without regard to case.
using Headers = std::vector<Header>;

/// ASCII letters only, as HTTP compares names.
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);

/// The value of the first header `name`; absent if there is none.
[[nodiscard]] std::optional<std::string_view> find_header(const Headers& headers,
                                                          std::string_view name);

/// A request as a server received it.
struct Request {
  std::string method;  ///< As it came: upper case by convention.
  std::string target;  ///< Path and query exactly as they were sent, still percent-encoded.
  Headers headers;
  std::string body;

  /// `target` before the first '?'; of a whole URL, as it is sent to proxies, what follows the
  /// host.
  [[nodiscard]] std::string_view path() const;
  /// `target` after the first '?'; empty if there is none.
  [[nodiscard]] std::string_view query() const;
};

struct Response {
  int status = 200;
  Headers headers;  ///< Content-Length, Connection and Date are made by the server.
  std::string body;
};

/// The value of a percent-encoded text; absent for a broken escape. '+' stays '+'.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
/// Leaves RFC 3986's unreserved characters, and encodes all others, '/' too.
[[nodiscard]] std::string percent_encode(std::string_view text);

struct QueryParameter {
  std::string name;
  std::string value;
  friend bool operator==(const QueryParameter&, const QueryParameter&) = default;
};
/// A query's parameters, decoded, in order; one without '=' has the empty value. Here '+' stays
/// '+', as in Lambda's API. Absent for a broken escape.
[[nodiscard]] std::optional<std::vector<QueryParameter>> parse_query(std::string_view query);

}  // namespace durable::http
