// SPDX-License-Identifier: Apache-2.0
//
// The ids of operations. An id is the operation's position: `3` is the third call in the handler,
// `3-1` the first call in the context that it opened. The service takes ids as opaque; a position
// explains itself in a history. Running executions depend on the scheme: a change needs a new
// version beside it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace durable::machine {

inline constexpr int operation_id_scheme_version = 1;

/// The id of call `number` (from 1) in the context whose own id is `context_id` (empty: the
/// handler's). An id that would be too long for the service is `h` and 32 hex digits of its name
/// hash instead.
[[nodiscard]] std::string operation_id(std::string_view context_id, std::uint64_t number);

/// Whether `operation_id(context_id, number)` is a hash.
[[nodiscard]] bool is_hashed_id(std::string_view context_id, std::uint64_t number) noexcept;

}  // namespace durable::machine
