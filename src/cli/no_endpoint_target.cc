// SPDX-License-Identifier: Apache-2.0
//
// For builds without what an endpoint is asked with.
#include "cli/endpoint_target.h"

namespace durable::cli {

Result<std::unique_ptr<conformance::Target>> connect_endpoint(const std::string& endpoint,
                                                              const std::string&) {
  return Error{ErrorCode::invalid_usage,
               "this program was built without what asks " + endpoint +
                   ": build it with DURABLE_BUILD_CLOUD_TESTING and DURABLE_BUILD_LAMBDA"};
}

std::optional<int> run_as_function(const std::vector<std::string>&) { return std::nullopt; }

}  // namespace durable::cli
