// SPDX-License-Identifier: Apache-2.0
//
// In the place of targets.cc where the parts that it needs are not built.
#include "cli/targets.h"

namespace durable::cli {

Result<std::unique_ptr<conformance::Target>> connect_target(const std::string& endpoint,
                                                            const std::string&) {
  return Error{ErrorCode::invalid_usage,
               "--target " + endpoint +
                   ": this program was built without DURABLE_BUILD_LAMBDA or "
                   "DURABLE_BUILD_CLOUD_TESTING, so requirements run in it alone (--target local)"};
}

std::optional<int> run_as_function(const std::vector<std::string>&) { return std::nullopt; }

}  // namespace durable::cli
