// SPDX-License-Identifier: Apache-2.0
//
// The profile that AWS_PROFILE chooses from the shared config and credentials files.
#pragma once

#include "cloud/surroundings.h"

#include <durable/base/result.h>

#include <map>
#include <optional>
#include <string>

namespace durable::cloud {

struct Profile {
  std::string name;
  bool chosen = false;      ///< By AWS_PROFILE; else it is `default`.
  bool found = false;       ///< In at least one of the files.
  std::string config_file;  ///< Paths, for messages.
  std::string credentials_file;
  std::map<std::string, std::string>
      values;  ///< Of both; the credentials file goes over the other.
  /// Of the config's section `[services NAME]` that the profile names.
  std::map<std::string, std::string> services;

  [[nodiscard]] std::optional<std::string> get(const std::string& key) const;
};

/// Reads both files; one that is not there is empty. Files: AWS_CONFIG_FILE or ~/.aws/config;
/// AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials. Errors: `invalid_usage` with file and line.
[[nodiscard]] Result<Profile> read_profile(const Surroundings& surroundings);

}  // namespace durable::cloud
