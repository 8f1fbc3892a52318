// SPDX-License-Identifier: Apache-2.0
#include "lambda/endpoint.h"

#include "cloud/credentials_chain.h"
#include "cloud/request_signer.h"
#include "cloud/settings.h"
#include "cloud/url.h"
#include "http/outbound.h"

#include <utility>

namespace durable::lambda {
namespace {

/// How long all attempts of one call may take. The invocation fails then, and is run again; holding
/// on for longer would only burn its time.
constexpr Duration call_timeout = std::chrono::seconds{55};

bool is_local(const std::string& endpoint) {
  const auto url = cloud::parse_url(endpoint);
  return url && url->scheme == "http" && cloud::is_loopback(url->host);
}

bool has_credentials(const cloud::Surroundings& surroundings) {
  for (const char* name :
       {"AWS_ACCESS_KEY_ID", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE"}) {
    if (surroundings.get(name)) return true;
  }
  return false;
}

/// What every call would fail for. A process that finds it when it starts does not fail executions
/// for it: the service tries again.
Result<void> check_transport(const cloud::Settings& settings,
                             const cloud::Surroundings& surroundings) {
  Result<http::Url> url = http::parse_url(settings.endpoint);
  if (!url) return std::move(url).error();
  auto proxy = http::choose_proxy(settings.transport, *url);
  if (!proxy) return std::move(proxy).error();
  const std::string& ca_bundle = settings.transport.ca_bundle;
  if (url->scheme != http::Scheme::https || ca_bundle.empty()) return {};
  // Whether it holds certificates is seen when it is needed: reading them takes milliseconds.
  const Result<std::string> text = surroundings.read_file(ca_bundle);
  if (text || text.error().code == ErrorCode::request_too_large) return {};
  return http::bundle_error(ca_bundle, text.error().message);
}

}  // namespace

Result<ApiAccess> resolve_access(const cloud::Surroundings& surroundings, std::uint64_t seed) {
  cloud::SettingsWishes wishes;
  // A server on this machine takes any region.
  for (const char* name : {"AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"}) {
    const auto endpoint = surroundings.get(name);
    if (endpoint && is_local(*endpoint)) wishes.default_region = "us-east-1";
  }
  Result<cloud::Settings> settings = cloud::resolve_settings(surroundings, wishes);
  if (!settings) return std::move(settings).error();
  Result<void> checked = check_transport(*settings, surroundings);
  if (!checked) return std::move(checked).error();
  ApiAccess access;
  if (!is_local(settings->endpoint) || has_credentials(surroundings)) {
    access.signer = std::make_shared<cloud::RequestSigner>(
        std::make_shared<cloud::CredentialsChain>(surroundings),
        cloud::SigningScope{.region = settings->region}, surroundings.clock);
  }
  access.options.endpoint = std::move(settings->endpoint);
  access.options.user_agent = cloud::user_agent(DURABLE_VERSION);
  access.options.timeout = call_timeout;
  access.options.call_timeout = call_timeout;
  access.options.seed = seed;
  access.options.clock = surroundings.clock;
  return access;
}

}  // namespace durable::lambda
