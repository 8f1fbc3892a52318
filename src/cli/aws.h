// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/io.h"
#include "cloud/surroundings.h"

#include <memory>

namespace durable::cli {

/// A signer with the credentials that AWS tools would find: environment, profile, process, web
/// identity, container, instance. Errors: `invalid_usage` where no Region is known.
[[nodiscard]] Result<std::shared_ptr<cloud::Signer>> make_signer(
    const cloud::Surroundings& surroundings, const SignerRequest& request);

}  // namespace durable::cli
