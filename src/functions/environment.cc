// SPDX-License-Identifier: Apache-2.0
#include "functions/environment.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace durable::functions {
namespace {

constexpr std::string_view latest = "$LATEST";

std::string quoted(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./:,@%+=").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

}  // namespace

Environment inherited_environment() {
  Environment result{{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"TZ", ":UTC"}};
  for (const char* name : {"PATH", "HOME", "LANG", "TZ"}) {
    if (const char* const value = std::getenv(name)) result[name] = value;
  }
  return result;
}

Environment function_environment(const FunctionSpec& spec, const HostOptions& options,
                                 const ProcessIdentity& identity) {
  Environment result{
      {"AWS_LAMBDA_RUNTIME_API", identity.runtime_api},
      {"AWS_LAMBDA_FUNCTION_NAME", spec.name},
      {"AWS_LAMBDA_FUNCTION_VERSION", version_of(spec.arn)},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(spec.memory_mb)},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + spec.name},
      {"AWS_LAMBDA_LOG_STREAM_NAME", identity.log_stream},
      {"AWS_REGION", options.region},
      {"AWS_DEFAULT_REGION", options.region},
      // The SDKs sign with these; the local server checks no signature.
      {"AWS_ACCESS_KEY_ID", "local"},
      {"AWS_SECRET_ACCESS_KEY", "local"},
      {"AWS_SESSION_TOKEN", "local"},
      {"_HANDLER", spec.handler},
      {"LAMBDA_TASK_ROOT", spec.folder},
  };
  if (!options.endpoint_url.empty()) result["AWS_ENDPOINT_URL_LAMBDA"] = options.endpoint_url;
  for (const auto& [name, value] : spec.environment) result[name] = value;
  return result;
}

Environment attach_environment(const FunctionSpec& spec, const HostOptions& options,
                               const ProcessIdentity& identity) {
  Environment result = function_environment(spec, options, identity);
  constexpr std::array credentials{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                   "AWS_SESSION_TOKEN"};
  const bool has_own = std::any_of(credentials.begin(), credentials.end(), [&](const char* name) {
    return spec.environment.find(name) != spec.environment.end();
  });
  if (has_own) {
    for (const char* name : credentials) result.erase(name);
  }
  for (const auto& [name, value] : spec.attach_environment) result[name] = value;
  return result;
}

std::string version_of(std::string_view arn) {
  // arn:aws:lambda:REGION:ACCOUNT:function:NAME:VERSION
  constexpr std::ptrdiff_t colons_with_version = 7;
  if (std::count(arn.begin(), arn.end(), ':') != colons_with_version) return std::string(latest);
  return std::string(arn.substr(arn.rfind(':') + 1));
}

std::string log_stream_name(std::string_view version, Timestamp started_at,
                            std::string_view unique) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(started_at));
  char text[48];
  const int size =
      std::snprintf(text, sizeof text, "%04d/%02u/%02u/[", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  std::string result(text, static_cast<std::size_t>(size));
  result.append(version).append("]").append(unique);
  return result;
}

std::vector<std::string> environment_block(const Environment& environment) {
  std::vector<std::string> result;
  result.reserve(environment.size());
  for (const auto& [name, value] : environment) result.push_back(name + "=" + value);
  return result;
}

std::string shell_prefix(const Environment& environment) {
  std::string result = "env";
  for (const auto& [name, value] : environment) result += " " + quoted(name + "=" + value);
  return result;
}

}  // namespace durable::functions
