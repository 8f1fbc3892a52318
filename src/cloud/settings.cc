// SPDX-License-Identifier: Apache-2.0
#include "cloud/settings.h"

#include "cloud/profile.h"
#include "cloud/text.h"
#include "cloud/url.h"

#include <algorithm>
#include <utility>

namespace durable::cloud {
namespace {

const char* const lambda_variable = "AWS_ENDPOINT_URL_LAMBDA";

Error usage(std::string message) { return {ErrorCode::invalid_usage, std::move(message)}; }

std::optional<std::string> find_region(const Surroundings& surroundings, const Profile& profile) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto region = surroundings.get(name)) return region;
  }
  return profile.get("region");
}

/// The value of `name` within nested settings such as "\nendpoint_url = http://...".
std::optional<std::string> nested(std::string_view text, std::string_view name) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos && lower_case(trimmed(line.substr(0, equals))) == name) {
      return std::string(trimmed(line.substr(equals + 1)));
    }
    begin = end + 1;
  }
  return std::nullopt;
}

bool ignores_configured(const Surroundings& surroundings, const Profile& profile) {
  const auto setting = surroundings.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  const auto value = setting ? setting : profile.get("ignore_configured_endpoint_urls");
  return value && lower_case(*value) == "true";
}

/// What is configured for a service: `variable` and the profile's key for it, then what is for all.
std::optional<NamedEndpoint> configured_endpoint(const Surroundings& surroundings,
                                                 const Profile& profile, const char* variable,
                                                 const std::string& service) {
  if (ignores_configured(surroundings, profile)) return std::nullopt;
  for (const char* name : {variable, "AWS_ENDPOINT_URL"}) {
    if (auto url = surroundings.get(name)) return NamedEndpoint{std::move(*url), name};
  }
  const std::string where = " of the profile '" + profile.name + "'";
  if (const auto own = profile.services.find(service); own != profile.services.end()) {
    if (auto url = nested(own->second, "endpoint_url")) {
      return NamedEndpoint{std::move(*url), "the services section" + where};
    }
  }
  if (auto url = profile.get("endpoint_url"))
    return NamedEndpoint{std::move(*url), "endpoint_url" + where};
  return std::nullopt;
}

Result<std::string> checked(NamedEndpoint found) {
  const auto url = parse_url(found.url);
  if (!url || !url->query.empty()) {
    return usage(found.source + " must be a URL such as http://127.0.0.1:8080, not '" +
                 found.url.substr(0, found.url.find('?')) + "'");
  }
  while (found.url.ends_with('/')) found.url.pop_back();
  return std::move(found.url);
}

std::optional<std::string> proxy_variable(const Surroundings& surroundings, const char* lower,
                                          const char* upper) {
  if (auto value = surroundings.get(lower)) return value;
  return surroundings.get(upper);
}

http::TransportOptions transport_of(const Surroundings& surroundings, const Profile& profile) {
  http::TransportOptions options;
  options.ca_bundle =
      surroundings.get("AWS_CA_BUNDLE").value_or(profile.get("ca_bundle").value_or(""));
  options.https_proxy = proxy_variable(surroundings, "https_proxy", "HTTPS_PROXY").value_or("");
  options.http_proxy = proxy_variable(surroundings, "http_proxy", "HTTP_PROXY").value_or("");
  options.no_proxy = proxy_variable(surroundings, "no_proxy", "NO_PROXY").value_or("");
  return options;
}

Result<NamedEndpoint> find_endpoint(const Surroundings& surroundings, const SettingsWishes& wishes,
                                    const Profile& profile, const std::string& region) {
  if (wishes.endpoint) return NamedEndpoint{*wishes.endpoint, "the endpoint"};
  if (auto url = surroundings.get("LAMBDA_ENDPOINT")) {
    return NamedEndpoint{std::move(*url), "LAMBDA_ENDPOINT"};
  }
  if (auto found = configured_endpoint(surroundings, profile, lambda_variable, "lambda")) {
    return std::move(*found);
  }
  Result<std::string> own = service_endpoint("lambda", region);
  if (!own) return std::move(own).error();
  return NamedEndpoint{std::move(*own), "region"};
}

}  // namespace

Result<Settings> resolve_settings(const Surroundings& surroundings, const SettingsWishes& wishes) {
  Result<Profile> profile = read_profile(surroundings);
  if (!profile) return std::move(profile).error();
  Settings settings;
  settings.region = wishes.region
                        ? *wishes.region
                        : find_region(surroundings, *profile).value_or(wishes.default_region);
  if (settings.region.empty()) {
    return usage("no region: AWS_REGION and AWS_DEFAULT_REGION are not set, and the profile '" +
                 profile->name + "' in " + profile->config_file +
                 " has no region; set AWS_REGION, for example to us-west-2");
  }
  Result<NamedEndpoint> endpoint = find_endpoint(surroundings, wishes, *profile, settings.region);
  if (!endpoint) return std::move(endpoint).error();
  settings.endpoint_source = endpoint->source;
  Result<std::string> url = checked(std::move(*endpoint));
  if (!url) return std::move(url).error();
  settings.endpoint = std::move(*url);
  settings.transport = transport_of(surroundings, *profile);
  return settings;
}

Result<std::optional<NamedEndpoint>> configured_lambda_endpoint(const Surroundings& surroundings) {
  Result<Profile> profile = read_profile(surroundings);
  if (!profile) return std::move(profile).error();
  return configured_endpoint(surroundings, *profile, lambda_variable, "lambda");
}

Result<http::TransportOptions> transport_settings(const Surroundings& surroundings) {
  Result<Profile> profile = read_profile(surroundings);
  if (!profile) return std::move(profile).error();
  return transport_of(surroundings, *profile);
}

Result<std::string> sts_endpoint(const Surroundings& surroundings) {
  Result<Profile> profile = read_profile(surroundings);
  if (!profile) return std::move(profile).error();
  if (auto found = configured_endpoint(surroundings, *profile, "AWS_ENDPOINT_URL_STS", "sts")) {
    return checked(std::move(*found));
  }
  const auto region = find_region(surroundings, *profile);
  if (!region) return std::string("https://sts.amazonaws.com");
  return service_endpoint("sts", *region);
}

Result<std::string> service_endpoint(const std::string& service, const std::string& region) {
  const bool is_label = !region.empty() && region.size() <= 63 && region.front() != '-' &&
                        region.back() != '-' &&
                        std::all_of(region.begin(), region.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                        });
  if (!is_label) {
    return usage("'" + region + "' is no region: expected a name such as us-west-2");
  }
  // aws and aws-us-gov share their domain.
  const char* domain = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  return "https://" + service + "." + region + domain;
}

std::string user_agent(std::string_view version) {
  return "aws-durable-execution-sdk-cpp/" + std::string(version);
}

}  // namespace durable::cloud
