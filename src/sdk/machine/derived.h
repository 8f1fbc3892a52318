// SPDX-License-Identifier: Apache-2.0
//
// Values that look random and follow from where they are made, so that every replay makes the same.
// Executions that are under way depend on the scheme: a change needs a new version beside it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace durable::machine {

inline constexpr int derived_value_scheme_version = 1;

/// The UUID for the `count`-th draw in the context `context_id` (empty: the handler's): of version
/// 4 in form, with 122 bits of the hash of all that it is made from.
[[nodiscard]] std::string derived_uuid(std::string_view execution_arn, std::string_view context_id,
                                       std::uint64_t count);

/// The same as the seed of a random sequence.
[[nodiscard]] std::uint64_t derived_seed(std::string_view execution_arn,
                                         std::string_view context_id, std::uint64_t count);

}  // namespace durable::machine
