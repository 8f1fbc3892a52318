// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "testing/run_record.h"

#include <functional>
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

/// How the word of a status is to stand in a line; it may add what takes no columns.
using StatusPaint = std::function<std::string(std::string_view status)>;

/// Writes the tree of operations, a line each. An empty `paint` leaves statuses as they are.
void print_operations(std::ostream& out, const detail::RunRecord& record,
                      const StatusPaint& paint = {});

/// Writes the tree of operations with statuses, attempts, durations, results and errors.
void print_tree(std::ostream& out, const detail::RunRecord& record);

/// Writes the history as a timeline.
void print_timeline(std::ostream& out, const detail::RunRecord& record);

/// The timeline's line for one event, without a line end.
[[nodiscard]] std::string timeline_line(const wire::Event& event, Timestamp start);

/// One line for one history event: what happened to which operation.
[[nodiscard]] std::string describe_event(const wire::Event& event);

}  // namespace durable
