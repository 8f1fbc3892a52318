// SPDX-License-Identifier: Apache-2.0
//
// Runs requirements against the local server, started for it in this process, with a process for
// each function.
#pragma once

#include "server/server.h"

#include <durable/base/result.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "conformance/server_target.h"
#include "conformance/target.h"

namespace durable::conformance {

struct ServedOptions {
  /// The program that has the functions; the handler's name is added as its last argument.
  std::vector<std::string> command;
  /// Requirements that have to do with callbacks are run in real time all the same.
  bool skip_time = true;
};

/// Whether a requirement needs a server whose time is the real one: completing a callback takes
/// real time, which jumps over waits and time-outs would overtake.
[[nodiscard]] bool needs_real_time(const Requirement& requirement);

/// Two servers: one that skips waits, and one that does not.
///
/// Thread-safety: that of Target.
class ServedTarget final : public Target {
 public:
  /// Errors: those of the server; `storage` where no temporary folder can be made.
  [[nodiscard]] static Result<std::unique_ptr<ServedTarget>> open(ServedOptions options);
  ~ServedTarget() override;

  [[nodiscard]] std::string name() const override { return "server"; }
  [[nodiscard]] Result<bool> has(const Requirement& requirement) override;
  [[nodiscard]] Result<Observation> run(const Run& run) override;

 private:
  /// A server and what asks it. The server is destroyed last.
  struct Side {
    std::unique_ptr<server::Server> server;
    std::unique_ptr<ServerTarget> target;
  };

  ServedTarget() = default;
  [[nodiscard]] static Result<Side> open_side(const ServedOptions& options,
                                              const std::filesystem::path& marks,
                                              service::TimeMode time);
  [[nodiscard]] ServerTarget& target_for(const Requirement& requirement);

  std::filesystem::path marks_;  // where functions remember that they have crashed; removed
  Side skipping_;                // empty: all are run in real time
  Side real_;
};

}  // namespace durable::conformance
