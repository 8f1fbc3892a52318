// SPDX-License-Identifier: Apache-2.0
#include <durable/base/error.h>

#include <array>

namespace durable {
namespace {

constexpr std::array<ErrorInfo, error_code_count> error_table{{
    {ErrorCode::invalid_parameter, "InvalidParameterValueException", ErrorKind::refusal, 400},
    {ErrorCode::resource_not_found, "ResourceNotFoundException", ErrorKind::refusal, 404},
    {ErrorCode::execution_already_started, "DurableExecutionAlreadyStartedException",
     ErrorKind::refusal, 409},
    {ErrorCode::callback_closed, "CallbackTimeoutException", ErrorKind::refusal, 400},
    {ErrorCode::request_too_large, "RequestTooLargeException", ErrorKind::refusal, 413},
    {ErrorCode::invalid_json, "InvalidRequestContentException", ErrorKind::refusal, 400},
    {ErrorCode::invalid_usage, "UsageError", ErrorKind::refusal, 400},
    {ErrorCode::key_access_denied, "KMSAccessDeniedException", ErrorKind::refusal, 502},
    {ErrorCode::key_disabled, "KMSDisabledException", ErrorKind::refusal, 502},
    {ErrorCode::key_invalid_state, "KMSInvalidStateException", ErrorKind::refusal, 502},
    {ErrorCode::key_not_found, "KMSNotFoundException", ErrorKind::refusal, 502},
    {ErrorCode::conflict, "StorageConflict", ErrorKind::refusal, 500},
    {ErrorCode::corrupt, "StorageCorrupt", ErrorKind::refusal, 500},
    {ErrorCode::too_many_requests, "TooManyRequestsException", ErrorKind::weather, 429},
    {ErrorCode::service_failure, "ServiceException", ErrorKind::weather, 500},
    {ErrorCode::unavailable, "Unavailable", ErrorKind::weather, 503},
    {ErrorCode::storage, "StorageError", ErrorKind::weather, 500},
}};

constexpr bool table_is_in_order() {
  for (std::size_t i = 0; i < error_table.size(); ++i) {
    if (static_cast<std::size_t>(error_table[i].code) != i) return false;
  }
  return true;
}
static_assert(table_is_in_order(), "one row for each ErrorCode, in the order of the enumeration");

}  // namespace

const ErrorInfo& error_info(ErrorCode code) noexcept {
  return error_table[static_cast<std::size_t>(code)];
}

}  // namespace durable
