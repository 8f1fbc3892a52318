// SPDX-License-Identifier: Apache-2.0
//
// Bounds of the server that no option sets.
#pragma once

#include <chrono>
#include <cstddef>

namespace durable::http::limits {

/// What a connection reads at once, and keeps while it waits.
inline constexpr std::size_t read_bytes = 4 * 1024;
/// The same while a large body arrives.
inline constexpr std::size_t body_read_bytes = 64 * 1024;
/// What is read of further requests while one waits for its response.
inline constexpr std::size_t pipelined_bytes_max = 16 * 1024;
/// How much a client has to take within each write time-out.
inline constexpr std::size_t write_progress_bytes = 256 * 1024;
/// How long a client may go on sending after its last response, so that it gets to read this.
inline constexpr std::chrono::milliseconds linger_timeout{2'000};
/// Connections over the limit that are told so; those beyond are closed without a word.
inline constexpr std::size_t refused_connections_max = 64;
/// What those that are told so should wait before they come again.
inline constexpr std::chrono::seconds full_retry_delay{1};
/// How long a server that has no file descriptor left waits before it accepts again.
inline constexpr std::chrono::milliseconds accept_retry_delay{100};

}  // namespace durable::http::limits
