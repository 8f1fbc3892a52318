// SPDX-License-Identifier: Apache-2.0
//
// Credentials of a role for a token that somebody else vouches for: STS AssumeRoleWithWebIdentity.
#include "cloud/credential_sources.h"
#include "cloud/credentials_json.h"
#include "cloud/profile.h"
#include "cloud/settings.h"
#include "cloud/text.h"

#include <durable/base/assert.h>

#include <array>
#include <utility>

namespace durable::cloud {
namespace {

constexpr Duration sts_timeout = std::chrono::seconds{10};
constexpr int sts_attempts = 3;

struct WebIdentity {
  std::string role_arn;
  std::string token_file;
  std::string session_name;
  std::string where;  ///< Of the setting, for messages.
};

Lookup nothing(std::string why) { return {std::nullopt, std::move(why)}; }

Result<std::optional<WebIdentity>> find_identity(const Surroundings& surroundings,
                                                 const Profile& profile) {
  WebIdentity identity;
  identity.session_name =
      surroundings.get("AWS_ROLE_SESSION_NAME")
          .value_or(
              profile.get("role_session_name")
                  .value_or("durable-" +
                            std::to_string(surroundings.clock->now().time_since_epoch().count())));
  if (const auto file = surroundings.get("AWS_WEB_IDENTITY_TOKEN_FILE")) {
    const auto role = surroundings.get("AWS_ROLE_ARN");
    if (!role) {
      return Error{ErrorCode::invalid_usage,
                   "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"};
    }
    identity.token_file = *file;
    identity.role_arn = *role;
    identity.where = "AWS_WEB_IDENTITY_TOKEN_FILE";
    return std::optional(std::move(identity));
  }
  const auto file = profile.get("web_identity_token_file");
  const auto role = profile.get("role_arn");
  if (!file || !role) return std::optional<WebIdentity>();
  identity.token_file = *file;
  identity.role_arn = *role;
  identity.where = "web_identity_token_file of the profile '" + profile.name + "'";
  return std::optional(std::move(identity));
}

/// The text of the first element `name`. STS's answer has each of ours once; none has children.
std::string element(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::size_t begin = xml.find(open);
  if (begin == std::string_view::npos) return {};
  xml.remove_prefix(begin + open.size());
  const std::size_t end = xml.find('<');
  if (end == std::string_view::npos || !xml.substr(end).starts_with("</" + std::string(name))) {
    return {};
  }
  std::string text(trimmed(xml.substr(0, end)));
  constexpr std::array<std::pair<std::string_view, char>, 5> entities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  for (const auto& [entity, character] : entities) {
    for (std::size_t at = text.find(entity); at != std::string::npos;
         at = text.find(entity, at + 1)) {
      text.replace(at, entity.size(), 1, character);
    }
  }
  return text;
}

Result<Credentials> read_answer(const std::string& xml) {
  Credentials credentials;
  credentials.access_key_id = element(xml, "AccessKeyId");
  credentials.secret_access_key = Secret(element(xml, "SecretAccessKey"));
  credentials.session_token = Secret(element(xml, "SessionToken"));
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty() ||
      credentials.session_token.empty()) {
    return Error{ErrorCode::invalid_json,
                 "STS's answer lacks AccessKeyId, SecretAccessKey or SessionToken"};
  }
  Result<Timestamp> expiration = decode_time(element(xml, "Expiration"));
  if (!expiration) return Error{ErrorCode::invalid_json, "STS: " + expiration.error().message};
  credentials.expiration = *expiration;
  return credentials;
}

Result<http::OutboundRequest> make_request(const Surroundings& surroundings,
                                           const WebIdentity& identity) {
  Result<std::string> token = surroundings.read_file(identity.token_file);
  if (!token) return Error{ErrorCode::invalid_usage, identity.where + ": " + token.error().message};
  Result<std::string> endpoint = sts_endpoint(surroundings);
  if (!endpoint) return std::move(endpoint).error();
  http::OutboundRequest request;
  request.method = "POST";
  request.url = *endpoint + "/";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body =
      "Action=AssumeRoleWithWebIdentity&RoleArn=" + http::percent_encode(identity.role_arn) +
      "&RoleSessionName=" + http::percent_encode(identity.session_name) +
      "&Version=2011-06-15&WebIdentityToken=" + http::percent_encode(trimmed(*token));
  request.timeout = sts_timeout;
  return request;
}

}  // namespace

Result<Lookup> look_for_web_identity(const Surroundings& surroundings) {
  Result<Profile> profile = read_profile(surroundings);
  if (!profile) return std::move(profile).error();
  auto identity = find_identity(surroundings, *profile);
  if (!identity) return std::move(identity).error();
  if (!*identity) {
    return nothing("AWS_WEB_IDENTITY_TOKEN_FILE is not set, and the profile '" + profile->name +
                   "' has no web_identity_token_file");
  }
  Result<http::OutboundRequest> request = make_request(surroundings, **identity);
  if (!request) return std::move(request).error();
  DURABLE_ASSERT(surroundings.transport != nullptr);
  Error error{ErrorCode::unavailable, {}};
  for (int attempt = 0; attempt < sts_attempts; ++attempt) {
    Result<http::Response> answer = surroundings.transport->send(*request);
    if (!answer) {
      error = {answer.error().code, "STS: " + answer.error().message};
      continue;
    }
    if (answer->status == 200) {
      Result<Credentials> credentials = read_answer(answer->body);
      if (!credentials) return std::move(credentials).error();
      return Lookup{std::move(*credentials), {}};
    }
    const std::string code = element(answer->body, "Code");
    error = {ErrorCode::invalid_usage,
             (*identity)->where + ": STS refused the role " + (*identity)->role_arn + ": " +
                 (code.empty() ? "HTTP status " + std::to_string(answer->status) : code) + ": " +
                 element(answer->body, "Message")};
    // Right after the role or the provider was made, STS may not know it yet.
    if (answer->status < 500 && code != "IDPCommunicationError") break;
    error.code = ErrorCode::unavailable;
  }
  return error;
}

}  // namespace durable::cloud
