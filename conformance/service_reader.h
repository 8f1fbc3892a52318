// SPDX-License-Identifier: Apache-2.0
//
// What a service tells of an execution: its history as it is sent, and its log.
#pragma once

#include "cloud/lambda_client.h"

#include <durable/base/result.h>
#include <durable/json/value.h>
#include <durable/wire/model.h>

#include <string>
#include <string_view>
#include <vector>

namespace durable::conformance {

/// A history twice: as the service's JSON, with all that it says, and as this project reads it.
struct ServiceHistory {
  std::vector<json::Value> sent;  ///< The events.
  std::vector<wire::Event> events;
};

/// All events with their data, oldest first, the pages joined. Errors: the client's; `corrupt` when
/// the pages do not end or are not what the API says.
[[nodiscard]] Result<ServiceHistory> read_history(cloud::LambdaClient& client,
                                                  const std::string& execution_arn);

/// The lines of the function's log that name the execution, in the order of writing: those of the
/// logger and of plugins do. A line that is no JSON object is `{"message": line}`. Only the local
/// server has logs; for an endpoint without them it is the error that the endpoint gives.
[[nodiscard]] Result<std::vector<json::Value>> read_log(cloud::LambdaClient& client,
                                                        std::string_view function,
                                                        std::string_view execution_arn);

}  // namespace durable::conformance
