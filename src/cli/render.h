// SPDX-License-Identifier: Apache-2.0
//
// An execution as people read it. The tree and the timeline are those of the test runner.
#pragma once

#include "cli/text.h"
#include "testing/run_record.h"

#include <durable/base/result.h>
#include <durable/wire/api.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace durable::cli {

/// What the events tell, up to `now` if they do not tell of an end. Error: `invalid_parameter` if
/// they are not a history from its begin.
[[nodiscard]] Result<std::unique_ptr<const detail::RunRecord>> record_of(
    std::vector<wire::Event> events, std::string arn, Timestamp now);

/// Writes the tree of operations, and how open callbacks are completed.
void print_operations(std::ostream& out, const detail::RunRecord& record, const Style& style);

/// One line: status, duration, how many invocations and operations.
[[nodiscard]] std::string summary(const detail::RunRecord& record, const Style& style);

/// `type: message`, not cut as in the lines of a tree: who asks what went wrong wants all of it.
/// Only what no terminal should be filled with is cut, and what would steer it is a space.
[[nodiscard]] std::string whole_error(const wire::ErrorObject& error);

/// The outcome's lines: `error: ...`, and `result: ...` shortened.
void print_outcome(std::ostream& out, const detail::RunRecord& record, const Style& style);

/// Whether an event ends its execution.
[[nodiscard]] bool ends_execution(const wire::Event& event);

}  // namespace durable::cli
