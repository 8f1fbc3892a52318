// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>

#include <memory>
#include <string>

#include "conformance/target.h"

namespace durable::cli {

/// Runs requirements at an endpoint, see ConnectTarget. Error besides: a build without
/// DURABLE_BUILD_CLOUD_TESTING or DURABLE_BUILD_LAMBDA cannot.
[[nodiscard]] Result<std::unique_ptr<conformance::Target>> connect_endpoint(
    const std::string& endpoint, const std::string& region);

}  // namespace durable::cli
