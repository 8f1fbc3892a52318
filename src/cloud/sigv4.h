// SPDX-License-Identifier: Apache-2.0
//
// AWS Signature Version 4, as every service but S3 takes it. Pure: no clock, no network.
#pragma once

#include "cloud/credentials.h"
#include "http/message.h"
#include "http/transport.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <mutex>
#include <string>
#include <string_view>

namespace durable::cloud {

inline constexpr std::string_view sigv4_algorithm = "AWS4-HMAC-SHA256";

/// Where a signature is good.
struct SigningScope {
  std::string region;
  std::string service = "lambda";
};

/// What a signature covers: a request as it travels.
struct SignedParts {
  std::string_view method;
  std::string_view path;   ///< As sent.
  std::string_view query;  ///< As sent, without '?'.
  http::Headers headers;   ///< Those that are signed, `host` among them, in any order.
  std::string_view body;
};

/// The canonical request: the path is encoded once more, after dot segments and empty ones are
/// gone; the query sorted by the bytes of its encoded names and values; names of headers in lower
/// case and sorted, each with its values in one line, joined by commas in the order of the request.
[[nodiscard]] std::string canonical_request(const SignedParts& parts);

/// The names of `headers` as Authorization lists them: `host;x-amz-date`.
[[nodiscard]] std::string signed_header_names(const http::Headers& headers);

/// `20150830T123600Z`: seconds, UTC.
[[nodiscard]] std::string amz_date(Timestamp time);

/// `20150830/us-east-1/lambda/aws4_request` for an amz_date.
[[nodiscard]] std::string scope_text(std::string_view date, const SigningScope& scope);

/// What the secret key `key` signs with on the day of `date` (an amz_date): derived from it, and
/// good for this scope alone.
[[nodiscard]] Secret signing_key(std::string_view date, const SigningScope& scope,
                                 const Secret& key);

/// The signing key that was derived last, for whoever signs often: it changes once a day, and with
/// the credentials. Thread-safe.
class SigningKeys {
 public:
  /// As signing_key.
  [[nodiscard]] Secret get(std::string_view date, const SigningScope& scope, const Secret& key);

 private:
  std::mutex mutex_;   // guards the members below
  std::string scope_;  // the scope_text that derived_ is for; empty: there is none
  Secret key_;         // the secret key that derived_ is from
  Secret derived_;
};

/// The signature over a canonical request, made at `date` (an amz_date) with a signing key of that
/// day and scope, in hexadecimal.
[[nodiscard]] std::string signature_with(std::string_view canonical, std::string_view date,
                                         const SigningScope& scope, const Secret& signing_key);

/// The same with the secret key `key`.
[[nodiscard]] std::string signature_of(std::string_view canonical, std::string_view date,
                                       const SigningScope& scope, const Secret& key);

/// Adds X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization; replaces those that
/// are there. Signs the host, Content-Type and all headers `x-amz-*`: what no proxy changes. The
/// request must then be sent as it is; its URL has no port where it is the scheme's own. Error:
/// `invalid_usage` for a URL that is none.
[[nodiscard]] Result<void> sign(http::OutboundRequest& request, const Credentials& credentials,
                                const SigningScope& scope, Timestamp now);
/// The same with a signing key from `keys`.
[[nodiscard]] Result<void> sign(http::OutboundRequest& request, const Credentials& credentials,
                                const SigningScope& scope, Timestamp now, SigningKeys& keys);

}  // namespace durable::cloud
