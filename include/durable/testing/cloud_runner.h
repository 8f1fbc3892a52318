// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/testing/test_runner.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace durable {

namespace cloud {
class LambdaClient;
}

/// A call of the service failed, so that nothing can be said of the execution: no credentials, no
/// permission, no such function, no network. The text names the call, the cause and what to check.
class CloudCallError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Options of the cloud runner.
struct CloudRunnerOptions {
  /// How long `run` may take.
  Duration timeout = std::chrono::seconds{60};
  /// The function's region. Absent: that of the function's ARN, else AWS_REGION,
  /// AWS_DEFAULT_REGION, the profile's, `us-west-2`.
  std::optional<std::string> region = {};
  /// Where the service's API is. Absent: LAMBDA_ENDPOINT, AWS_ENDPOINT_URL_LAMBDA,
  /// AWS_ENDPOINT_URL, the profile's, else the region's own. Requests to an `http://` endpoint are
  /// signed only where AWS_ACCESS_KEY_ID is set.
  std::optional<std::string> endpoint = {};
  /// Between the first and the second look at an execution. Each pause is half as long again as the
  /// one before, up to `poll_interval_max`: the service's quota of reads is for the whole account.
  Duration poll_interval = std::chrono::milliseconds{100};
  Duration poll_interval_max = std::chrono::seconds{2};
  /// Receives warnings, a line each; empty: they are written to standard error.
  std::function<void(const std::string&)> on_warning = {};
  /// How a pause is made; empty: the thread sleeps.
  std::function<void(Duration)> pause = {};
  /// What timeouts are measured with; null: the machine's steady clock.
  std::shared_ptr<const Clock> clock = {};  // owners: this, the runner, and who made it
};

/// Runs a deployed durable function, on AWS Lambda or on a server that speaks its API, and reads
/// what happened from the execution's history.
///
/// Executions are started by Event invocations, so that a function may take longer than the 15
/// minutes that Lambda waits for an answer. The input and the result are therefore at most 1 MB. An
/// execution that the test leaves behind goes on until its own timeout.
///
/// All calls block. Besides what `DurableTestRunner` says, they throw `CloudCallError`.
/// Thread-safety: none.
class DurableFunctionCloudTestRunner final : public DurableTestRunner {
 public:
  /// `function_name`: name with version or alias, or the ARN: `MyFunction:$LATEST`. Throws
  /// `std::invalid_argument` for an empty name, and for settings that are wrong: a region, endpoint
  /// or proxy that is none.
  explicit DurableFunctionCloudTestRunner(std::string function_name);
  DurableFunctionCloudTestRunner(std::string function_name, CloudRunnerOptions options);
  /// As above, through a client that is there: `region` and `endpoint` are not looked at.
  DurableFunctionCloudTestRunner(std::string function_name, CloudRunnerOptions options,
                                 std::shared_ptr<cloud::LambdaClient> client);
  ~DurableFunctionCloudTestRunner() override;

  [[nodiscard]] RunnerMode mode() const noexcept override { return RunnerMode::cloud; }
  /// As DurableTestRunner says. A failed execution is also a warning: `Lambda function failed:
  /// ...`.
  DurableFunctionTestResult run_payload(std::optional<Payload> input,
                                        const RunOptions& options) override;
  /// Returns as soon as the service has accepted the execution.
  [[nodiscard]] std::string start(std::optional<Payload> input, const RunOptions& options) override;
  /// Also for an execution that something else started, where the service knows it.
  DurableFunctionTestResult wait_for_result(std::string_view execution_arn,
                                            RunOptions options = {}) override;
  /// Also for an execution that something else started, where the service knows it.
  [[nodiscard]] std::string wait_for_callback(std::string_view execution_arn, std::string_view name,
                                              CallbackLookup lookup = {}) override;
  void send_callback_success_payload(std::string_view callback_id,
                                     std::optional<Payload> result) override;
  void send_callback_failure(std::string_view callback_id, const ErrorObject& error) override;
  void send_callback_heartbeat(std::string_view callback_id) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable
