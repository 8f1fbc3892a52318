// SPDX-License-Identifier: Apache-2.0
#include "engine/view.h"
#include "testing/local_service.h"
#include "testing/print.h"

#include <durable/base/random.h>
#include <durable/sdk/invocation.h>
#include <durable/testing/test_runner.h>
#include <durable/wire/names.h>

#include <array>
#include <cstdio>
#include <map>
#include <utility>
#include <vector>

namespace durable {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::string_view region = "us-east-1";
constexpr std::string_view account = "123456789012";
constexpr std::size_t named_operations_max = 10;

/// 16 hexadecimal digits.
std::string hex(std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; value >>= 4U) text[i] = digits[value & 15U];
  return text;
}

std::string seconds(std::chrono::duration<double> time, int decimals) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, time.count());
  return text.data();
}

engine::Settings settings_of(const ServiceQuotas& quotas) {
  engine::Settings settings;
  if (!quotas.enforced) settings.limits = engine::Limits::unlimited();
  engine::Limits& limits = settings.limits;
  if (quotas.operations_max) {
    if (*quotas.operations_max > std::numeric_limits<std::uint32_t>::max()) {
      throw std::invalid_argument("quotas.operations_max: expected at most 4294967295, found " +
                                  std::to_string(*quotas.operations_max));
    }
    limits.operations_max = static_cast<std::uint32_t>(*quotas.operations_max);
  }
  if (quotas.stored_bytes_max) limits.stored_bytes_max = *quotas.stored_bytes_max;
  if (quotas.payload_bytes_max) limits.payload_bytes_max = *quotas.payload_bytes_max;
  if (quotas.state_page_bytes_max) limits.state_page_bytes_max = *quotas.state_page_bytes_max;
  return settings;
}

void require_name(std::string_view what, std::string_view name, std::size_t size_max) {
  bool good = !name.empty() && name.size() <= size_max;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    good = good && (letter || (c >= '0' && c <= '9') || c == '-' || c == '_');
  }
  if (good) return;
  throw std::invalid_argument(std::string(what) + ": expected 1 to " + std::to_string(size_max) +
                              " of letters, digits, '-' and '_', found \"" + std::string(name) +
                              "\"");
}

/// What a test can do about an operation that keeps its execution waiting.
std::string_view advice(OperationType type) {
  switch (type) {
    case OperationType::callback:
      return "nobody completes it";
    case OperationType::chained_invoke:
      return "no function answers it";
    default:
      return "nothing makes it due";
  }
}

/// The operations that only something outside can move on, for the message of a run that is stuck.
std::string list_waiting(const detail::RunRecord& record) {
  std::string text;
  std::size_t found = 0;
  const auto& operations = record.operations();
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const wire::Operation& operation = operations[i];
    if (wire::is_terminal(operation.status) || operation.type == OperationType::context) continue;
    if (++found > named_operations_max) continue;
    text += "\n  " + std::string(wire::to_string(operation.type)) + " \"" + record.path(i) +
            "\" (id " + operation.id + ", " + std::string(wire::to_string(operation.status)) +
            "): " + std::string(advice(operation.type));
  }
  if (found > named_operations_max) {
    text += "\n  ... and " + std::to_string(found - named_operations_max) + " more";
  }
  return text.empty() ? "\n  (no open operation)" : text;
}

}  // namespace

class DurableFunctionTestRunner::Impl {
 public:
  Impl(Handler handler, LocalRunnerOptions options)
      : handler_(std::move(handler)),
        options_(std::move(options)),
        settings_(settings_of(options_.quotas)),
        random_(options_.seed),
        clock_(make_clock(options_)),
        service_(*clock_, options_.on_event),
        function_arn_("arn:aws:lambda:" + std::string(region) + ":" + std::string(account) +
                      ":function:" + options_.function_name + ":$LATEST") {
    require_name("function_name", options_.function_name, 64);
    if (options_.invocation_timeout < std::chrono::seconds{1}) {
      throw std::invalid_argument("invocation_timeout: expected at least 1s, found " +
                                  format_duration(options_.invocation_timeout));
    }
  }

