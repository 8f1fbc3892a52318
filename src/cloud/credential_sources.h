// SPDX-License-Identifier: Apache-2.0
//
// The places where credentials may be, each as a function of its surroundings.
#pragma once

#include "cloud/credentials.h"
#include "cloud/surroundings.h"

#include <durable/base/result.h>

#include <array>
#include <optional>
#include <string>

namespace durable::cloud {

/// What one place had: credentials, or the reason why it had none.
struct Lookup {
  std::optional<Credentials> credentials;
  std::string why_not;
};

// An error is a place that is set up and does not work; no other one is asked then.

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION.
[[nodiscard]] Result<Lookup> look_in_environment(const Surroundings& surroundings);
/// The profile: static keys, then credential_process. What this client does not do (assuming a
/// role of another profile, single sign-on) is an error that says what to do.
[[nodiscard]] Result<Lookup> look_in_profile(const Surroundings& surroundings);
/// A token in a file for a role: AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN, or the profile's
/// web_identity_token_file with role_arn. Asks STS.
[[nodiscard]] Result<Lookup> look_for_web_identity(const Surroundings& surroundings);
/// The endpoint of ECS, EKS Pod Identity and others: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or
/// AWS_CONTAINER_CREDENTIALS_FULL_URI.
[[nodiscard]] Result<Lookup> look_at_container(const Surroundings& surroundings);
/// The metadata service of an EC2 instance, version 2.
[[nodiscard]] Result<Lookup> look_at_instance(const Surroundings& surroundings);

struct CredentialSource {
  const char* name;
  Result<Lookup> (*look)(const Surroundings&);
};

/// In the order in which they are asked.
inline constexpr std::array<CredentialSource, 5> credential_sources{{
    {"environment", look_in_environment},
    {"web identity", look_for_web_identity},
    {"profile", look_in_profile},
    {"container", look_at_container},
    {"instance", look_at_instance},
}};

}  // namespace durable::cloud
