// SPDX-License-Identifier: Apache-2.0
//
// Answers of the service that are no success, as errors.
#pragma once

#include "http/message.h"

#include <durable/base/error.h>
#include <durable/base/time.h>

#include <optional>
#include <string>
#include <string_view>

namespace durable::cloud {

/// What the service said: the exception's name (empty if there was none) and its message.
struct ServiceFault {
  ErrorCode code;
  std::string name;
  std::string message;
};

/// The code that stands for the exception `name`, answered with `status`: the row of `error_info`
/// with that name; for other names the one of the status.
[[nodiscard]] ErrorCode code_of(std::string_view name, int status) noexcept;

/// Reads an answer whose status is no success. The name comes from the header x-amzn-ErrorType or
/// the members `__type`, `Type` and `code` of the body, without namespace and without what follows
/// a colon.
[[nodiscard]] ServiceFault fault_of(const http::Response& response);

/// `<Exception>: <message>`.
[[nodiscard]] Error error_of(ServiceFault fault);

/// The value of Retry-After in seconds; absent for none, for a date, and for nonsense.
[[nodiscard]] std::optional<Duration> retry_after(const http::Response& response);

}  // namespace durable::cloud
