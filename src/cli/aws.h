// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/io.h"
#include "cloud/surroundings.h"

#include <memory>
#include <optional>
#include <string>

namespace durable::cli {

/// A signer with the credentials that AWS tools would find: environment, web identity, profile with
/// its process, container, instance. Those of the environment count only where no profile is named.
/// Errors: `invalid_usage` where no Region is known.
[[nodiscard]] Result<std::shared_ptr<cloud::Signer>> make_signer(
    const cloud::Surroundings& surroundings, const SignerRequest& request);

/// What is configured for Lambda with this profile; empty: the environment's own. As
/// `cloud::configured_lambda_endpoint`.
[[nodiscard]] Result<std::optional<cloud::NamedEndpoint>> find_configured_endpoint(
    const cloud::Surroundings& surroundings, const std::string& profile);

}  // namespace durable::cli
