// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/event.h"
#include "engine/execution.h"

#include <durable/testing/usage.h>

#include <iosfwd>

namespace durable {

/// What an execution has used so far, counted from its events.
[[nodiscard]] Usage usage_of(const engine::Execution& execution, const engine::EventLog& log);

/// Writes what `print` asks for.
void print_usage(std::ostream& out, const Usage& usage, UsagePrint print);

/// A size for people: `512 B`, `1.5 KiB`, `100 MiB`.
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

}  // namespace durable
