// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace durable::cloud {

/// The parts of an absolute http or https URL, as they are written. They refer to its text.
struct Url {
  std::string_view scheme;  ///< `http` or `https`.
  std::string_view host;    ///< Without port; an IPv6 address without its brackets.
  std::string_view port;    ///< Empty: the scheme's own.
  std::string_view path;    ///< At least "/".
  std::string_view query;   ///< After the first '?'.

  /// The value of the header Host: no port where it is the scheme's own.
  [[nodiscard]] std::string host_header() const;
};

/// Absent for any other text, and for one with user, password or fragment.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

/// Whether `host` is an address of the machine itself: 127.0.0.0/8, ::1, localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace durable::cloud
