// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/cloud_runner.h>

#include "cloud/lambda_client.h"
#include "cloud/surroundings.h"
#include "cloud/system_clock.h"
#include "testing/cloud/callbacks.h"
#include "testing/cloud/connect.h"
#include "testing/cloud/messages.h"
#include "testing/cloud/reader.h"
#include "testing/function_table.h"

#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <map>
#include <random>
#include <thread>
#include <utility>

namespace durable {
namespace {

/// For how long after its start the service may not know an execution yet.
constexpr Duration visible_within = std::chrono::seconds{30};
/// For how long the history of an execution that has ended may lack its end, in looks at it.
constexpr int late_histories_max = 5;
/// For how long a callback may be open before it is handed out although its invocation goes on.
constexpr Duration settled_within = std::chrono::seconds{5};
constexpr std::size_t execution_name_size_max = 64;
constexpr std::string_view not_visible = "NOT_FOUND";

/// Unique, so that an invocation whose answer was lost can be repeated without a second execution.
std::string make_execution_name() {
  std::random_device random;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "test-%08x%08x%08x", random(), random(), random());
  return text.data();
}

/// Others, such as a refusal for want of a permission, have the same code and another name.
bool is_refusal_of_parameter(const Error& error) {
  return error.code == ErrorCode::invalid_parameter &&
         error.message.starts_with(error_info(error.code).name);
}

bool is_refusal_of_argument(ErrorCode code) noexcept {
  return code == ErrorCode::execution_already_started || code == ErrorCode::request_too_large;
}

}  // namespace

class DurableFunctionCloudTestRunner::Impl {
 public:
  Impl(std::string function_name, CloudRunnerOptions options,
       std::shared_ptr<cloud::LambdaClient> client);

  std::string start(std::optional<Payload> input, const RunOptions& run_options);
  DurableFunctionTestResult wait_for_result(const std::string& arn, const RunOptions& run_options);
  std::string wait_for_callback(const std::string& arn, std::string_view name,
                                const CallbackLookup& lookup);
  [[nodiscard]] cloud::LambdaClient& client() noexcept { return *client_; }

 private:
  /// Counts the time of one call, and makes its pauses.
  class Patience {
   public:
    Patience(const Impl& runner, std::optional<Duration> timeout)
        : runner_(runner),
          timeout_(timeout.value_or(runner.options_.timeout)),
          begin_(runner.clock_->now()),
          next_(runner.options_.poll_interval) {}

    /// False, without a pause, when the time is over.
    [[nodiscard]] bool pause() {
      const Duration left = timeout_ - elapsed();
      if (left <= Duration::zero()) return false;
      rest(std::min(next_, left));
      return true;
    }
    /// A pause that the time does not count for.
    void pause_regardless() { rest(next_); }
    [[nodiscard]] Duration elapsed() const { return runner_.clock_->now() - begin_; }
    [[nodiscard]] Duration timeout() const noexcept { return timeout_; }

   private:
    void rest(Duration time) {
      runner_.options_.pause(time);
      next_ = std::min(next_ + next_ / 2, runner_.options_.poll_interval_max);
    }

    const Impl& runner_;
    Duration timeout_;
    Timestamp begin_;
    Duration next_;
  };

  /// Returns when the execution has ended.
  void follow(const std::string& arn, Patience& patience);
  [[nodiscard]] DurableFunctionTestResult read_result(const std::string& arn, Patience& patience);
  [[nodiscard]] CloudSnapshot read_ended(const std::string& arn, Patience& patience);
  [[nodiscard]] Result<CloudSnapshot> look(const std::string& arn);
  /// Whether the execution was started so lately that the service may not know it yet.
  [[nodiscard]] bool may_be_invisible(const std::string& arn, const Error& error) const;
  [[noreturn]] void give_up(const std::string& arn, const Patience& patience,
                            std::string_view awaited, std::string_view last_status);
  [[noreturn]] void refuse_read(const std::string& arn, const Error& error,
                                const std::string& text) const;
  void warn(const std::string& text) const;
  void warn_of_failure(const wire::GetDurableExecutionResponse& execution) const;

