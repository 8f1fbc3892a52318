// SPDX-License-Identifier: Apache-2.0
#include "cli/endpoint_target.h"

#include <utility>

#include "conformance/server_target.h"

namespace durable::cli {

Result<std::unique_ptr<conformance::Target>> connect_endpoint(const std::string& endpoint,
                                                              const std::string& region) {
  conformance::ServerTargetOptions options;
  options.endpoint = endpoint;
  if (!region.empty()) options.region = region;
  auto target = conformance::ServerTarget::connect(std::move(options));
  if (!target) return std::move(target).error();
  return std::unique_ptr<conformance::Target>(*std::move(target));
}

}  // namespace durable::cli
