// SPDX-License-Identifier: Apache-2.0
//
// Lets only requests in that carry a valid AWS signature.
#pragma once

#include "server/api.h"

#include <memory>
#include <optional>
#include <string>

namespace durable::server {

/// The key that requests have to be signed with, in any Region.
struct AcceptedKey {
  std::string access_key_id;
  std::string secret_access_key;
};

class SignatureVerifier final : public RequestVerifier {
 public:
  explicit SignatureVerifier(const AcceptedKey& key);
  ~SignatureVerifier() override;
  [[nodiscard]] std::optional<Failure> refusal(const http::Request& request) override;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace durable::server
