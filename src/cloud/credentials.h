// SPDX-License-Identifier: Apache-2.0
//
// What a request is signed with, and who knows it.
#pragma once

#include "cloud/secret.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <optional>
#include <string>

namespace durable::cloud {

struct Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;                 ///< Empty: none.
  std::optional<Timestamp> expiration;  ///< Absent: they last.
};

/// Thread-safety: `get` may be called from several threads at the same time.
class CredentialsProvider {
 public:
  CredentialsProvider() = default;
  CredentialsProvider(const CredentialsProvider&) = delete;
  CredentialsProvider& operator=(const CredentialsProvider&) = delete;
  virtual ~CredentialsProvider() = default;

  /// Credentials that are valid now. May block. Errors: as Signer::sign.
  [[nodiscard]] virtual Result<Credentials> get() = 0;
};

/// Always the same.
class FixedCredentials final : public CredentialsProvider {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  [[nodiscard]] Result<Credentials> get() override { return credentials_; }

 private:
  Credentials credentials_;
};

}  // namespace durable::cloud
