// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace durable::store {

/// Marks a file as a store of ours, in SQLite's header: "drbl".
inline constexpr std::int64_t application_id = 0x6472626C;

/// Scripts that bring a file up to date: the n-th, counted from 0, takes it from version n to n
/// + 1. An empty file has version 0. A script that was released is never changed.
[[nodiscard]] std::span<const char* const> migrations();

}  // namespace durable::store
