// SPDX-License-Identifier: Apache-2.0
//
// The Lambda Runtime API (version 2018-06-01) as bytes: what a call says, and how it is answered.
#pragma once

#include "functions/host.h"
#include "functions/pool.h"
#include "http/message.h"

#include <durable/base/time.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace durable::functions {

/// Bodies above `answer_bytes_max` are received up to this, so that the invocation can be failed
/// with the reason; above, the connection is answered 413 without it.
inline constexpr std::size_t body_bytes_max = 64 * 1024 * 1024;

enum class CallKind : std::uint8_t { next, response, error, init_error };

/// A call of a function's process. Views into the request.
struct RuntimeCall {
  CallKind kind = CallKind::next;
  InvocationIds ids;  ///< Of `response` and `error`.
  std::optional<std::string_view> error_type;
};

/// What `request` asks, or how it is refused.
[[nodiscard]] std::variant<RuntimeCall, http::Response> read_call(const http::Request& request);

/// The failure that the body of `error` or `init/error` describes; one that is no such JSON becomes
/// the message.
[[nodiscard]] Failure read_failure(std::optional<std::string_view> error_type,
                                   const std::string& body);

[[nodiscard]] http::Response reply_response(const Reply& reply);
/// The answer of `next`.
[[nodiscard]] http::Response event_response(Deliver delivery, const std::string& arn,
                                            Timestamp deadline);

}  // namespace durable::functions
