// SPDX-License-Identifier: Apache-2.0
#include "server/signature_verifier.h"

#include "cloud/sigv4_verify.h"
#include "cloud/system_clock.h"

#include <utility>

namespace durable::server {

struct SignatureVerifier::Impl {
  cloud::VerifyOptions options;
  cloud::SystemClock clock;
};

SignatureVerifier::SignatureVerifier(std::vector<cloud::Credentials> keys)
    : impl_(std::make_unique<Impl>()) {
  impl_->options.keys = std::move(keys);
}

SignatureVerifier::~SignatureVerifier() = default;

std::optional<Failure> SignatureVerifier::refusal(const http::Request& request) {
  auto refused = cloud::verify(request, impl_->options, impl_->clock.now());
  if (!refused) return std::nullopt;
  return Failure{refused->status, std::move(refused->exception), "message",
                 std::move(refused->message)};
}

}  // namespace durable::server
