// SPDX-License-Identifier: Apache-2.0
#include "server/errors.h"

#include "server/log_tail.h"

#include <durable/json/value.h>

#include <array>

namespace durable::server {
namespace {

struct Row {
  ErrorCode code;
  int status;
  std::string_view exception;
  std::string_view member;
};

constexpr std::array<Row, error_code_count> table{{
    {ErrorCode::invalid_parameter, 400, "InvalidParameterValueException", "message"},
    {ErrorCode::resource_not_found, 404, "ResourceNotFoundException", "Message"},
    {ErrorCode::execution_already_started, 409, "DurableExecutionAlreadyStartedException",
     "Message"},
    {ErrorCode::callback_closed, 400, "CallbackTimeoutException", "Message"},
    {ErrorCode::request_too_large, 413, "RequestTooLargeException", "message"},
    {ErrorCode::invalid_json, 400, "InvalidRequestContentException", "message"},
    {ErrorCode::invalid_usage, 400, "InvalidParameterValueException", "message"},
    {ErrorCode::key_access_denied, 502, "KMSAccessDeniedException", "Message"},
    {ErrorCode::key_disabled, 502, "KMSDisabledException", "Message"},
    {ErrorCode::key_invalid_state, 502, "KMSInvalidStateException", "Message"},
    {ErrorCode::key_not_found, 502, "KMSNotFoundException", "Message"},
    {ErrorCode::conflict, 500, "ServiceException", "Message"},
    {ErrorCode::corrupt, 500, "ServiceException", "Message"},
    {ErrorCode::too_many_requests, 429, "TooManyRequestsException", "message"},
    {ErrorCode::service_failure, 500, "ServiceException", "Message"},
    {ErrorCode::unavailable, 503, "ServiceUnavailableException", "Message"},
    {ErrorCode::storage, 500, "ServiceException", "Message"},
}};

constexpr bool table_is_in_order() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(table[i].code) != i) return false;
  }
  return true;
}
static_assert(table_is_in_order(), "one row for each ErrorCode, in the order of the enumeration");

/// What never reaches an operation. Where the service's model or its common errors have a name,
/// that one; clients know it.
struct RefusalRow {
  int status;
  std::string_view exception;
  std::string_view member;
};
constexpr std::array<RefusalRow, 7> refusals{{
    {400, "MalformedRequestException", "message"},
    {408, "RequestTimeoutException", "message"},
    {413, "RequestTooLargeException", "message"},
    {421, "MisdirectedRequestException", "message"},
    {431, "RequestHeaderFieldsTooLargeException", "message"},
    {500, "ServiceException", "Message"},
    {503, "ServiceUnavailableException", "Message"},
}};

/// Of a busy server: one tick of the service takes milliseconds, and whole seconds are the unit.
constexpr Duration busy_pause = std::chrono::seconds{1};

}  // namespace

Failure failure_of(const Error& error) {
  const Row& row = table[static_cast<std::size_t>(error.code)];
  Failure failure{row.status, std::string(row.exception), row.member, error.message};
  if (row.status == 429) failure.reason = "CallerRateLimitExceeded";
  if (row.status == 429 || row.status == 503) failure.retry_after = busy_pause;
  return failure;
}

Failure failure_of(const http::Refusal& refusal) {
  Failure failure{refusal.status, "MalformedRequestException", "message", refusal.message};
  for (const auto& [status, exception, member] : refusals) {
    if (status != refusal.status) continue;
    failure.exception = exception;
    failure.member = member;
  }
  if (refusal.retry_after > Duration::zero()) failure.retry_after = refusal.retry_after;
  return failure;
}

Failure validation_failure(std::string_view value, std::string_view member,
                           std::string_view constraint) {
  Failure failure{400, "ValidationException", "message", "1 validation error detected: Value '"};
  failure.message.append(value).append("' at '").append(member);
  failure.message.append("' failed to satisfy constraint: ").append(constraint);
  return failure;
}

Failure parameter_failure(std::string message) {
  return failure_of({ErrorCode::invalid_parameter, std::move(message)});
}

http::Response to_response(const Failure& failure) {
  json::Value body;
  body.set("Type", failure.status < 500 ? "User" : "Service");
  if (!failure.reason.empty()) body.set("Reason", failure.reason);
  body.set(failure.member, failure.message);
  Result<std::string> text = body.dump();
  if (!text) {
    // The message repeats bytes of the request that are not UTF-8.
    body.set(failure.member, as_utf8(failure.message));
    text = body.dump();
  }
  http::Response response;
  response.status = failure.status;
  response.headers.push_back({"x-amzn-ErrorType", failure.exception});
  if (failure.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*failure.retry_after);
    response.headers.push_back({"Retry-After", std::to_string(seconds.count())});
  }
  if (!failure.allow.empty()) response.headers.push_back({"Allow", std::string(failure.allow)});
  response.body = text.value();
  return response;
}

}  // namespace durable::server
