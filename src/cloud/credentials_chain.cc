// SPDX-License-Identifier: Apache-2.0
#include "cloud/credentials_chain.h"

#include "cloud/credential_sources.h"

#include <algorithm>
#include <utility>

namespace durable::cloud {
namespace {

constexpr Duration renewal_before_expiry = std::chrono::minutes{5};
constexpr Duration renewal_pause = std::chrono::seconds{30};

}  // namespace

CredentialsChain::CredentialsChain(Surroundings surroundings)
    : surroundings_(std::move(surroundings)) {}

Result<Credentials> CredentialsChain::get() {
  const std::lock_guard lock(mutex_);
  const Timestamp now = surroundings_.clock->now();
  const bool valid = kept_ && (!kept_->expiration || now < *kept_->expiration);
  if (valid && (!kept_->expiration || now < renewal_due_)) return *kept_;

  Result<Credentials> found = look_up();
  if (!found) {
    if (!valid) return found;
    renewal_due_ = now + renewal_pause;
    return *kept_;
  }
  kept_ = std::move(*found);
  if (kept_->expiration) {
    // A place that gives the same short-lived ones again is not asked for each request.
    renewal_due_ = std::max(*kept_->expiration - renewal_before_expiry, now + renewal_pause);
  }
  return *kept_;
}

Result<Credentials> CredentialsChain::look_up() const {
  std::string reasons;
  for (const CredentialSource& source : credential_sources) {
    Result<Lookup> lookup = source.look(surroundings_);
    if (!lookup) {
      Error error = std::move(lookup).error();
      return Error{error.code, "no credentials: " + error.message};
    }
    if (!lookup->credentials) {
      reasons += "\n  " + std::string(source.name) + ": " + lookup->why_not;
      continue;
    }
    Credentials& found = *lookup->credentials;
    if (found.expiration && *found.expiration <= surroundings_.clock->now()) {
      return Error{ErrorCode::invalid_usage, "the credentials of the place '" +
                                                 std::string(source.name) +
                                                 "' have expired: get new ones there"};
    }
    return std::move(found);
  }
  return Error{ErrorCode::invalid_usage,
               "no credentials found; looked in these places:" + reasons +
                   "\nset AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; the local "
                   "server takes any"};
}

}  // namespace durable::cloud
