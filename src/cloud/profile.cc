// SPDX-License-Identifier: Apache-2.0
#include "cloud/profile.h"

#include "cloud/ini.h"

#include <utility>

namespace durable::cloud {
namespace {

std::string path_of(const Surroundings& surroundings, const char* variable, const char* usual) {
  const std::string path = surroundings.get(variable).value_or(usual);
  if (!path.starts_with("~/")) return path;
  return surroundings.get("HOME").value_or("") + path.substr(1);
}

Result<Ini> read_ini(const Surroundings& surroundings, const std::string& path) {
  Result<std::string> text = surroundings.read_file(path);
  if (!text) {
    if (text.error().code == ErrorCode::resource_not_found) return Ini();
    return std::move(text).error();
  }
  Result<Ini> ini = parse_ini(*text);
  if (!ini) return Error{ini.error().code, path + ": " + ini.error().message};
  return ini;
}

/// Adds the section to the profile's values, over those that are there.
void take_section(const Ini& ini, const std::string& section, Profile& profile) {
  const auto found = ini.find(section);
  if (found == ini.end()) return;
  profile.found = true;
  for (const auto& [name, value] : found->second) profile.values.insert_or_assign(name, value);
}

}  // namespace

std::optional<std::string> Profile::get(const std::string& key) const {
  const auto at = values.find(key);
  if (at == values.end() || at->second.empty()) return std::nullopt;
  return at->second;
}

Result<Profile> read_profile(const Surroundings& surroundings) {
  Profile profile;
  const auto chosen = surroundings.get("AWS_PROFILE");
  profile.chosen = chosen.has_value();
  profile.name = chosen.value_or("default");
  profile.config_file = path_of(surroundings, "AWS_CONFIG_FILE", "~/.aws/config");
  profile.credentials_file =
      path_of(surroundings, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  Result<Ini> config = read_ini(surroundings, profile.config_file);
  if (!config) return std::move(config).error();
  Result<Ini> credentials = read_ini(surroundings, profile.credentials_file);
  if (!credentials) return std::move(credentials).error();

  if (profile.name == "default") take_section(*config, "default", profile);
  take_section(*config, "profile " + profile.name, profile);
  take_section(*credentials, profile.name, profile);
  if (const auto services = profile.get("services")) {
    const auto found = config->find("services " + *services);
    if (found != config->end()) profile.services = found->second;
  }
  return profile;
}

}  // namespace durable::cloud
