// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/handler.h>
#include <durable/testing/functions.h>
#include <durable/testing/result.h>
#include <durable/testing/schedule.h>
#include <durable/testing/scripts.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace durable {

class DurableFunctionTestRunner;
class Logger;
namespace detail {
class RunMonitor;
}

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

/// Which callback `wait_for_callback` looks for, besides its name.
struct CallbackLookup {
  /// Counts the callbacks of that name from 0, whatever became of them. Absent: the first that is
  /// not closed.
  std::optional<std::size_t> index = {};
  /// How long to wait in real time; absent: the runner's default.
  std::optional<Duration> timeout = {};
};

/// A callback was completed that waits no more or never was: it is completed, timed out, or its
/// execution is closed. The text begins as the service's answer does.
class CallbackClosedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
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

  /// Follows an execution until it has made the callback `name` and the invocation that made it has
  /// ended; returns the callback's id. `name`: the callback's name or path, or those of the
  /// `wait_for_callback` that it belongs to; empty: any callback.
  ///
  /// Throws `ResultLookupError`, with what is there, when the execution ends without it;
  /// `RunIncompleteError` when it gets stuck or is out of time; `std::invalid_argument` for an ARN
  /// not of this runner.
  [[nodiscard]] virtual std::string wait_for_callback(std::string_view execution_arn,
                                                      std::string_view name,
                                                      CallbackLookup lookup = {}) = 0;

  /// Completes a callback, as SendDurableExecutionCallbackSuccess does. Text is sent as it is, any
  /// other value as its JSON, a `Payload` as it is. Possible between the runner's calls, and from a
  /// step body, for example of the one that hands the id out.
  ///
  /// This and the three below throw `CallbackClosedError` for a callback that is closed or unknown,
  /// `std::invalid_argument` for what is no callback id, or what is too large.
  template <class T>
  void send_callback_success(std::string_view callback_id, const T& value) {
    send_callback_success_payload(callback_id, detail::to_callback_payload(value));
  }
  /// As above, without a result.
  void send_callback_success(std::string_view callback_id) {
    send_callback_success_payload(callback_id, std::nullopt);
  }
  /// As above, on a result that is serialized already; absent: none.
  virtual void send_callback_success_payload(std::string_view callback_id,
                                             std::optional<Payload> result) = 0;
  /// Fails a callback, as SendDurableExecutionCallbackFailure does.
  virtual void send_callback_failure(std::string_view callback_id, const ErrorObject& error) = 0;
  /// Says that the work behind a callback is alive. Without effect on a callback that has no
  /// heartbeat time-out.
  virtual void send_callback_heartbeat(std::string_view callback_id) = 0;

  /// This runner as the local one, for what only that can do: scripts, other functions, time.
  /// Throws `std::logic_error` in cloud mode; `mode()` tells which it is.
  [[nodiscard]] virtual DurableFunctionTestRunner& local();

 private:
  template <class Input>
  static std::optional<Payload> encode_input(const Input& input) {
    return detail::to_json_payload("the run's input", input);
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
  /// A run whose functions invoke each other more often than this ends as endless.
  std::uint32_t invoked_executions_max = 10'000;
  /// How long `run` may take in real time.
  Duration timeout = std::chrono::seconds{10};
  /// Where virtual time begins.
  Timestamp start_time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  /// Makes jitter, ids, request ids and the order in which offloaded bodies finish; the same seed
  /// gives the same run.
  std::uint64_t seed = 0;
  /// The name in the function's and the executions' ARNs.
  std::string function_name = "function";
  ServiceQuotas quotas = {};
  /// Receives the function's log lines; null drops them. Must outlive the runner.
  Logger* logger = nullptr;
  /// Called with each history event at the moment it happens, on the thread of the run; for
  /// progress displays.
  std::function<void(const wire::Event&)> on_event = {};
  /// What goes wrong in the runs of this runner; nothing by default. `explore_crashes` tries all
  /// that can.
  Schedule faults = {};
  /// Belongs to `explore_crashes`: it and the runner own it. Leave it null.
  std::shared_ptr<detail::RunMonitor> monitor = nullptr;
};

