// SPDX-License-Identifier: Apache-2.0
//
// How a namespace may differ from the default mapping between C++ types and JSON.
#pragma once

#include <cstdint>

namespace durable::json {

/// The most levels of arrays and objects inside each other that are read or written. Our choice:
/// deep enough for data that people write, small enough for any thread's stack.
inline constexpr std::uint32_t depth_max = 64;

/// How a C++ name (snake_case) is spelled in JSON.
enum class NameStyle : std::uint8_t {
  as_written,            ///< `parent_id`
  pascal_case,           ///< `ParentId`
  screaming_snake_case,  ///< `PARENT_ID`
};

/// How a `Timestamp` stands in JSON. Never guessed from the magnitude of a number.
enum class TimestampFormat : std::uint8_t {
  iso_8601,            ///< `"2025-12-02T08:30:00.250Z"`; no number is accepted.
  epoch_seconds,       ///< A number of seconds, at most three decimals: `1764664200.25`.
  epoch_milliseconds,  ///< An integer number of milliseconds.
};

/// The mapping of one type. A namespace chooses it for all its types with a function that is found
/// by argument-dependent lookup:
///
///     template <class T>
///     constexpr durable::json::Policy durable_json_policy(durable::json::Type<T>) {
///       return {.names = durable::json::NameStyle::pascal_case};
///     }
struct Policy {
  NameStyle names = NameStyle::as_written;  ///< Of members, or of the enumerators of an enum.
  /// For data of a growing service: a missing or null container is empty, and an unknown enumerator
  /// is read as the enumerator `unknown`, which is never written.
  bool tolerant = false;
};

/// Carries a type to `durable_json_policy`.
template <class T>
struct Type {};

}  // namespace durable::json