  std::string function_name_;
  CloudRunnerOptions options_;
  std::shared_ptr<cloud::LambdaClient> client_;  // owners: this, and who made it
  std::shared_ptr<const Clock> clock_;           // owners: this, and who made it
  std::map<std::string, Timestamp> started_;     // when each execution was started, by its ARN
};

DurableFunctionCloudTestRunner::Impl::Impl(std::string function_name, CloudRunnerOptions options,
                                           std::shared_ptr<cloud::LambdaClient> client)
    : function_name_(std::move(function_name)),
      options_(std::move(options)),
      client_(std::move(client)),
      clock_(options_.clock) {
  if (function_name_.empty()) {
    throw std::invalid_argument(
        "function_name: expected a name with version or alias, or an ARN, such as "
        "MyFunction:$LATEST; found an empty text");
  }
  if (clock_ == nullptr) clock_ = std::make_shared<cloud::SteadyClock>();
  if (!options_.pause) {
    options_.pause = [](Duration time) { std::this_thread::sleep_for(time); };
  }
  // A pause of nothing would ask the service without end.
  options_.poll_interval = std::max(options_.poll_interval, Duration{10});
  options_.poll_interval_max = std::max(options_.poll_interval_max, options_.poll_interval);
  if (client_ != nullptr) return;
  auto connected = connect(function_name_, options_, cloud::process_surroundings());
  if (!connected) throw std::invalid_argument("cloud mode: " + connected.error().message);
  client_ = *std::move(connected);
}

std::string DurableFunctionCloudTestRunner::Impl::start(std::optional<Payload> input,
                                                        const RunOptions& run_options) {
  if (run_options.execution_name) {
    require_name("execution_name", *run_options.execution_name, execution_name_size_max);
  }
  wire::InvokeRequest request;
  request.function_name = function_name_;
  request.invocation_type = wire::InvocationType::event;
  request.durable_execution_name =
      run_options.execution_name ? *run_options.execution_name : make_execution_name();
  request.payload = std::move(input);
  Result<wire::InvokeResponse> response = client_->invoke(request);
  if (!response && !run_options.execution_name && is_refusal_of_parameter(response.error())) {
    // A function that is not durable may be refused for the name alone. Without one, the answer
    // tells whether it is.
    request.durable_execution_name.reset();
    response = client_->invoke(request);
  }
  if (!response) {
    const std::string text = invoke_failed(function_name_, response.error());
    if (is_refusal_of_argument(response.error().code)) throw std::invalid_argument(text);
    throw CloudCallError(text);
  }
  if (response->function_error) {
    warn(
        function_failed(response->payload ? response->payload->view() : *response->function_error));
  }
  if (!response->durable_execution_arn || response->durable_execution_arn->empty()) {
    throw CloudCallError(not_durable(function_name_));
  }
  started_.try_emplace(*response->durable_execution_arn, clock_->now());
  return *std::move(response->durable_execution_arn);
}

DurableFunctionTestResult DurableFunctionCloudTestRunner::Impl::wait_for_result(
    const std::string& arn, const RunOptions& run_options) {
  Patience patience(*this, run_options.timeout);
  follow(arn, patience);
  return read_result(arn, patience);
}

void DurableFunctionCloudTestRunner::Impl::follow(const std::string& arn, Patience& patience) {
  for (;;) {
    std::string last_status(not_visible);
    // Without data: an input may be large, and it is always the same.
    auto execution = client_->get({.durable_execution_arn = arn, .include_execution_data = false});
    if (execution) {
      if (wire::is_terminal(execution->status)) return;
      last_status = wire::to_string(execution->status);
    } else if (!may_be_invisible(arn, execution.error())) {
      refuse_read(arn, execution.error(), status_failed(arn, execution.error()));
    }
    if (!patience.pause()) give_up(arn, patience, "Execution did not complete", last_status);
  }
}

bool DurableFunctionCloudTestRunner::Impl::may_be_invisible(const std::string& arn,
                                                            const Error& error) const {
  if (error.code != ErrorCode::resource_not_found) return false;
  const auto started = started_.find(arn);
  return started != started_.end() && clock_->now() - started->second < visible_within;
}

