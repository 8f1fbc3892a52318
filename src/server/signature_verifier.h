// SPDX-License-Identifier: Apache-2.0
//
// Lets only requests in that carry a valid AWS signature.
#pragma once

#include "cloud/credentials.h"
#include "server/api.h"

#include <memory>
#include <optional>
#include <vector>

namespace durable::server {

/// Accepts what is signed with any of its keys, in any Region.
class SignatureVerifier final : public RequestVerifier {
 public:
  explicit SignatureVerifier(std::vector<cloud::Credentials> keys);
  ~SignatureVerifier() override;
  [[nodiscard]] std::optional<Failure> refusal(const http::Request& request) override;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace durable::server
