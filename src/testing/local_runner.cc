// SPDX-License-Identifier: Apache-2.0
#include "engine/token.h"
#include "testing/local_host.h"
#include "testing/operation_names.h"
#include "testing/print.h"

#include <durable/testing/test_runner.h>
#include <durable/wire/names.h>

#include <map>
#include <utility>

namespace durable {

class DurableFunctionTestRunner::Impl {
 public:
  Impl(Handler handler, LocalRunnerOptions options)
      : host_(std::move(handler), std::move(options)) {}

  DurableFunctionTestResult run(std::optional<Payload> input, const RunOptions& run_options);
  std::string start(std::optional<Payload> input, const RunOptions& run_options);
  DurableFunctionTestResult wait_for_result(std::string_view arn, const RunOptions& run_options);
  std::string wait_for_callback(std::string_view arn, std::string_view name,
                                const CallbackLookup& lookup);
  template <class Command>
  void send_callback(Command command);
  [[nodiscard]] DurableFunctionTestResult snapshot(std::string_view arn) const {
    require_function_thread("snapshot");
    return result_of(find(arn));
  }
  void advance_time(Duration by);
  void stop(std::string_view arn, std::optional<ErrorObject> error);
  [[nodiscard]] LocalHost& host() noexcept { return host_; }
  [[nodiscard]] const LocalHost& host() const noexcept { return host_; }

 private:
  /// The runner's world is changed by one thread: an offloaded body on another must not.
  void require_function_thread(std::string_view call) const;
  [[nodiscard]] ExecutionPtr find(std::string_view arn) const;
  /// The execution that a test named `name`; null if there is none. Throws if its input was
  /// another.
  [[nodiscard]] ExecutionPtr find_named(const std::string& name,
                                        const std::optional<Payload>& input) const;
  [[nodiscard]] ExecutionPtr find_or_begin(std::optional<Payload> input,
                                           const RunOptions& run_options);
  [[nodiscard]] Stopwatch stopwatch(std::optional<Duration> timeout) const {
    return {timeout.value_or(host_.options().timeout)};
  }
  [[nodiscard]] DurableFunctionTestResult result_of(const ExecutionPtr& execution) const {
    return DurableFunctionTestResult(host_.service().record(execution));
  }
  void drive_to_end(const ExecutionPtr& execution, const RunOptions& run_options);
  [[noreturn]] void throw_closed(const Error& error, const engine::CallbackAddress& address,
                                 const ExecutionPtr& execution) const;