void DurableFunctionCloudTestRunner::Impl::refuse_read(const std::string& arn, const Error& error,
                                                       const std::string& text) const {
  const bool unknown =
      error.code == ErrorCode::resource_not_found || error.code == ErrorCode::invalid_parameter;
  if (unknown && !started_.contains(arn)) throw std::invalid_argument(text);
  throw CloudCallError(text);
}

Result<CloudSnapshot> DurableFunctionCloudTestRunner::Impl::look(const std::string& arn) {
  auto events = read_history(*client_, arn);
  if (!events) return std::move(events).error();
  // The execution may be known before its first event is.
  if (events->empty()) return CloudSnapshot{};
  return fold_snapshot(*std::move(events));
}

CloudSnapshot DurableFunctionCloudTestRunner::Impl::read_ended(const std::string& arn,
                                                               Patience& patience) {
  for (int looks = 1;; ++looks) {
    Result<CloudSnapshot> snapshot = look(arn);
    if (!snapshot) throw CloudCallError(history_failed(arn, snapshot.error()));
    if (wire::is_terminal(snapshot->status) || looks >= late_histories_max) {
      return *std::move(snapshot);
    }
    patience.pause_regardless();
  }
}

DurableFunctionTestResult DurableFunctionCloudTestRunner::Impl::read_result(const std::string& arn,
                                                                            Patience& patience) {
  auto execution = client_->get({.durable_execution_arn = arn, .include_execution_data = true});
  if (!execution) throw CloudCallError(status_failed(arn, execution.error()));
  warn_of_failure(*execution);
  CloudSnapshot snapshot = read_ended(arn, patience);
  if (!snapshot.truncated.empty()) {
    warn("the service has cut off data of the history: " + snapshot.truncated.front() +
         (snapshot.truncated.size() == 1
              ? std::string()
              : " (and " + std::to_string(snapshot.truncated.size() - 1) + " more)"));
  }
  snapshot.status = execution->status;
  snapshot.result = std::move(execution->result);
  snapshot.error = std::move(execution->error);
  snapshot.start = execution->start_timestamp;
  snapshot.last = execution->end_timestamp.value_or(snapshot.last);
  return DurableFunctionTestResult(make_record(arn, std::move(snapshot)));
}

std::string DurableFunctionCloudTestRunner::Impl::wait_for_callback(const std::string& arn,
                                                                    std::string_view name,
                                                                    const CallbackLookup& lookup) {
  const std::string awaited = "Callback " +
                              (name.empty() ? std::string() : '"' + std::string(name) + "\" ") +
                              "did not appear";
  Patience patience(*this, lookup.timeout);
  std::optional<Duration> found_after;
  for (;;) {
    std::string last_status(not_visible);
    Result<CloudSnapshot> snapshot = look(arn);
    if (snapshot) {
      const bool ended = wire::is_terminal(snapshot->status);
      last_status = wire::to_string(snapshot->status);
      const auto record = make_record(arn, *std::move(snapshot));
      CallbackSearch search = find_callback(*record, name, lookup.index);
      if (!search.id.empty()) {
        if (!found_after) found_after = patience.elapsed();
        const bool waited = patience.elapsed() - *found_after >= settled_within;
        if (search.settled || ended || waited) return std::move(search.id);
      } else if (ended) {
        throw ResultLookupError(awaited + ": the execution ended " + last_status + " with " +
                                std::to_string(search.seen) + " callbacks of that name" +
                                (lookup.index ? "" : ", all of them closed") + ".\n" +
                                DurableFunctionTestResult(record).to_string());
      }
    } else if (!may_be_invisible(arn, snapshot.error())) {
      refuse_read(arn, snapshot.error(), history_failed(arn, snapshot.error()));
    }
    if (!patience.pause()) give_up(arn, patience, awaited, last_status);
  }
}

