// SPDX-License-Identifier: Apache-2.0
//
// Where to send requests, and how: region, endpoint, certificates, proxies.
#pragma once

#include "cloud/surroundings.h"
#include "http/transport.h"

#include <durable/base/result.h>

#include <optional>
#include <string>

namespace durable::cloud {

/// What the caller knows already.
struct SettingsWishes {
  std::optional<std::string> region = {};    ///< Goes over everything.
  std::optional<std::string> endpoint = {};  ///< Goes over everything.
  std::string default_region = {};           ///< Where nothing says one; empty: that is an error.
};

struct Settings {
  std::string region;
  std::string endpoint;         ///< Without '/' at its end.
  std::string endpoint_source;  ///< What named it, for messages: `LAMBDA_ENDPOINT`, `region`, ...
  http::TransportOptions transport;
};

/// Region: AWS_REGION, AWS_DEFAULT_REGION, the profile's `region`. Endpoint: LAMBDA_ENDPOINT,
/// AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL, the profile's services section, the profile's
/// endpoint_url, and else the region's own; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true leaves out all
/// but the first and the last. Certificates: AWS_CA_BUNDLE, the profile's ca_bundle. Proxies:
/// https_proxy, http_proxy, no_proxy, in lower case before upper case.
///
/// Errors: `invalid_usage` that names the setting that is missing or wrong.
[[nodiscard]] Result<Settings> resolve_settings(const Surroundings& surroundings,
                                                const SettingsWishes& wishes);

/// An endpoint as somebody wrote it, and what names it, for messages.
struct NamedEndpoint {
  std::string url;
  std::string source;
};

/// What is configured for Lambda: as above from AWS_ENDPOINT_URL_LAMBDA to the profile's
/// endpoint_url. Absent: nothing, or it is to be left out. Whether it is a URL is not looked at.
[[nodiscard]] Result<std::optional<NamedEndpoint>> configured_lambda_endpoint(
    const Surroundings& surroundings);

/// Certificates and proxies alone: what is needed before there is a region.
[[nodiscard]] Result<http::TransportOptions> transport_settings(const Surroundings& surroundings);

/// Where STS is: AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, or the region's; without a region the one
/// for all of the partition aws.
[[nodiscard]] Result<std::string> sts_endpoint(const Surroundings& surroundings);

/// `https://lambda.us-west-2.amazonaws.com`, in the partition of the region: aws, aws-cn or
/// aws-us-gov. Error: `invalid_usage` for a region that is no name of a host.
[[nodiscard]] Result<std::string> service_endpoint(const std::string& service,
                                                   const std::string& region);

/// `aws-durable-execution-sdk-cpp/1.2.3`.
[[nodiscard]] std::string user_agent(std::string_view version);

}  // namespace durable::cloud
