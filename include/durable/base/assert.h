// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace durable::detail {

/// Prints the broken condition and stops the process. A broken invariant is a bug of this library;
/// stopping is safe, since the service starts the invocation again from its last checkpoint.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace durable::detail

/// Checks an invariant of this library, in release builds too. Never for errors of users or of the
/// world.
#define DURABLE_ASSERT(condition)     \
  ((condition) ? static_cast<void>(0) \
               : ::durable::detail::assertion_failed(#condition, __FILE__, __LINE__))