  DurableFunctionTestResult run(std::optional<Payload> input, const RunOptions& run_options);
  std::string start(std::optional<Payload> input, const RunOptions& run_options);
  DurableFunctionTestResult wait_for_result(std::string_view arn, const RunOptions& run_options);
  [[nodiscard]] DurableFunctionTestResult snapshot(std::string_view arn) const {
    return result_of(find(arn));
  }
  [[nodiscard]] Timestamp now() const { return clock_->now(); }
  void advance_time(Duration by);
  void stop(std::string_view arn, std::optional<ErrorObject> error);
  [[noreturn]] void crash_invocation();

 private:
  using ExecutionPtr = std::shared_ptr<LocalExecution>;
  enum class Until { end, time_would_pass };

  /// Counts the real time of one call, for its limit and for messages.
  struct Stopwatch {
    Duration timeout;
    SteadyTime begin = std::chrono::steady_clock::now();
    [[nodiscard]] SteadyTime limit() const { return begin + timeout; }
    [[nodiscard]] std::chrono::duration<double> elapsed() const {
      return std::chrono::steady_clock::now() - begin;
    }
  };

  static std::unique_ptr<RunnerClock> make_clock(const LocalRunnerOptions& options) {
    if (!options.skip_time) return std::make_unique<RealClock>();
    return std::make_unique<VirtualClock>(options.start_time);
  }

  [[nodiscard]] const ExecutionPtr& find(std::string_view arn) const;
  /// The execution that a test named `name`; null if there is none. Throws if its input was
  /// another.
  [[nodiscard]] ExecutionPtr find_named(const std::string& name,
                                        const std::optional<Payload>& input) const;
  [[nodiscard]] ExecutionPtr find_or_begin(std::optional<Payload> input,
                                           const RunOptions& run_options);
  /// Makes an execution known by its ARN.
  void keep(const ExecutionPtr& execution) {
    executions_.try_emplace(execution->state.arn(), execution);
  }
  [[nodiscard]] DurableFunctionTestResult result_of(const ExecutionPtr& execution) const {
    return DurableFunctionTestResult(service_.record(execution));
  }
  void drive(const ExecutionPtr& execution, Until until, const Stopwatch& stopwatch);
  [[nodiscard]] std::optional<Timestamp> next_due(const engine::Execution& state) const;
  void invoke(LocalExecution& execution);
  void require_applied(LocalExecution& execution, const engine::Command& command);
  [[noreturn]] void give_up(const ExecutionPtr& execution, const Stopwatch& stopwatch,
                            const std::string& why) const;

  Handler handler_;
  LocalRunnerOptions options_;
  engine::Settings settings_;
  Random random_;
  std::unique_ptr<RunnerClock> clock_;
  LocalService service_;
  std::string function_arn_;
  std::map<std::string_view, ExecutionPtr> executions_;  // by ARN, which the execution owns
  std::map<std::string, ExecutionPtr> named_;            // by the name that the test gave
  KillSwitch* running_ = nullptr;                        // of the invocation that runs now
  std::string running_request_id_;
};

DurableFunctionTestRunner::Impl::ExecutionPtr DurableFunctionTestRunner::Impl::find_named(
    const std::string& name, const std::optional<Payload>& input) const {
  const auto known = named_.find(name);
  if (known == named_.end()) return nullptr;
  const engine::ExecutionInfo& info = known->second->state.info();
  if (info.input == input) return known->second;
  throw std::invalid_argument(
      "DurableExecutionAlreadyStartedException: Execution already started: " + info.arn +
      " with another input; use another execution_name");
}

DurableFunctionTestRunner::Impl::ExecutionPtr DurableFunctionTestRunner::Impl::find_or_begin(
    std::optional<Payload> input, const RunOptions& run_options) {
  engine::StartExecution command;
  if (run_options.execution_name) {
    require_name("execution_name", *run_options.execution_name, 64);
    // As the service: the same name with the same input is the same execution, whatever became of
    // it.
    if (auto known = find_named(*run_options.execution_name, input)) return known;
    command.name = *run_options.execution_name;
  } else {
    command.name = hex(random_.next());
  }
  command.function_arn = function_arn_;
  command.version = "$LATEST";
  command.arn.reserve(function_arn_.size() + command.name.size() + 40);
  command.arn.append(function_arn_).append("/durable-execution/").append(command.name);
  command.arn.append("/").append(hex(random_.next()));
  command.input = std::move(input);
  if (options_.execution_timeout) command.execution_timeout = *options_.execution_timeout;
  command.token_secret = random_.next();
  command.settings = settings_;

  auto execution = std::make_shared<LocalExecution>();
  const Result<void> started = service_.apply(*execution, std::move(command));
  if (!started) {
    throw std::invalid_argument("the execution cannot start: " + started.error().message);
  }
  if (run_options.execution_name) {
    named_.emplace(*run_options.execution_name, execution);
    keep(execution);
  }
  return execution;
}

