// SPDX-License-Identifier: Apache-2.0
//
// The places on this machine: environment and profile.
#include "cloud/credential_sources.h"

#include "cloud/credentials_json.h"
#include "cloud/profile.h"

#include <utility>

namespace durable::cloud {
namespace {

Error usage(std::string message) { return {ErrorCode::invalid_usage, std::move(message)}; }

Lookup nothing(std::string why) { return {std::nullopt, std::move(why)}; }

/// What works for a profile that this client cannot use itself.
std::string way_out(const Profile& profile) {
  return "export them with: eval \"$(aws configure export-credentials --profile " + profile.name +
         " --format env)\"";
}

/// Settings of a profile that mean credentials of a kind that is not made here.
std::optional<Error> unsupported(const Profile& profile) {
  const std::string where = "the profile '" + profile.name + "' in " + profile.config_file;
  if (profile.get("role_arn")) {
    const char* by = profile.get("source_profile")      ? "source_profile"
                     : profile.get("credential_source") ? "credential_source"
                                                        : "nothing to assume it with";
    return usage(where + " has role_arn with " + by +
                 ": assuming a role of another profile is not done here; " + way_out(profile));
  }
  for (const char* name : {"sso_session", "sso_start_url", "login_session"}) {
    if (!profile.get(name)) continue;
    return usage(where + " has " + name + ": single sign-on is not done here; " + way_out(profile));
  }
  return std::nullopt;
}

Result<Lookup> run_process(const Surroundings& surroundings, const Profile& profile,
                           const std::string& command) {
  const std::string where =
      "credential_process of the profile '" + profile.name + "' in " + profile.config_file + ": ";
  Result<std::string> output = surroundings.run_command(command);
  if (!output) return Error{output.error().code, where + output.error().message};
  Result<Credentials> credentials = decode_credentials(*output, "SessionToken");
  if (!credentials) {
    return usage(where + "its output is not as documented: " + credentials.error().message);
  }
  return Lookup{std::move(*credentials), {}};
}

}  // namespace

Result<Lookup> look_in_environment(const Surroundings& surroundings) {
  const auto id = surroundings.get("AWS_ACCESS_KEY_ID");
  auto secret = surroundings.get("AWS_SECRET_ACCESS_KEY");
  if (!id && !secret) return nothing("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
  if (!id) return usage("AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not");
  if (!secret) return usage("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
  Credentials credentials{*id,
                          Secret(std::move(*secret)),
                          Secret(surroundings.get("AWS_SESSION_TOKEN").value_or("")),
                          {}};
  if (const auto expiration = surroundings.get("AWS_CREDENTIAL_EXPIRATION")) {
    Result<Timestamp> time = decode_time(*expiration);
    if (!time) return usage("AWS_CREDENTIAL_EXPIRATION: " + time.error().message);
    credentials.expiration = *time;
  }
  return Lookup{std::move(credentials), {}};
}

Result<Lookup> look_in_profile(const Surroundings& surroundings) {
  Result<Profile> read = read_profile(surroundings);
  if (!read) return std::move(read).error();
  const Profile& profile = *read;
  const std::string files = profile.config_file + " and " + profile.credentials_file;
  if (!profile.found) {
    const std::string why = "no profile '" + profile.name + "' in " + files;
    return profile.chosen ? Result<Lookup>(usage("AWS_PROFILE: " + why)) : nothing(why);
  }
  // First: keys beside them are those to assume the role with, and not the role's.
  if (auto error = unsupported(profile)) return std::move(*error);
  const auto id = profile.get("aws_access_key_id");
  auto secret = profile.get("aws_secret_access_key");
  if (id && secret) {
    return Lookup{Credentials{*id,
                              Secret(std::move(*secret)),
                              Secret(profile.get("aws_session_token").value_or("")),
                              {}},
                  {}};
  }
  if (id || secret) {
    return usage("the profile '" + profile.name + "' in " + files + " has " +
                 (id ? "aws_access_key_id without aws_secret_access_key"
                     : "aws_secret_access_key without aws_access_key_id"));
  }
  if (const auto command = profile.get("credential_process")) {
    return run_process(surroundings, profile, *command);
  }
  return nothing("the profile '" + profile.name + "' in " + files +
                 " has neither keys nor credential_process");
}

}  // namespace durable::cloud