/// Options of a function that others invoke.
struct LocalFunctionOptions {
  /// How long an execution of it may last before it ends as TIMED_OUT. Absent: it may wait for
  /// ever.
  std::optional<Duration> execution_timeout = {};
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
  [[nodiscard]] std::string wait_for_callback(std::string_view execution_arn, std::string_view name,
                                              CallbackLookup lookup = {}) override;
  void send_callback_success_payload(std::string_view callback_id,
                                     std::optional<Payload> result) override;
  void send_callback_failure(std::string_view callback_id, const ErrorObject& error) override;
  void send_callback_heartbeat(std::string_view callback_id) override;
  [[nodiscard]] DurableFunctionTestRunner& local() override { return *this; }

  /// Makes a durable function that `ctx.invoke` can reach: each invoke is an execution of its own
  /// in this runner. `name`: `billing` for every version and alias, `billing:live` for this one
  /// alone. The runner's own function is there under `LocalRunnerOptions::function_name`. As in the
  /// service, the name in the call needs a version or alias. Throws `std::invalid_argument` when
  /// the name is taken or no name.
  void register_function(std::string_view name, Handler handler, LocalFunctionOptions options = {});

  /// Makes a plain function, one that is not durable, that `ctx.invoke` can reach. It is called
  /// when it is invoked, as `()`, `(const InvokeRequest&)`, `(const Payload& input)` or with its
  /// input read from JSON, and returns a value, nothing, or a `Payload`. What it throws is the
  /// invoke's failure. Otherwise as above.
  template <class F>
  void register_plain_function(std::string_view name, F&& function) {
    register_plain(name, detail::make_invoke_function(std::forward<F>(function)));
  }

  /// Says what becomes of callbacks, with no further code: see `CallbackScript`. `name`: as for
  /// `wait_for_callback`. Of several scripts that fit, the first counts that is not used up.
  [[nodiscard]] CallbackScript on_callback(std::string_view name);

  /// Says what becomes of invokes: see `InvokeScript`. `function`: its name, and its version or
  /// alias if only that is meant (`billing`, `billing:live`), or the name or path of the invoke.
  /// A script comes before a registered function.
  [[nodiscard]] InvokeScript on_invoke(std::string_view function);

  /// The scripts that served nothing so far and are not optional, in words.
  [[nodiscard]] std::vector<std::string> unused_scripts() const;
  /// Throws `UnusedScriptError` when there is one. DURABLE_TEST does it at the end of the test.
  void verify_scripts() const;

  /// What has happened in an execution so far, also in one that a function started by an invoke
  /// (`TestOperation::invoked_execution_arn`). Throws `std::invalid_argument` for an ARN not of
  /// this runner.
  [[nodiscard]] DurableFunctionTestResult snapshot(std::string_view execution_arn) const;

  /// The runner's time.
  [[nodiscard]] Timestamp now() const;
  /// Lets virtual time pass. From the test: all that becomes due meanwhile happens. From a step
  /// body, which so pretends to work for a while: time-outs and scripts of callbacks happen;
  /// everything that runs a function waits until the body has ended. From an offloaded body: only
  /// the clock moves; what such bodies ask for at the same time adds up. Throws `std::logic_error`
  /// when the runner uses real time, `std::invalid_argument` when `by` is negative.
  void advance_time(Duration by);

  /// Ends an execution from outside, as StopDurableExecution does. Throws `std::invalid_argument`
  /// for an ARN not of this runner.
  void stop(std::string_view execution_arn, std::optional<ErrorObject> error = {});

  /// Called from a step body: this invocation's process dies here. Nothing more of it is recorded,
  /// and Lambda's failure `Runtime.ExitError` is. Throws `std::logic_error` when no invocation is
  /// running.
  [[noreturn]] void crash_invocation();

 private:
  void register_plain(std::string_view name, detail::InvokeFunction function);

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable
