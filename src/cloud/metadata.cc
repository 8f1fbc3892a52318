// SPDX-License-Identifier: Apache-2.0
//
// Credentials from an endpoint beside the program: of its container, or of its instance.
#include "cloud/credential_sources.h"
#include "cloud/credentials_json.h"
#include "cloud/text.h"
#include "cloud/url.h"

#include <durable/base/assert.h>

#include <algorithm>
#include <array>
#include <utility>

namespace durable::cloud {
namespace {

constexpr Duration container_timeout = std::chrono::seconds{2};
constexpr Duration instance_timeout = std::chrono::seconds{1};
constexpr int attempts = 3;

Error usage(std::string message) { return {ErrorCode::invalid_usage, std::move(message)}; }

Lookup nothing(std::string why) { return {std::nullopt, std::move(why)}; }

/// Sends it until there is an answer below 500.
Result<http::Response> send(const Surroundings& surroundings,
                            const http::OutboundRequest& request) {
  DURABLE_ASSERT(surroundings.local_transport != nullptr);
  Result<http::Response> answer = surroundings.local_transport->send(request);
  for (int attempt = 1; attempt < attempts && (!answer || answer->status >= 500); ++attempt) {
    answer = surroundings.local_transport->send(request);
  }
  return answer;
}

http::OutboundRequest request_of(std::string method, std::string url, Duration timeout) {
  http::OutboundRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.timeout = timeout;
  request.connect_timeout = timeout;
  return request;
}

// ---- Container ----

/// A key that travels without TLS may go only to the machine itself and to the fixed addresses of
/// ECS and EKS.
std::optional<Error> check_container_url(const std::string& text) {
  constexpr std::array<std::string_view, 3> fixed{"169.254.170.2", "169.254.170.23",
                                                  "fd00:ec2::23"};
  const auto url = parse_url(text);
  if (!url) return usage("AWS_CONTAINER_CREDENTIALS_FULL_URI is no http or https URL");
  const bool known = std::find(fixed.begin(), fixed.end(), url->host) != fixed.end();
  if (url->scheme == "https" || known || is_loopback(url->host)) return std::nullopt;
  return usage("AWS_CONTAINER_CREDENTIALS_FULL_URI names the host '" + std::string(url->host) +
               "': without https it must be this machine, 169.254.170.2, 169.254.170.23 or "
               "[fd00:ec2::23]");
}

Result<std::optional<std::string>> container_token(const Surroundings& surroundings) {
  std::optional<std::string> token = surroundings.get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  if (const auto file = surroundings.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    Result<std::string> text = surroundings.read_file(*file);
    if (!text) return usage("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: " + text.error().message);
    token = std::string(trimmed(*text));
  }
  if (token && token->find_first_of("\r\n") != std::string::npos) {
    return usage("the authorization token of the container's credentials has a line end in it");
  }
  return token;
}

// ---- Instance ----

std::string instance_endpoint(const Surroundings& surroundings) {
  if (auto endpoint = surroundings.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")) {
    while (endpoint->ends_with('/')) endpoint->pop_back();
    return *endpoint;
  }
  const std::string mode =
      lower_case(surroundings.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("ipv4"));
  return mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

/// The answer to a GET of the metadata service, if it is a success.
Result<http::Response> get_metadata(const Surroundings& surroundings, const std::string& url,
                                    const std::string& token) {
  http::OutboundRequest request = request_of("GET", url, instance_timeout);
  request.headers.push_back({"X-aws-ec2-metadata-token", token});
  Result<http::Response> answer = send(surroundings, request);
  if (!answer || answer->status == 200) return answer;
  return Error{ErrorCode::unavailable,
               url + " answered HTTP status " + std::to_string(answer->status)};
}

/// Names of roles are letters, digits and `+=,.@-_`.
bool is_role_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c != '/' && c < '\x7f';
  });
}

}  // namespace

Result<Lookup> look_at_container(const Surroundings& surroundings) {
  const auto relative = surroundings.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const auto full = surroundings.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative && !full) {
    return nothing(
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and AWS_CONTAINER_CREDENTIALS_FULL_URI are not "
        "set");
  }
  if (relative && !relative->starts_with('/')) {
    return usage("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with '/'");
  }
  const std::string url = relative ? "http://169.254.170.2" + *relative : *full;
  if (!relative) {
    if (auto error = check_container_url(url)) return std::move(*error);
  }
  Result<std::optional<std::string>> token = container_token(surroundings);
  if (!token) return std::move(token).error();
  http::OutboundRequest request = request_of("GET", url, container_timeout);
  request.headers.push_back({"Accept", "application/json"});
  if (*token) request.headers.push_back({"Authorization", **token});
  Result<http::Response> answer = send(surroundings, request);
  if (!answer) return Error{answer.error().code, "container: " + answer.error().message};
  if (answer->status != 200) {
    return Error{answer->status >= 500 ? ErrorCode::unavailable : ErrorCode::invalid_usage,
                 "the container's credentials endpoint answered HTTP status " +
                     std::to_string(answer->status)};
  }
  Result<Credentials> credentials = decode_credentials(answer->body, "Token");
  if (!credentials) {
    return usage("the answer of the container's credentials endpoint: " +
                 credentials.error().message);
  }
  return Lookup{std::move(*credentials), {}};
}

Result<Lookup> look_at_instance(const Surroundings& surroundings) {
  if (lower_case(surroundings.get("AWS_EC2_METADATA_DISABLED").value_or("")) == "true") {
    return nothing("AWS_EC2_METADATA_DISABLED is true");
  }
  const std::string endpoint = instance_endpoint(surroundings);
  http::OutboundRequest token_request =
      request_of("PUT", endpoint + "/latest/api/token", instance_timeout);
  token_request.headers.push_back({"X-aws-ec2-metadata-token-ttl-seconds", "21600"});
  DURABLE_ASSERT(surroundings.local_transport != nullptr);
  // Once: nearly everywhere this is no instance, and nobody answers.
  Result<http::Response> token = surroundings.local_transport->send(token_request);
  if (!token) return nothing("no answer from " + endpoint);
  if (token->status != 200 || token->body.find_first_of("\r\n") != std::string::npos) {
    return nothing(endpoint + " gave no session token: HTTP status " +
                   std::to_string(token->status));
  }
  const std::string folder = endpoint + "/latest/meta-data/iam/security-credentials/";
  Result<http::Response> roles = get_metadata(surroundings, folder, token->body);
  if (!roles) return nothing("the instance has no role: " + roles.error().message);
  const std::string role(trimmed(roles->body.substr(0, roles->body.find('\n'))));
  if (!is_role_name(role)) return nothing("the instance has no role");
  Result<http::Response> answer =
      get_metadata(surroundings, folder + http::percent_encode(role), token->body);
  if (!answer) return std::move(answer).error();
  Result<Credentials> credentials = decode_credentials(answer->body, "Token");
  if (!credentials) {
    return usage("the instance's credentials for the role " + role + ": " +
                 credentials.error().message);
  }
  return Lookup{std::move(*credentials), {}};
}

}  // namespace durable::cloud
