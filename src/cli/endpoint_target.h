// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/target.h"

namespace durable::cli {

/// Runs requirements at an endpoint, see ConnectTarget. The processes of a server of its own are
/// this program, started again. Error besides: a build without DURABLE_BUILD_CLOUD_TESTING or
/// DURABLE_BUILD_LAMBDA cannot.
[[nodiscard]] Result<std::unique_ptr<conformance::Target>> connect_endpoint(
    const std::string& endpoint, const std::string& region);

/// The exit code, if `arguments` say that this process is to be one of those; else absent. To be
/// called before the program starts threads.
[[nodiscard]] std::optional<int> run_as_function(const std::vector<std::string>& arguments);

}  // namespace durable::cli