  LocalHost host_;
  std::map<std::string, ExecutionPtr> named_;  // by the name that the test gave
};

void DurableFunctionTestRunner::Impl::require_function_thread(std::string_view call) const {
  if (!host_.on_worker_thread()) return;
  throw std::logic_error(std::string(call) +
                         ": an offloaded body cannot call this while its function goes on; call it "
                         "from a body that is not offloaded");
}

ExecutionPtr DurableFunctionTestRunner::Impl::find_named(
    const std::string& name, const std::optional<Payload>& input) const {
  const auto known = named_.find(name);
  if (known == named_.end()) return nullptr;
  const engine::ExecutionInfo& info = known->second->state.info();
  if (info.input == input) return known->second;
  throw std::invalid_argument(
      "DurableExecutionAlreadyStartedException: Execution already started: " + info.arn +
      " with another input; use another execution_name");
}

ExecutionPtr DurableFunctionTestRunner::Impl::find_or_begin(std::optional<Payload> input,
                                                            const RunOptions& run_options) {
  if (!run_options.execution_name) return host_.begin("", std::move(input));
  require_name("execution_name", *run_options.execution_name, 64);
  // As the service: the same name with the same input is the same execution, whatever became of it.
  if (auto known = find_named(*run_options.execution_name, input)) return known;
  ExecutionPtr execution = host_.begin(*run_options.execution_name, std::move(input));
  named_.emplace(*run_options.execution_name, execution);
  host_.keep(execution);
  return execution;
}

void DurableFunctionTestRunner::Impl::drive_to_end(const ExecutionPtr& execution,
                                                   const RunOptions& run_options) {
  host_.drive({.target = execution, .reached = [&] { return !execution->state.running(); }},
              stopwatch(run_options.timeout));
}

DurableFunctionTestResult DurableFunctionTestRunner::Impl::run(std::optional<Payload> input,
                                                               const RunOptions& run_options) {
  require_function_thread("run");
  const ExecutionPtr execution = find_or_begin(std::move(input), run_options);
  const LocalHost::Followed followed(host_, execution);
  try {
    drive_to_end(execution, run_options);
  } catch (const RunIncompleteError&) {
    host_.keep(execution);  // It may go on: the error's result names it.
    throw;
  }
  return result_of(execution);
}

std::string DurableFunctionTestRunner::Impl::start(std::optional<Payload> input,
                                                   const RunOptions& run_options) {
  require_function_thread("run_async");
  const ExecutionPtr execution = find_or_begin(std::move(input), run_options);
  host_.keep(execution);
  host_.drive({.target = execution, .until = host_.now()}, stopwatch(run_options.timeout));
  return std::string(execution->state.arn());
}

DurableFunctionTestResult DurableFunctionTestRunner::Impl::wait_for_result(
    std::string_view arn, const RunOptions& run_options) {
  require_function_thread("wait_for_result");
  const ExecutionPtr execution = find(arn);
  drive_to_end(execution, run_options);
  return result_of(execution);
}

ExecutionPtr DurableFunctionTestRunner::Impl::find(std::string_view arn) const {
  ExecutionPtr found = host_.find(arn);
  if (found != nullptr) return found;
  throw std::invalid_argument(
      "expected the ARN of an execution that this runner started, found \"" + std::string(arn) +
      "\"");
}

std::string DurableFunctionTestRunner::Impl::wait_for_callback(std::string_view arn,
                                                               std::string_view name,
                                                               const CallbackLookup& lookup) {
  require_function_thread("wait_for_callback");
  const ExecutionPtr execution = find(arn);
  const engine::Execution& state = execution->state;
  std::size_t looked_at = 0;
  std::size_t seen = 0;
  engine::OperationNumber found = 0;
  const auto look = [&] {
    for (; found == 0 && looked_at < execution->callbacks.size(); ++looked_at) {
      const engine::OperationNumber number = execution->callbacks[looked_at];
      if (!name.empty() && !names_callback(state, number, name)) continue;
      const bool wanted = lookup.index ? *lookup.index == seen : state.operation(number).open();
      ++seen;
      if (wanted) found = number;
    }
    return found != 0 || !state.running();
  };
  const std::string awaited = "Callback " +
                              (name.empty() ? std::string() : '"' + std::string(name) + "\" ") +
                              "did not appear";
  Stopwatch watch = stopwatch(lookup.timeout);
  watch.awaited = awaited;
  host_.drive({.target = execution, .reached = look}, watch);
  if (found == 0) {
    throw ResultLookupError(
        awaited + ": the execution ended " + std::string(wire::to_string(state.status())) +
        " with " + std::to_string(seen) + " callbacks of that name" +
        (lookup.index ? "" : ", all of them closed") + ".\n" + result_of(execution).to_string());
  }
  return engine::make_callback_id(state.info(), state.operation(found).info->id());
}

void DurableFunctionTestRunner::Impl::throw_closed(const Error& error,
                                                   const engine::CallbackAddress& address,
                                                   const ExecutionPtr& execution) const {
  std::string text(error_info(error.code).name);
  text += ": " + error.message;
  const auto number =
      execution == nullptr ? std::nullopt : execution->state.find(address.operation_id);
  if (!number) {
    text += " (this runner knows no callback with this id)";
  } else {
    const engine::Execution& state = execution->state;
    text += " (callback \"" + operation_path(state, *number) + "\" is " +
            std::string(wire::to_string(state.operation(*number).status)) + ", its execution is " +
            std::string(wire::to_string(state.status())) + ")";
  }
  throw CallbackClosedError(text);
}

template <class Command>
void DurableFunctionTestRunner::Impl::send_callback(Command command) {
  require_function_thread("send_callback");
  const auto refuse = [](const Error& error) {
    throw std::invalid_argument(std::string(error_info(error.code).name) + ": " + error.message);
  };
  const Result<engine::CallbackAddress> address = engine::read_callback_id(command.callback_id);
  if (!address) return refuse(address.error());
  const ExecutionPtr execution = host_.find(address->arn);
  Result<void> done =
      Error{ErrorCode::callback_closed, "The callback is either timed out or already completed"};
  if (execution != nullptr) done = host_.deliver(execution, command);
  if (done) return;
  if (done.error().code != ErrorCode::callback_closed) return refuse(done.error());
  throw_closed(done.error(), *address, execution);
}

void DurableFunctionTestRunner::Impl::advance_time(Duration by) {
  if (!host_.options().skip_time) {
    throw std::logic_error(
        "advance_time moves virtual time; this runner uses real time (skip_time = false)");
  }
  if (by < Duration::zero()) {
    throw std::invalid_argument("advance_time: expected a duration of 0 or more, found " +
                                format_duration(by));
  }
  if (host_.on_worker_thread()) return host_.pass_alone(by);
  host_.drive({.target = nullptr, .until = host_.now() + by, .functions_run = !host_.in_function()},
              stopwatch(std::nullopt));
}

void DurableFunctionTestRunner::Impl::stop(std::string_view arn, std::optional<ErrorObject> error) {
  require_function_thread("stop");
  engine::Stop command;
  if (error) command.error = *std::move(error);
  const Result<void> stopped = host_.deliver(find(arn), command);
  if (!stopped) throw std::invalid_argument("stop: " + stopped.error().message);
}

DurableFunctionTestRunner& DurableTestRunner::local() {
  throw std::logic_error(
      "local(): expected the local runner, found that of cloud mode; ask mode() before");
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
std::string DurableFunctionTestRunner::wait_for_callback(std::string_view execution_arn,
                                                         std::string_view name,
                                                         CallbackLookup lookup) {
  return impl_->wait_for_callback(execution_arn, name, lookup);
}
void DurableFunctionTestRunner::send_callback_success_payload(std::string_view callback_id,
                                                              std::optional<Payload> result) {
  impl_->send_callback(engine::CompleteCallback{std::string(callback_id),
                                                engine::CallbackSuccess{std::move(result)}});
}
void DurableFunctionTestRunner::send_callback_failure(std::string_view callback_id,
                                                      const ErrorObject& error) {
  impl_->send_callback(
      engine::CompleteCallback{std::string(callback_id), engine::CallbackFailure{error}});
}
void DurableFunctionTestRunner::send_callback_heartbeat(std::string_view callback_id) {
  impl_->send_callback(engine::HeartbeatCallback{std::string(callback_id)});
}
void DurableFunctionTestRunner::register_function(std::string_view name, Handler handler,
                                                  LocalFunctionOptions options) {
  LocalFunction function;
  function.handler = std::move(handler);
  function.execution_timeout = options.execution_timeout;
  impl_->host().functions().add(name, std::move(function));
}
void DurableFunctionTestRunner::register_plain(std::string_view name,
                                               detail::InvokeFunction function) {
  LocalFunction plain;
  plain.plain = std::move(function);
  impl_->host().functions().add(name, std::move(plain));
}
CallbackScript DurableFunctionTestRunner::on_callback(std::string_view name) {
  return CallbackScript(impl_->host().scripts().add(detail::Script::Subject::callback, name));
}
InvokeScript DurableFunctionTestRunner::on_invoke(std::string_view function) {
  return InvokeScript(impl_->host().scripts().add(detail::Script::Subject::invoke, function));
}
std::vector<std::string> DurableFunctionTestRunner::unused_scripts() const {
  return impl_->host().scripts().unused();
}
void DurableFunctionTestRunner::verify_scripts() const {
  const std::string report = impl_->host().scripts().report();
  if (!report.empty()) throw UnusedScriptError(report);
}
DurableFunctionTestResult DurableFunctionTestRunner::snapshot(
    std::string_view execution_arn) const {
  return impl_->snapshot(execution_arn);
}
Timestamp DurableFunctionTestRunner::now() const { return impl_->host().now(); }
void DurableFunctionTestRunner::advance_time(Duration by) { impl_->advance_time(by); }
void DurableFunctionTestRunner::stop(std::string_view execution_arn,
                                     std::optional<ErrorObject> error) {
  impl_->stop(execution_arn, std::move(error));
}
void DurableFunctionTestRunner::crash_invocation() { impl_->host().crash_invocation(); }

}  // namespace durable
