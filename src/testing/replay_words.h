// SPDX-License-Identifier: Apache-2.0
//
// What replays of a history compare and say, whether the code runs in this process or in another.
#pragma once

#include "testing/history_fold.h"

#include <durable/sdk/replay_check.h>
#include <durable/wire/model.h>

#include <optional>
#include <string>
#include <string_view>

namespace durable {

/// Whether the history tells how the code of the execution ended; one that was stopped or timed out
/// does not.
[[nodiscard]] bool has_ended(const FoldedHistory& history);

/// Compares how the handler ended with how the execution did. Where the history does not tell, only
/// an error that shows that the code does not fit the record is a difference.
[[nodiscard]] std::optional<ReplayDivergence> compare_ends(const FoldedHistory& history,
                                                           const wire::InvocationOutput& output);

/// How a handler ended: `SUCCEEDED with "paid"`, `FAILED with Broken: no paper`.
[[nodiscard]] std::string describe_end(const wire::InvocationOutput& output);

/// A recorded operation with the names on the way to it: `STEP "ship/label" (id 3-1, SUCCEEDED)`.
[[nodiscard]] std::string describe_recorded(const FoldedHistory& history, std::string_view id);

}  // namespace durable
