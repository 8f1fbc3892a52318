// SPDX-License-Identifier: Apache-2.0
#include "cli/aws.h"

#include "cloud/credentials_chain.h"
#include "cloud/request_signer.h"
#include "cloud/settings.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace durable::cli {

namespace {

/// Variables with credentials. Whoever names a profile means that one, whatever the environment
/// has; AWS's own tools do the same.
constexpr std::array<std::string_view, 5> credential_variables{
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION",
    "AWS_WEB_IDENTITY_TOKEN_FILE"};

cloud::Surroundings with_profile(const cloud::Surroundings& surroundings,
                                 const std::string& profile) {
  cloud::Surroundings chosen = surroundings;
  if (!profile.empty()) {
    chosen.variable = [variable = surroundings.variable,
                       profile](const char* name) -> std::optional<std::string> {
      if (std::string_view(name) == "AWS_PROFILE") return profile;
      const auto hidden = std::find(credential_variables.begin(), credential_variables.end(),
                                    std::string_view(name));
      if (hidden != credential_variables.end()) return std::nullopt;
      return variable(name);
    };
  }
  return chosen;
}

}  // namespace

Result<std::optional<cloud::NamedEndpoint>> find_configured_endpoint(
    const cloud::Surroundings& surroundings, const std::string& profile) {
  return cloud::configured_lambda_endpoint(with_profile(surroundings, profile));
}

Result<std::shared_ptr<cloud::Signer>> make_signer(const cloud::Surroundings& surroundings,
                                                   const SignerRequest& request) {
  cloud::Surroundings chosen = with_profile(surroundings, request.profile);
  cloud::SettingsWishes wishes;
  wishes.endpoint = request.endpoint;
  if (!request.region.empty()) wishes.region = request.region;
  if (request.is_local) wishes.default_region = "us-east-1";  // the local server's own
  Result<cloud::Settings> settings = cloud::resolve_settings(chosen, wishes);
  if (!settings) return std::move(settings).error();
  auto clock = chosen.clock;
  auto provider = std::make_shared<cloud::CredentialsChain>(std::move(chosen));
  return std::make_shared<cloud::RequestSigner>(
      std::move(provider), cloud::SigningScope{settings->region}, std::move(clock));
}

}  // namespace durable::cli
