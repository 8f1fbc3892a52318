// SPDX-License-Identifier: Apache-2.0
//
// Reads an execution through the service's API, and makes of it what a local run leaves behind.
#pragma once

#include "cloud/lambda_client.h"
#include "testing/run_record.h"

#include <durable/base/result.h>
#include <durable/wire/model.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace durable {

/// An execution as its history tells it at a moment.
struct CloudSnapshot {
  wire::ExecutionStatus status = wire::ExecutionStatus::running;
  std::optional<Payload> result;
  Boxed<wire::ErrorObject> error;
  Timestamp start{};
  Timestamp last{};  ///< Of the latest event.
  detail::RunRecord::Contents contents;
  /// Events whose data the service has cut off, in words.
  std::vector<std::string> truncated;
};

/// All events with their data, oldest first; the pages joined. A page that is too large to be
/// received is asked for again with fewer items. Errors: the client's; `corrupt` when the pages do
/// not end.
[[nodiscard]] Result<std::vector<wire::Event>> read_history(cloud::LambdaClient& client,
                                                            const std::string& execution_arn);

/// Error: `invalid_parameter` if the events are not a history from its begin.
[[nodiscard]] Result<CloudSnapshot> fold_snapshot(std::vector<wire::Event> events);

[[nodiscard]] std::shared_ptr<const detail::RunRecord> make_record(std::string execution_arn,
                                                                   CloudSnapshot snapshot);

/// The operations that are open, with what they are; empty when none is.
[[nodiscard]] std::string list_open_operations(const detail::RunRecord& record);

/// How the last invocation failed, which the service will try again; empty when it did not fail.
[[nodiscard]] std::string describe_failed_invocation(const detail::RunRecord& record);

}  // namespace durable
