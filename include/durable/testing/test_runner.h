// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/handler.h>
#include <durable/testing/result.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace durable {

class Logger;

/// Where a test's function runs.
enum class RunnerMode : std::uint8_t {
  local,  ///< In the test process, in memory, on virtual time.
  cloud,  ///< As a deployed Lambda function.
};

/// Options of one run.
struct RunOptions {
  /// How long the run may take in real time; absent: the runner's default (local 10 s).
  std::optional<Duration> timeout = {};
  /// The execution's name, 1 to 64 of letters, digits, `-` and `_`; absent: one is made.
  std::optional<std::string> execution_name = {};
};

/// A run did not reach its end: it is stuck, endless, or out of time. The text says which, and what
/// it waits for.
class RunIncompleteError : public std::runtime_error {
 public:
  RunIncompleteError(const std::string& what, DurableFunctionTestResult result)
      : std::runtime_error(what), result_(std::move(result)) {}

  /// What had happened until then.
  [[nodiscard]] const DurableFunctionTestResult& result() const noexcept { return result_; }

 private:
  DurableFunctionTestResult result_;
};

/// The runner as a test sees it, whatever the mode.
///
/// Inputs are serialized as JSON; a function that takes no input ignores it.
/// Thread-safety: none; one runner belongs to one test.
class DurableTestRunner {
 public:
  DurableTestRunner() = default;
  DurableTestRunner(const DurableTestRunner&) = delete;
  DurableTestRunner& operator=(const DurableTestRunner&) = delete;
  virtual ~DurableTestRunner() = default;

  [[nodiscard]] virtual RunnerMode mode() const noexcept = 0;

  /// Starts an execution and follows it to its end. A failed execution is a result, not an
  /// exception. Throws `RunIncompleteError` when it does not come to an end,
  /// `std::invalid_argument` on a bad input or name.
  template <class Input>
  DurableFunctionTestResult run(const Input& input, RunOptions options = {}) {
    return run_payload(encode_input(input), options);
  }
  /// As above, without an input.
  DurableFunctionTestResult run() { return run_payload(std::nullopt, {}); }
  /// As above, on a payload that is serialized already.
  virtual DurableFunctionTestResult run_payload(std::optional<Payload> input,
                                                const RunOptions& options) = 0;

  /// Starts an execution, lets it go as far as it gets without time passing, and returns its ARN.
  template <class Input>
  [[nodiscard]] std::string run_async(const Input& input, RunOptions options = {}) {
    return start(encode_input(input), options);
  }
  [[nodiscard]] std::string run_async() { return start(std::nullopt, {}); }

  /// Starts an execution on a payload that is serialized already, and returns its ARN.
  [[nodiscard]] virtual std::string start(std::optional<Payload> input,
                                          const RunOptions& options) = 0;

  /// Follows an execution to its end. Throws as `run`, and `std::invalid_argument` for an ARN not
  /// of this runner.
  virtual DurableFunctionTestResult wait_for_result(std::string_view execution_arn,
                                                    RunOptions options = {}) = 0;

 private:
  template <class Input>
  static Payload encode_input(const Input& input) {
    using Value = std::decay_t<const Input&>;  // text in quotes becomes const char*
    static_assert(json::is_encodable<Value>,
                  "this input type has no JSON form: use a plain aggregate or a std type, or pass "
                  "serialized text to start()");
    Result<std::string> text = json::encode<Value>(input);
    if (!text) {
      throw std::invalid_argument("the run's input cannot be serialized: " + text.error().message);
    }
    return Payload(*std::move(text));
  }
};

/// The service's quotas as the local runner enforces them. Each absent one has the service's
/// documented value.
struct ServiceQuotas {
  /// False switches all quotas and size limits off: for benchmarks of scale.
  bool enforced = true;
  std::optional<std::uint64_t> operations_max = {};    ///< Per execution; the service allows 3,000.
  std::optional<std::uint64_t> stored_bytes_max = {};  ///< Payload bytes per execution; 100 MB.
  std::optional<std::uint64_t> payload_bytes_max = {};  ///< Of one operation; 1 MiB.
  /// Of the recorded operations that come with an invocation's event; the SDK fetches the rest. Our
  /// choice: 5 MiB.
  std::optional<std::uint64_t> state_page_bytes_max = {};
};

/// Options of the local runner.
struct LocalRunnerOptions {
  /// True: time is virtual and jumps over waits. False: waits take their real time.
  bool skip_time = true;
  /// How long an execution may last before it ends as TIMED_OUT. Absent: it may wait for ever, so
  /// that a run which waits for something that cannot come is reported as stuck at once instead of
  /// as timed out.
  std::optional<Duration> execution_timeout = {};
  /// How long one invocation may last; beyond it, it is cut off and retried as Lambda does.
  Duration invocation_timeout = std::chrono::minutes{15};
  /// A run that needs more invocations than this ends as endless.
  std::uint32_t invocations_max = 1'000;
  /// How long `run` may take in real time.
  Duration timeout = std::chrono::seconds{10};
  /// Where virtual time begins.
  Timestamp start_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  /// Makes jitter, ids and request ids; the same seed gives the same run.
  std::uint64_t seed = 0;
  /// The name in the function's and the executions' ARNs.
  std::string function_name = "function";
  ServiceQuotas quotas = {};
  /// Receives the function's log lines; null drops them. Must outlive the runner.
  Logger* logger = nullptr;
  /// Called with each history event at the moment it happens, on the thread of the run; for
  /// progress displays.
  std::function<void(const wire::Event&)> on_event = {};
};

/// Runs durable functions in this process, against the same engine that the local server uses, on a
/// clock of its own: thirty days take no time.
///
/// A run is a function of handler, input and seed, so a failure repeats. Each invocation is a fresh
/// run of the handler over the recorded state, as in Lambda. Thread-safety: none. Executions of one
/// runner share its virtual time.
class DurableFunctionTestRunner final : public DurableTestRunner {
 public:
  explicit DurableFunctionTestRunner(Handler handler);
  DurableFunctionTestRunner(Handler handler, LocalRunnerOptions options);
  ~DurableFunctionTestRunner() override;

  [[nodiscard]] RunnerMode mode() const noexcept override { return RunnerMode::local; }
  /// An execution that came to its end here, and that was given no name, is kept by its result
  /// alone.
  DurableFunctionTestResult run_payload(std::optional<Payload> input,
                                        const RunOptions& options) override;
  [[nodiscard]] std::string start(std::optional<Payload> input, const RunOptions& options) override;
  DurableFunctionTestResult wait_for_result(std::string_view execution_arn,
                                            RunOptions options = {}) override;

  /// What has happened in an execution so far. Throws `std::invalid_argument` for an ARN not of
  /// this runner.
  [[nodiscard]] DurableFunctionTestResult snapshot(std::string_view execution_arn) const;

  /// The runner's time.
  [[nodiscard]] Timestamp now() const;
  /// Moves virtual time on, from the test or from a step body that pretends to work for a while.
  /// Throws `std::logic_error` when the runner uses real time, `std::invalid_argument` when `by` is
  /// negative.
  void advance_time(Duration by);

  /// Ends an execution from outside, as StopDurableExecution does. Throws `std::invalid_argument`
  /// for an ARN not of this runner.
  void stop(std::string_view execution_arn, std::optional<ErrorObject> error = {});

  /// Called from a step body: this invocation's process dies here. Nothing more of it is recorded,
  /// and Lambda's failure `Runtime.ExitError` is. Throws `std::logic_error` when no invocation is
  /// running.
  [[noreturn]] void crash_invocation();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable
