// SPDX-License-Identifier: Apache-2.0
//
// The other side of a signature, for the local server's option to require one.
#pragma once

#include "cloud/credentials.h"
#include "http/message.h"

#include <durable/base/time.h>

#include <optional>
#include <string>
#include <vector>

namespace durable::cloud {

struct VerifyOptions {
  std::vector<Credentials> keys;  ///< Who may sign. A key with a session token needs it sent.
  std::string region;             ///< That the scope must have; empty: any.
  std::string service = "lambda";
  Duration skew_max = std::chrono::minutes{5};  ///< Between the request's date and `now`.
};

/// Why a request is not served, in Lambda's words.
struct SignatureRefusal {
  int status = 403;
  std::string exception;  ///< `InvalidSignatureException`, ...
  std::string message;
};

/// Checks the Authorization header over a request as it came: its form, the key, the scope, the
/// date, that host and all `x-amz-*` headers are signed, the body's hash, the signature. Nothing:
/// the request is good. A signature in the query (a presigned URL) does not count.
[[nodiscard]] std::optional<SignatureRefusal> verify(const http::Request& request,
                                                     const VerifyOptions& options, Timestamp now);

}  // namespace durable::cloud
