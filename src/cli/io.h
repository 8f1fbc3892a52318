// SPDX-License-Identifier: Apache-2.0
//
// The world outside a command: streams, time, environment, network. Tests have their own.
#pragma once

#include "cli/options.h"
#include "cli/replay/outcome.h"
#include "cloud/caller.h"
#include "cloud/settings.h"
#include "http/transport.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <cstddef>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace durable::cli {

/// Where a terminal is, and how large.
struct Screen {
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::size_t columns = 80;
  std::size_t rows = 24;
};

class Session;

using Environment = std::function<std::optional<std::string>(std::string_view)>;

/// What requests are signed with, and where they go if nothing else says so.
struct SignerRequest {
  std::string endpoint;
  std::string region;   ///< Empty: from the environment and the profile.
  std::string profile;  ///< Empty: from the environment.
  bool is_local = false;
};

class ReplayRecord;

/// What AWS's own variables and the profile say of where Lambda's API is; the text is empty for the
/// environment's profile.
using ConfiguredEndpoint =
    std::function<Result<std::optional<cloud::NamedEndpoint>>(const std::string& profile)>;

struct World {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Screen screen;
  Environment environment;
  const Clock& clock;
  std::function<void(Duration)> pause;
  /// How far local time is ahead of UTC at a time.
  std::function<Duration(Timestamp)> zone_offset;
  std::shared_ptr<http::Transport> transport;  // owners: this, and clients
  std::function<Result<std::shared_ptr<cloud::Signer>>(const SignerRequest&)> make_signer;
  ConfiguredEndpoint configured_endpoint;
  /// Runs the local server until it is told to end; gives the exit code.
  std::function<Result<int>(const ServerCommand&, World&)> serve = {};
  /// Replays a record, of the execution with this ARN, with the process that the command names.
  std::function<Result<ProcessReplay>(const ReplayCommand&, const ReplayRecord&, const std::string&,
                                      World&)>
      replay = {};
  /// Runs the requirements of conformance; gives the exit code.
  std::function<Result<int>(const ConformanceCommand&, Session&)> conform = {};
  // What is under the two streams above, for output that must not wait for its reader.
  int out_file = 1;
  int err_file = 2;
  /// False: whoever read `out` has gone.
  std::function<bool()> out_has_reader = [] { return true; };
};

}  // namespace durable::cli
