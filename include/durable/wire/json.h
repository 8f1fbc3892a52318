// SPDX-License-Identifier: Apache-2.0
//
// The service's data types as JSON text. The functions are compiled with this library, for the
// types listed here, so that including this header costs little.
#pragma once

#include <durable/base/result.h>
#include <durable/wire/api.h>

#include <concepts>
#include <string>
#include <string_view>

namespace durable::wire {

/// How timestamps stand in the JSON at hand. It follows from where the JSON travels and is never
/// guessed from a number. Text in ISO 8601 is read with either.
enum class TimestampFormat : std::uint8_t {
  epoch_seconds,       ///< Bodies of the API: a number with at most three decimals.
  epoch_milliseconds,  ///< The event of an invocation: an integer.
};

/// A type that is a JSON text of its own: the invocation's event and answer, the API's bodies, and
/// single records for tools.
template <class T>
concept Body = std::same_as<T, InvocationInput> || std::same_as<T, InvocationOutput> ||
    std::same_as<T, ErrorObject> || std::same_as<T, CheckpointDurableExecutionRequest> ||
    std::same_as<T, CheckpointDurableExecutionResponse> ||
    std::same_as<T, GetDurableExecutionStateResponse> ||
    std::same_as<T, GetDurableExecutionResponse> ||
    std::same_as<T, GetDurableExecutionHistoryResponse> ||
    std::same_as<T, ListDurableExecutionsByFunctionResponse> ||
    std::same_as<T, SendDurableExecutionCallbackFailureRequest> ||
    std::same_as<T, StopDurableExecutionRequest> || std::same_as<T, StopDurableExecutionResponse> ||
    std::same_as<T, OperationUpdate> || std::same_as<T, Operation> || std::same_as<T, Event>;

/// What the service uses where a T travels.
template <Body T>
inline constexpr TimestampFormat timestamp_format =
    std::same_as<T, InvocationInput> ? TimestampFormat::epoch_milliseconds
                                     : TimestampFormat::epoch_seconds;

/// Appends the body of `value` to `out`: compact, members in the order of the model, absent ones
/// left out. Members that travel in the path, the query or a header are not in it. A failure
/// request and a stop request without an error have the empty text as their body.
///
/// Error: `invalid_json` for a payload that is not UTF-8 and an enumerator `unknown`, with its
/// path; `out` then ends in an unfinished text.
template <Body T>
Result<void> encode_to(const T& value, std::string& out,
                       TimestampFormat timestamps = timestamp_format<T>);

/// As `encode_to`, to a string of its own.
template <Body T>
Result<std::string> encode(const T& value, TimestampFormat timestamps = timestamp_format<T>) {
  std::string out;
  Result<void> done = encode_to(value, out, timestamps);
  if (!done) return std::move(done).error();
  return out;
}

/// Reads a body. Made to outlive the service's growth: unknown members are skipped, unknown
/// enumerators become `unknown`, null means absent, and an absent list is empty. Of what the
/// service always sends, a missing member is an error; so is a wrong type.
///
/// Error: `invalid_json`, with the path:
/// `Updates[3].StepOptions.NextAttemptDelaySeconds: expected integer, found string "soon"`.
template <Body T>
Result<T> decode(std::string_view text, TimestampFormat timestamps = timestamp_format<T>);

}  // namespace durable::wire
