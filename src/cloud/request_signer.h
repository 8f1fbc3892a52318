// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/caller.h"
#include "cloud/credentials.h"
#include "cloud/sigv4.h"

#include <memory>

namespace durable::cloud {

/// Signs with the credentials that a provider has at the moment, and keeps the signing key that it
/// derived from them for the day. Thread-safe.
class RequestSigner final : public Signer {
 public:
  RequestSigner(std::shared_ptr<CredentialsProvider> provider, SigningScope scope,
                std::shared_ptr<const Clock> clock)
      : provider_(std::move(provider)), scope_(std::move(scope)), clock_(std::move(clock)) {}

  [[nodiscard]] Result<void> sign(http::OutboundRequest& request) override {
    Result<Credentials> credentials = provider_->get();
    if (!credentials) return std::move(credentials).error();
    return cloud::sign(request, *credentials, scope_, clock_->now(), keys_);
  }

 private:
  std::shared_ptr<CredentialsProvider> provider_;  // owners: this, and other signers
  SigningScope scope_;
  std::shared_ptr<const Clock> clock_;  // owners: this, and who made it
  SigningKeys keys_;
};

}  // namespace durable::cloud
