// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "testing/run_record.h"

#include <iosfwd>
#include <string>
#include <string_view>

namespace durable {

/// A duration for people: `0ms`, `250ms`, `7s`, `1h 0m 2.500s`, `365d`.
[[nodiscard]] std::string format_duration(Duration duration);

/// `text`, cut at a character boundary to what fits a line of a report, on one line.
[[nodiscard]] std::string shorten(std::string_view text);

/// `type: message`, whichever of them is there.
[[nodiscard]] std::string format_error(const ErrorObject& error);

/// Writes the tree of operations with statuses, attempts, durations, results and errors.
void print_tree(std::ostream& out, const detail::RunRecord& record);

/// Writes the history as a timeline.
void print_timeline(std::ostream& out, const detail::RunRecord& record);

/// One line for one history event: what happened to which operation.
[[nodiscard]] std::string describe_event(const wire::Event& event);

}  // namespace durable