DurableFunctionTestResult DurableFunctionTestRunner::Impl::run(std::optional<Payload> input,
                                                               const RunOptions& run_options) {
  const ExecutionPtr execution = find_or_begin(std::move(input), run_options);
  const Stopwatch stopwatch{run_options.timeout.value_or(options_.timeout)};
  try {
    drive(execution, Until::end, stopwatch);
  } catch (const RunIncompleteError&) {
    keep(execution);  // It may go on: the error's result names it.
    throw;
  }
  return result_of(execution);
}

std::string DurableFunctionTestRunner::Impl::start(std::optional<Payload> input,
                                                   const RunOptions& run_options) {
  const ExecutionPtr execution = find_or_begin(std::move(input), run_options);
  keep(execution);
  drive(execution, Until::time_would_pass,
        Stopwatch{run_options.timeout.value_or(options_.timeout)});
  return std::string(execution->state.arn());
}

DurableFunctionTestResult DurableFunctionTestRunner::Impl::wait_for_result(
    std::string_view arn, const RunOptions& run_options) {
  const ExecutionPtr execution = find(arn);
  drive(execution, Until::end, Stopwatch{run_options.timeout.value_or(options_.timeout)});
  return result_of(execution);
}

const DurableFunctionTestRunner::Impl::ExecutionPtr& DurableFunctionTestRunner::Impl::find(
    std::string_view arn) const {
  const auto found = executions_.find(arn);
  if (found == executions_.end()) {
    throw std::invalid_argument(
        "expected the ARN of an execution that this runner started, found \"" + std::string(arn) +
        "\"");
  }
  return found->second;
}

std::optional<Timestamp> DurableFunctionTestRunner::Impl::next_due(
    const engine::Execution& state) const {
  std::optional<Timestamp> next = state.invocation_wanted_at();
  const auto consider = [&next](std::optional<Timestamp> other) {
    if (other && (!next || *other < *next)) next = other;
  };
  consider(state.next_timer());
  // Without a time-out of the test's own, waiting for nothing is a bug to report, not a year to
  // skip. With something else to wait for, the service's own maximum holds as it does there.
  if (options_.execution_timeout || next) consider(state.execution_deadline());
  return next;
}

void DurableFunctionTestRunner::Impl::drive(const ExecutionPtr& execution, Until until,
                                            const Stopwatch& stopwatch) {
  const engine::Execution& state = execution->state;
  while (state.running()) {
    const std::optional<Timestamp> next = next_due(state);
    if (!next || *next > clock_->now()) {
      if (until == Until::time_would_pass) return;
      if (!next) {
        give_up(execution, stopwatch,
                "it is stuck: nothing is running and nothing will become due. It waits for:" +
                    list_waiting(*service_.record(execution)));
      }
      clock_->pass_until(*next, stopwatch.limit());
    }
    if (std::chrono::steady_clock::now() >= stopwatch.limit()) {
      give_up(execution, stopwatch,
              "it is out of real time; `timeout` in the run's options sets how much it has. "
              "Open operations:" +
                  list_waiting(*service_.record(execution)));
    }
    const Timestamp now = clock_->now();
    if (const auto deadline = state.next_deadline(); deadline && *deadline <= now) {
      require_applied(*execution, engine::Tick{});
    }
    const std::optional<Timestamp> wanted = state.invocation_wanted_at();
    if (!wanted || *wanted > clock_->now()) continue;
    if (state.invocation_count() >= options_.invocations_max) {
      give_up(execution, stopwatch,
              "it is endless: it has used its " + std::to_string(options_.invocations_max) +
                  " invocations (LocalRunnerOptions::invocations_max) and wants another");
    }
    invoke(*execution);
  }
}

