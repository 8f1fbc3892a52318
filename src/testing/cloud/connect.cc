// SPDX-License-Identifier: Apache-2.0
#include "testing/cloud/connect.h"

#include "cloud/credentials_chain.h"
#include "cloud/request_signer.h"
#include "cloud/settings.h"

#include <random>
#include <utility>

namespace durable {
namespace {

constexpr std::string_view default_region = "us-west-2";
// Of one attempt and of a whole call: a run's timeout is looked at between calls.
constexpr Duration attempt_timeout = std::chrono::seconds{20};
constexpr Duration call_timeout = std::chrono::seconds{30};

}  // namespace

std::optional<std::string> region_of(std::string_view function_name) {
  // arn:PARTITION:lambda:REGION:...
  if (!function_name.starts_with("arn:")) return std::nullopt;
  std::size_t begin = 0;
  for (int colon = 0; colon < 3; ++colon) {
    const std::size_t at = function_name.find(':', begin);
    if (at == std::string_view::npos) return std::nullopt;
    begin = at + 1;
  }
  const std::string_view region =
      function_name.substr(begin, function_name.find(':', begin) - begin);
  if (region.empty()) return std::nullopt;
  return std::string(region);
}

bool is_signed(std::string_view endpoint, const cloud::Surroundings& surroundings) {
  return !endpoint.starts_with("http://") || surroundings.get("AWS_ACCESS_KEY_ID").has_value();
}

Result<std::shared_ptr<cloud::LambdaClient>> connect(const std::string& function_name,
                                                     const CloudRunnerOptions& options,
                                                     cloud::Surroundings surroundings) {
  cloud::SettingsWishes wishes;
  wishes.region = options.region ? options.region : region_of(function_name);
  wishes.endpoint = options.endpoint;
  wishes.default_region = default_region;
  Result<cloud::Settings> settings = cloud::resolve_settings(surroundings, wishes);
  if (!settings) return std::move(settings).error();

  surroundings.transport = http::make_curl_transport(settings->transport);
  surroundings.local_transport = http::make_curl_transport();
  std::shared_ptr<cloud::Signer> signer;
  if (is_signed(settings->endpoint, surroundings)) {
    signer = std::make_shared<cloud::RequestSigner>(
        std::make_shared<cloud::CredentialsChain>(surroundings),
        cloud::SigningScope{.region = settings->region}, surroundings.clock);
  }
  cloud::ClientOptions client;
  client.endpoint = std::move(settings->endpoint);
  client.user_agent = cloud::user_agent(DURABLE_VERSION);
  client.timeout = attempt_timeout;
  client.call_timeout = call_timeout;
  client.seed = std::random_device{}();
  client.pause = options.pause;
  client.clock = options.clock;
  return std::make_shared<cloud::LambdaClient>(surroundings.transport, std::move(signer),
                                               std::move(client));
}

}  // namespace durable
