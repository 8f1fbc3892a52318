// SPDX-License-Identifier: Apache-2.0
#include "server/signature_verifier.h"

#include "cloud/sigv4_verify.h"
#include "cloud/system_clock.h"

namespace durable::server {

struct SignatureVerifier::Impl {
  cloud::VerifyOptions options;
  cloud::SystemClock clock;
};

SignatureVerifier::SignatureVerifier(const AcceptedKey& key) : impl_(std::make_unique<Impl>()) {
  cloud::Credentials credentials;
  credentials.access_key_id = key.access_key_id;
  credentials.secret_access_key = cloud::Secret(key.secret_access_key);
  impl_->options.keys.push_back(std::move(credentials));
}

SignatureVerifier::~SignatureVerifier() = default;

std::optional<Failure> SignatureVerifier::refusal(const http::Request& request) {
  auto refused = cloud::verify(request, impl_->options, impl_->clock.now());
  if (!refused) return std::nullopt;
  return Failure{refused->status, std::move(refused->exception), "message",
                 std::move(refused->message)};
}

}  // namespace durable::server
