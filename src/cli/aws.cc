// SPDX-License-Identifier: Apache-2.0
#include "cli/aws.h"

#include "cloud/credentials_chain.h"
#include "cloud/request_signer.h"
#include "cloud/settings.h"

#include <string_view>
#include <utility>

namespace durable::cli {

namespace {

cloud::Surroundings with_profile(const cloud::Surroundings& surroundings,
                                 const std::string& profile) {
  cloud::Surroundings chosen = surroundings;
  if (!profile.empty()) {
    chosen.variable = [variable = surroundings.variable, profile](const char* name) {
      return std::string_view(name) == "AWS_PROFILE" ? std::optional(profile) : variable(name);
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