void DurableFunctionTestRunner::Impl::invoke(LocalExecution& execution) {
  const std::string request_id = hex(random_.next());
  require_applied(execution, engine::StartInvocation{request_id});

  KillSwitch kill_switch;
  LocalClient client(service_, execution, *clock_, kill_switch,
                     clock_->now() + options_.invocation_timeout);
  InvocationEnvironment environment;
  environment.request_id = request_id;
  environment.clock = clock_.get();
  environment.logger = options_.logger;
  environment.random_seed = random_.next();
  environment.kill_switch = &kill_switch;

  // A step body may run another execution of this runner; the outer invocation goes on after it.
  KillSwitch* const outer = std::exchange(running_, &kill_switch);
  const std::string outer_request_id = std::exchange(running_request_id_, request_id);
  InvocationOutcome outcome =
      run_invocation(handler_, engine::invocation_input(execution.state), client, environment);
  running_ = outer;
  running_request_id_ = outer_request_id;

  engine::EndInvocation end{request_id, {}};
  if (auto* output = std::get_if<wire::InvocationOutput>(&outcome)) {
    end.outcome = std::move(*output);
  } else {
    end.outcome = std::move(std::get_if<InvocationFailure>(&outcome)->error);
  }
  require_applied(execution, end);
}

void DurableFunctionTestRunner::Impl::require_applied(LocalExecution& execution,
                                                      const engine::Command& command) {
  const Result<void> applied = service_.apply(execution, command);
  if (!applied) {
    throw std::logic_error("the local runner broke the engine's protocol: " +
                           applied.error().message);
  }
}

void DurableFunctionTestRunner::Impl::give_up(const ExecutionPtr& execution,
                                              const Stopwatch& stopwatch,
                                              const std::string& why) const {
  std::string status(wire::to_string(execution->state.status()));
  throw RunIncompleteError("Execution did not complete within " + seconds(stopwatch.timeout, 0) +
                               "s (elapsed: " + seconds(stopwatch.elapsed(), 1) +
                               "s, last status: " + status + "): " + why,
                           result_of(execution));
}

void DurableFunctionTestRunner::Impl::advance_time(Duration by) {
  if (!options_.skip_time) {
    throw std::logic_error(
        "advance_time moves virtual time; this runner uses real time (skip_time = false)");
  }
  if (by < Duration::zero()) {
    throw std::invalid_argument("advance_time: expected a duration of 0 or more, found " +
                                format_duration(by));
  }
  clock_->pass_until(clock_->now() + by, SteadyTime::max());
}

void DurableFunctionTestRunner::Impl::stop(std::string_view arn, std::optional<ErrorObject> error) {
  engine::Stop command;
  if (error) command.error = *std::move(error);
  require_applied(*find(arn), command);
}

void DurableFunctionTestRunner::Impl::crash_invocation() {
  if (running_ == nullptr) {
    throw std::logic_error(
        "crash_invocation: expected to be called from a step body, found no running invocation");
  }
  running_->kill_here(crashed_error(running_request_id_));
}

DurableFunctionTestRunner::DurableFunctionTestRunner(Handler handler)
    : DurableFunctionTestRunner(std::move(handler), LocalRunnerOptions{}) {}
DurableFunctionTestRunner::DurableFunctionTestRunner(Handler handler, LocalRunnerOptions options)
    : impl_(std::make_unique<Impl>(std::move(handler), std::move(options))) {}
DurableFunctionTestRunner::~DurableFunctionTestRunner() = default;

DurableFunctionTestResult DurableFunctionTestRunner::run_payload(std::optional<Payload> input,
                                                                 const RunOptions& options) {
  return impl_->run(std::move(input), options);
}
std::string DurableFunctionTestRunner::start(std::optional<Payload> input,
                                             const RunOptions& options) {
  return impl_->start(std::move(input), options);
}
DurableFunctionTestResult DurableFunctionTestRunner::wait_for_result(std::string_view execution_arn,
                                                                     RunOptions options) {
  return impl_->wait_for_result(execution_arn, options);
}
DurableFunctionTestResult DurableFunctionTestRunner::snapshot(
    std::string_view execution_arn) const {
  return impl_->snapshot(execution_arn);
}
Timestamp DurableFunctionTestRunner::now() const { return impl_->now(); }
void DurableFunctionTestRunner::advance_time(Duration by) { impl_->advance_time(by); }
void DurableFunctionTestRunner::stop(std::string_view execution_arn,
                                     std::optional<ErrorObject> error) {
  impl_->stop(execution_arn, std::move(error));
}
void DurableFunctionTestRunner::crash_invocation() { impl_->crash_invocation(); }

}  // namespace durable