void DurableFunctionCloudTestRunner::Impl::give_up(const std::string& arn, const Patience& patience,
                                                   std::string_view awaited,
                                                   std::string_view last_status) {
  std::string text = not_in_time(awaited, patience.timeout(), patience.elapsed(), last_status);
  Result<CloudSnapshot> snapshot = look(arn);
  const auto record = make_record(arn, snapshot ? *std::move(snapshot) : CloudSnapshot{});
  text += ": it is out of time; `timeout` in the run's options sets how much it has. ";
  const std::string open = list_open_operations(*record);
  text += open.empty() ? "No operation is open." : "Open operations:" + open;
  text += describe_failed_invocation(*record);
  throw RunIncompleteError(text + "\nexecution: " + arn, DurableFunctionTestResult(record));
}

void DurableFunctionCloudTestRunner::Impl::warn(const std::string& text) const {
  if (options_.on_warning) return options_.on_warning(text);
  std::cerr << "[durable] warning: " << text << "\n";
}

void DurableFunctionCloudTestRunner::Impl::warn_of_failure(
    const wire::GetDurableExecutionResponse& execution) const {
  if (execution.status != wire::ExecutionStatus::failed) return;
  const Result<std::string> payload =
      wire::encode(execution.error ? *execution.error : wire::ErrorObject{});
  warn(function_failed(payload ? *payload : payload.error().message));
}

// ---- The face ----

DurableFunctionCloudTestRunner::DurableFunctionCloudTestRunner(std::string function_name)
    : DurableFunctionCloudTestRunner(std::move(function_name), CloudRunnerOptions{}) {}
DurableFunctionCloudTestRunner::DurableFunctionCloudTestRunner(std::string function_name,
                                                               CloudRunnerOptions options)
    : DurableFunctionCloudTestRunner(std::move(function_name), std::move(options), nullptr) {}
DurableFunctionCloudTestRunner::DurableFunctionCloudTestRunner(
    std::string function_name, CloudRunnerOptions options,
    std::shared_ptr<cloud::LambdaClient> client)
    : impl_(std::make_unique<Impl>(std::move(function_name), std::move(options),
                                   std::move(client))) {}
DurableFunctionCloudTestRunner::~DurableFunctionCloudTestRunner() = default;

DurableFunctionTestResult DurableFunctionCloudTestRunner::run_payload(std::optional<Payload> input,
                                                                      const RunOptions& options) {
  return impl_->wait_for_result(impl_->start(std::move(input), options), options);
}
std::string DurableFunctionCloudTestRunner::start(std::optional<Payload> input,
                                                  const RunOptions& options) {
  return impl_->start(std::move(input), options);
}
DurableFunctionTestResult DurableFunctionCloudTestRunner::wait_for_result(
    std::string_view execution_arn, RunOptions options) {
  return impl_->wait_for_result(std::string(execution_arn), options);
}
std::string DurableFunctionCloudTestRunner::wait_for_callback(std::string_view execution_arn,
                                                              std::string_view name,
                                                              CallbackLookup lookup) {
  return impl_->wait_for_callback(std::string(execution_arn), name, lookup);
}

namespace {

void require_completed(const Result<void>& done) {
  if (done) return;
  const Error& error = done.error();
  switch (error.code) {
    case ErrorCode::callback_closed:
    case ErrorCode::resource_not_found:
      throw CallbackClosedError(error.message);
    case ErrorCode::request_too_large:
      throw std::invalid_argument(error.message);
    case ErrorCode::invalid_parameter:
      if (is_refusal_of_parameter(error)) throw std::invalid_argument(error.message);
      [[fallthrough]];
    default:
      throw CloudCallError(callback_failed(error));
  }
}

}  // namespace

void DurableFunctionCloudTestRunner::send_callback_success_payload(std::string_view callback_id,
                                                                   std::optional<Payload> result) {
  require_completed(impl_->client().callback_success(
      {.callback_id = std::string(callback_id), .result = std::move(result)}));
}
void DurableFunctionCloudTestRunner::send_callback_failure(std::string_view callback_id,
                                                           const ErrorObject& error) {
  wire::SendDurableExecutionCallbackFailureRequest request;
  request.callback_id = std::string(callback_id);
  request.error = error;
  require_completed(impl_->client().callback_failure(request));
}
void DurableFunctionCloudTestRunner::send_callback_heartbeat(std::string_view callback_id) {
  require_completed(impl_->client().callback_heartbeat({.callback_id = std::string(callback_id)}));
}

}  // namespace durable
