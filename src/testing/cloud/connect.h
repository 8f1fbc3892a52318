// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/lambda_client.h"
#include "cloud/surroundings.h"

#include <durable/base/result.h>
#include <durable/testing/cloud_runner.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace durable {

/// The region in a function's ARN; absent for a name.
[[nodiscard]] std::optional<std::string> region_of(std::string_view function_name);

/// Whether requests to `endpoint` are signed. A plain http:// endpoint is a local server, which
/// asks nobody who he is, unless keys are set for it.
[[nodiscard]] bool is_signed(std::string_view endpoint, const cloud::Surroundings& surroundings);

/// A client for the function's region or for the endpoint that is named, with the credentials of
/// `surroundings`, to which this adds the transports. Nothing is sent. Errors: `invalid_usage` that
/// names the setting that is wrong.
[[nodiscard]] Result<std::shared_ptr<cloud::LambdaClient>> connect(
    const std::string& function_name, const CloudRunnerOptions& options,
    cloud::Surroundings surroundings);

}  // namespace durable
