// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/credentials.h"
#include "cloud/surroundings.h"

#include <mutex>
#include <optional>

namespace durable::cloud {

/// Asks `credential_sources` one after the other and keeps what the first one has, until 5 minutes
/// before it expires. When a renewal fails, what is kept serves until it expires, and the next
/// renewal is tried after half a minute.
///
/// `get` blocks while credentials are looked up; other threads wait for it. Errors: `invalid_usage`
/// with each place and why it had nothing; that of a place that is set up and does not work.
class CredentialsChain final : public CredentialsProvider {
 public:
  explicit CredentialsChain(Surroundings surroundings);
  [[nodiscard]] Result<Credentials> get() override;

 private:
  [[nodiscard]] Result<Credentials> look_up() const;

  const Surroundings surroundings_;
  std::mutex mutex_;  // guards the members below
  std::optional<Credentials> kept_;
  Timestamp renewal_due_{};
};

}  // namespace durable::cloud
