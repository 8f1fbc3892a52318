// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace durable {

/// Why a call did not succeed. A code exists only where some caller acts differently on it.
/// The one table behind it (`error_info`) holds each code's name, kind and HTTP status.
enum class ErrorCode : std::uint8_t {
  // Refusals: the caller has to change something.
  invalid_parameter,          ///< The service's InvalidParameterValueException.
  resource_not_found,         ///< The service's ResourceNotFoundException.
  execution_already_started,  ///< The service's DurableExecutionAlreadyStartedException.
  callback_closed,    ///< The service's CallbackTimeoutException: expired, or completed before.
  request_too_large,  ///< The service's RequestTooLargeException.
  invalid_json,       ///< Text is no JSON, or not of the expected shape.
  invalid_usage,      ///< The library was called in a way that it does not allow.
  key_access_denied,  ///< The service's KMSAccessDeniedException.
  key_disabled,       ///< The service's KMSDisabledException.
  key_invalid_state,  ///< The service's KMSInvalidStateException.
  key_not_found,      ///< The service's KMSNotFoundException.
  conflict,           ///< A store holds another revision than its caller expected.
  corrupt,            ///< Stored data is damaged.
  // Weather: the same call may succeed later.
  too_many_requests,  ///< The service's TooManyRequestsException.
  service_failure,    ///< The service's ServiceException, or any other answer of class 5xx.
  unavailable,        ///< No answer: connection, time-out, name resolution.
  storage,            ///< A store cannot read or write: disk full, I/O error, file in use.
};

/// How many members ErrorCode has.
inline constexpr std::size_t error_code_count = 17;

enum class ErrorKind : std::uint8_t {
  refusal,  ///< The same call fails again.
  weather,  ///< The same call may succeed later.
};

/// One row of the table of error codes.
struct ErrorInfo {
  ErrorCode code;
  std::string_view name;  ///< The service's exception name, or ours where the service has none.
  ErrorKind kind;
  std::uint16_t http_status;  ///< What the service answers with it.
};

/// The row for `code`. Total over the enumeration.
[[nodiscard]] const ErrorInfo& error_info(ErrorCode code) noexcept;

/// A failed call: why, and a sentence that says what was expected, what was found, where, and what
/// to try.
struct Error {
  ErrorCode code;
  std::string message;

  [[nodiscard]] bool retryable() const noexcept {
    return error_info(code).kind == ErrorKind::weather;
  }
  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace durable
