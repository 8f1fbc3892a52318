// SPDX-License-Identifier: Apache-2.0
//
// Checkpoint tokens and callback ids: texts that only the engine can make and that it can check
// without having stored them.
#pragma once

#include "engine/event.h"
#include "engine/execution.h"

#include <durable/base/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace durable::engine {

/// A number for an ARN, the same on every machine. `ExecutionInfo` keeps that of its own.
[[nodiscard]] std::uint64_t make_arn_tag(std::string_view arn);

/// What a checkpoint token says: the `sequence`-th of an invocation, counted from 0.
struct TokenPosition {
  std::uint32_t invocation = 0;
  std::uint32_t sequence = 0;
  friend bool operator==(const TokenPosition&, const TokenPosition&) = default;
};

/// The token at a position; as an array or as a string.
[[nodiscard]] TokenText token_text(const ExecutionInfo& info, TokenPosition position);
[[nodiscard]] std::string make_token(const ExecutionInfo& info, TokenPosition position);

/// Errors: `invalid_parameter`, "Checkpoint token is not valid for the durable execution ARN" for a
/// token of another execution, "Invalid Checkpoint Token: ..." for anything else that `make_token`
/// did not make for this one.
[[nodiscard]] Result<TokenPosition> read_token(const ExecutionInfo& info, std::string_view token);

/// The running invocation's present token. Pre (asserted): an invocation runs.
[[nodiscard]] std::string current_token(const Execution& execution);

/// Checks that `token` is the running invocation's present one. Errors: as `read_token`, and
/// "Invalid Checkpoint Token: ..." for a used token, a finished invocation or a closed execution.
[[nodiscard]] Result<void> check_token(const Execution& execution, std::string_view token);

/// The id by which others complete a callback: base64 of ARN, operation id and a check.
[[nodiscard]] std::string make_callback_id(const ExecutionInfo& info,
                                           std::string_view operation_id);

/// What a callback id says, whether or not any such callback exists: enough to route by.
struct CallbackAddress {
  std::string arn;
  std::string operation_id;
  std::string check;
};
/// Errors: `invalid_parameter`, "Invalid callback id".
[[nodiscard]] Result<CallbackAddress> read_callback_id(std::string_view callback_id);

/// Whether `make_callback_id` made it for this execution.
[[nodiscard]] bool is_own(const CallbackAddress& address, const ExecutionInfo& info);

}  // namespace durable::engine
