// SPDX-License-Identifier: Apache-2.0
//
// From what the command line says to what the server is told.
#pragma once

#include "cli/io.h"
#include "cli/options.h"
#include "cloud/credentials.h"
#include "server/server.h"

#include <durable/base/result.h>

#include <string>
#include <string_view>
#include <vector>

namespace durable::cli {

struct ServerPlan {
  server::ServerOptions options;   ///< Without access log.
  std::vector<std::string> notes;  ///< What the one who starts it should know.
};

/// Flags go over the environment (AWS_DEX_*), which goes over defaults. Reads the template and the
/// key file. Errors: `invalid_usage`.
[[nodiscard]] Result<ServerPlan> plan_server(const ServerCommand& command,
                                             const Environment& environment);

struct Keys {
  std::vector<cloud::Credentials> pairs;
  std::string first_profile;  ///< The section of the first pair; empty: it is in none.
};

/// The key pairs of a text in the form of ~/.aws/credentials. Error: `invalid_usage` if there is no
/// whole pair.
[[nodiscard]] Result<Keys> parse_keys(std::string_view text, const std::string& file);

}  // namespace durable::cli
