// SPDX-License-Identifier: Apache-2.0
//
// How the service words a refusal: status, exception, and the member that holds the message.
#pragma once

#include "http/message.h"
#include "http/server.h"

#include <durable/base/error.h>
#include <durable/base/time.h>

#include <optional>
#include <string>
#include <string_view>

namespace durable::server {

/// What a request is answered instead of what it asks for.
struct Failure {
  int status = 500;
  std::string exception = "ServiceException";  ///< `x-amzn-ErrorType`.
  std::string_view member = "Message";  ///< The model's spelling for this exception: a literal.
  std::string message;
  std::string_view reason = {};              ///< Of a throttled request; a literal.
  std::optional<Duration> retry_after = {};  ///< In whole seconds, rounded up.
  std::string_view allow = {};               ///< The methods that a path knows.
  friend bool operator==(const Failure&, const Failure&) = default;
};

/// Total over the enumeration. What only this project knows (a store's conflict or damage) is a
/// ServiceException to a client.
[[nodiscard]] Failure failure_of(const Error& error);

/// What the HTTP server refuses by itself, in the API's words. Total over all statuses.
[[nodiscard]] Failure failure_of(const http::Refusal& refusal);

/// A value that the service's model does not allow:
/// `1 validation error detected: Value 'a b' at 'durableExecutionName' failed to satisfy
/// constraint: Member must ...`.
[[nodiscard]] Failure validation_failure(std::string_view value, std::string_view member,
                                         std::string_view constraint);

/// An InvalidParameterValueException.
[[nodiscard]] Failure parameter_failure(std::string message);

/// The body `{"Type": ..., "message": ...}` with its headers; no request id.
[[nodiscard]] http::Response to_response(const Failure& failure);

}  // namespace durable::server
