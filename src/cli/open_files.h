// SPDX-License-Identifier: Apache-2.0
//
// How many files the server may have open: each connection is one, and each process a few.
#pragma once

#include "server/server.h"

#include <cstdint>
#include <string>

namespace durable::cli {

/// What a server never needs more than; a larger limit would be no use.
inline constexpr std::uint64_t open_files_bound = 65'536;

struct OpenFiles {
  std::uint64_t before = 0;  ///< This process's soft limit as it was: for the processes it starts.
  std::uint64_t now = 0;
};

/// Raises this process's soft limit to `bound`, as far as the hard limit allows; never lowers it.
OpenFiles raise_open_files(std::uint64_t bound = open_files_bound);

/// What `options` may need at the same time.
[[nodiscard]] std::uint64_t open_files_needed(const server::ServerOptions& options);

/// What to tell who starts a server that may need more than `limit`; empty: it is enough.
[[nodiscard]] std::string open_files_warning(std::uint64_t limit,
                                             const server::ServerOptions& options);

}  // namespace durable::cli
