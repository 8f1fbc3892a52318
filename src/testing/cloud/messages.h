// SPDX-License-Identifier: Apache-2.0
//
// What the cloud runner says when something is wrong.
#pragma once

#include <durable/base/error.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <string>
#include <string_view>

namespace durable {

/// Whether the name has a version or an alias.
[[nodiscard]] bool is_qualified(std::string_view function_name);

/// `Failed to invoke Lambda function <name>: <cause>` and what to check.
[[nodiscard]] std::string invoke_failed(const std::string& function_name, const Error& cause);

/// `No DurableExecutionArn in response for function <name>` and what to check.
[[nodiscard]] std::string not_durable(const std::string& function_name);

/// `Lambda function failed: <payload>`.
[[nodiscard]] std::string function_failed(std::string_view payload);

/// `Failed to get execution status: <cause>` and what to check.
[[nodiscard]] std::string status_failed(std::string_view execution_arn, const Error& cause);

/// `Failed to get execution history: <cause>` and what to check.
[[nodiscard]] std::string history_failed(std::string_view execution_arn, const Error& cause);

/// `Failed to complete the callback: <cause>` and what to check.
[[nodiscard]] std::string callback_failed(const Error& cause);

/// `<awaited> within <N>s (elapsed: <x>s, last status: <S>)`.
[[nodiscard]] std::string not_in_time(std::string_view awaited, Duration timeout, Duration elapsed,
                                      std::string_view last_status);

}  // namespace durable
