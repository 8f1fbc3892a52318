// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/boxed.h>
#include <durable/base/result.h>
#include <durable/wire/model.h>

#include <optional>
#include <string>
#include <vector>

namespace durable {

/// An execution as its history tells it.
struct FoldedHistory {
  /// In the order of their start; the first one is the execution itself.
  std::vector<wire::Operation> operations;
  wire::ExecutionStatus status = wire::ExecutionStatus::running;
  std::optional<Payload> result;
  Boxed<wire::ErrorObject> error;
  /// Events whose data is cut off, in words.
  std::vector<std::string> truncated;
  bool has_data = false;  ///< Any input, result or error is there.
};

/// Turns events back into operations. They may come in any order; types that are not known are
/// passed over. Error: `invalid_parameter` if they are not a history from its begin.
[[nodiscard]] Result<FoldedHistory> fold_history(std::vector<wire::Event> events);

}  // namespace durable
