// SPDX-License-Identifier: Apache-2.0
//
// Runs requirements through an endpoint that speaks Lambda's API: the local server, or AWS.
#pragma once

#include "cloud/lambda_client.h"

#include <durable/base/result.h>
#include <durable/base/time.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "conformance/target.h"

namespace durable::conformance {

struct ServerTargetOptions {
  std::string endpoint;               ///< A URL.
  std::optional<std::string> region;  ///< Absent: as AWS tools find it.
  /// In real time, for one requirement; then it is given up and its execution stopped.
  Duration patience = std::chrono::minutes{2};
  /// Between the first two looks at an execution. Each pause is half as long again as the one
  /// before, up to `poll_interval_max`.
  Duration poll_interval = std::chrono::milliseconds{20};
  Duration poll_interval_max = std::chrono::milliseconds{500};
  /// How a pause is made; empty: the thread sleeps.
  std::function<void(Duration)> pause = {};
  /// What patience and delays are measured with; null: the machine's steady clock.
  std::shared_ptr<const Clock> clock = {};  // owners: this, the target, and who made it
};

/// A requirement's function is `deployed_name` of its id, invoked as `$LATEST`. Delays of callback
/// actions pass in real time.
///
/// Thread-safety: that of Target.
class ServerTarget final : public Target {
 public:
  /// Sends nothing. Requests to an `http://` endpoint are signed only where AWS_ACCESS_KEY_ID is
  /// set. Errors: `invalid_usage` for an endpoint or a setting that is none.
  [[nodiscard]] static Result<std::unique_ptr<ServerTarget>> connect(ServerTargetOptions options);

  ServerTarget(ServerTargetOptions options, std::shared_ptr<cloud::LambdaClient> client);

  [[nodiscard]] std::string name() const override { return options_.endpoint; }
  [[nodiscard]] Result<bool> has(const Requirement& requirement) override;
  [[nodiscard]] Result<Observation> run(const Run& run) override;

 private:
  [[nodiscard]] Result<std::string> start(const Run& run);

  ServerTargetOptions options_;
  const std::shared_ptr<cloud::LambdaClient> client_;  // owners: this, and who made it
};

}  // namespace durable::conformance
