// SPDX-License-Identifier: Apache-2.0
//
// Where the Lambda API is, and how this process proves who asks.
#pragma once

#include "cloud/lambda_client.h"
#include "cloud/surroundings.h"

#include <durable/base/result.h>

#include <cstdint>
#include <memory>

namespace durable::lambda {

struct ApiAccess {
  cloud::ClientOptions options;
  std::shared_ptr<cloud::Signer> signer;  ///< Owners: this, and the client. Null: not signed.
};

/// What the client for checkpoints needs. Requests are not signed where the endpoint is plain HTTP
/// on this machine and the environment has no credentials: the local server. Errors:
/// `invalid_usage` with the setting that is missing or wrong.
[[nodiscard]] Result<ApiAccess> resolve_access(const cloud::Surroundings& surroundings,
                                               std::uint64_t seed);

}  // namespace durable::lambda
