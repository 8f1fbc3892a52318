// SPDX-License-Identifier: Apache-2.0
//
// The course of one invocation: load, run to rest, write what is left, answer.
#include <durable/sdk/invocation.h>

#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/error_object.h"
#include "sdk/machine/limits.h"
#include "sdk/machine/output_size.h"
#include "sdk/plugins.h"
#include "sdk/runtime.h"
#include "sdk/workers.h"

#include <utility>

namespace durable {
namespace detail {
namespace {

constexpr std::size_t leftovers_shown = 10;

wire::ErrorObject error_object(std::string_view type, std::string message) {
  wire::ErrorObject error;
  error.error_type = std::string(type);
  error.error_message = std::move(message);
  return error;
}

machine::Batcher::Limits limits_of(const BatchOptions& options) {
  return {options.updates_max > 0 ? options.updates_max : 1, options.bytes_max, options.async_hold};
}

}  // namespace

/// The handler's own coroutine.
class Runtime::Root final : public BodyOwner {
 public:
  explicit Root(std::unique_ptr<Body> body) : body_(std::move(body)) {}

  void body_finished() override { done = true; }
  [[nodiscard]] Body& body() noexcept { return *body_; }

  PromiseBase* promise = nullptr;
  bool done = false;
  UserFunctionScope run;

 private:
  std::unique_ptr<Body> body_;
};

Runtime::Runtime(const Handler& handler, ServiceClient& client,
                 const InvocationEnvironment& environment, wire::InvocationInput input)
    : handler_(handler),
      settings_(handler.settings() != nullptr ? *handler.settings() : HandlerSettings()),
      client_(client),
      environment_(environment),
      input_(std::move(input)),
      token_(std::move(input_.checkpoint_token)),
      random_(environment.random_seed),
      batcher_(limits_of(environment.batch)),
      exceptions_at_start_(std::uncaught_exceptions()),
      thread_(std::this_thread::get_id()) {
  // Checking a history has no effects outside, so plugins are not told of it.
  if (!settings_.plugins.empty() && !checks_replay()) {
    plugins_ = std::make_unique<PluginHost>(*this);
  }
}

Runtime::~Runtime() = default;

bool Runtime::load() {
  if (input_.durable_execution_arn.empty() || token_.empty()) {
    fail_execution(error_object(
        "ExecutionError",
        "the invocation event has no DurableExecutionArn or no CheckpointToken, so this is no "
        "durable execution. The function must be created with a DurableConfig and invoked by "
        "version, alias or $LATEST."));
    return false;
  }
  wire::InitialExecutionState& state = input_.initial_execution_state;
  journal_.load(std::move(state.operations));
  if (!load_rest(std::move(state.next_marker))) return false;
  // It may stand on any page, so it is looked for after the last.
  if (journal_.execution() == nullptr) {
    fail_execution(error_object("ExecutionError",
                                "the execution's state has no operation of type EXECUTION, which "
                                "holds the input. The service, or what stands in for it, must "
                                "deliver one."));
    return false;
  }
  if (input_.updated_operation_ids) {
    for (const std::string& id : *input_.updated_operation_ids) journal_.mark_updated(id);
  }
  return true;
}

bool Runtime::load_rest(std::optional<std::string> marker) {
  while (marker && !marker->empty()) {
    auto page = client_.get_state({.durable_execution_arn = input_.durable_execution_arn,
                                   .checkpoint_token = token_,
                                   .marker = std::move(marker),
                                   .max_items = machine::state_page_items});
    if (over()) return false;
    if (!page) {
      end_by(page.error(), "GetDurableExecutionState");
      return false;
    }
    journal_.load(std::move(page->operations));
    marker = std::move(page->next_marker);
  }
  return !over();
}

void Runtime::start() {
  ContextCore& core = root_context_.core();
  core.runtime = this;
  core.scope = {Scope::Kind::workflow, this, nullptr, &core};
  core.record = &journal_.root();
  core.replaying = journal_.has_operations() || checks_replay();
  core.replay_only = checks_replay();
  try {
    const wire::Operation& execution = *journal_.execution();
    std::optional<Payload> input;
    if (execution.execution_details) input = execution.execution_details->input_payload;
    const SerdesContext serdes(*this, nullptr, 0);
    {
      const ForeignCode guard(*this, Scope::Kind::serdes);
      if (settings_.input_serdes != nullptr && input) {
        input = settings_.input_serdes->deserialize(*input, serdes);
      }
      root_ = std::make_unique<Root>(handler_.model().make_body(input, serdes));
    }
    root_->run = UserFunctionScope(*this);
    const ScopeGuard guard(*this, core.scope);
    root_->promise = &root_->body().create(root_context_);
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    if (root_ != nullptr) root_->run.ended(error);
    if (!over() && !end_by(error)) fail_execution(describe(error));
    return;
  }
  root_->promise->scope = &core.scope;
  root_->promise->owner = root_.get();
  resume(*root_->promise);
}

Waiter* Runtime::next_ready() {
  // Of a long line only the begin takes part, so that choosing stays cheap.
  constexpr std::size_t choices_max = 16;
  if (environment_.observer == nullptr) return ready_.pop();
  const std::size_t ready = ready_.count(choices_max);
  return ready < 2 ? ready_.pop() : ready_.pop_at(environment_.observer->choose_ready(ready));
}

void Runtime::run_to_rest() {
  while (!over() && !root_->done) {
    Waiter* const waiter = next_ready();
    if (waiter == nullptr) crowded_ = false;
    if (waiter != nullptr) {
      if (waiter->notify != nullptr) {
        waiter->notify(*waiter);
      } else {
        resume(*waiter->promise);
      }
    } else if (inline_reply_) {
      take_inline_reply();
    } else if (!call_out_ && !batcher_.empty()) {
      // Before the invocation may rest, all is written; the reply may give it more to do. It does
      // not wait for the bodies that run, so that their time decides of no call.
      send();
    } else if (deliver_body()) {
      // What it has made ready comes first.
    } else if (call_out_ || waits_for_bodies()) {
      wait_for_news();
    } else {
      return;
    }
  }
}

void Runtime::finish() {
  if (stopped_ || !root_->done) {
    if (!stopped_ && checks_replay()) {
      check_at_rest();
    } else if (!stopped_ && parked_.empty()) {
      fail_execution(error_object(
          "InvalidStateError",
          "the handler waits for something that nothing can complete: no operation is pending at "
          "the service. A future may have been destroyed while it was awaited, or two child "
          "contexts may await each other."));
    }
    return;
  }
  root_->run.ended(root_->promise->exception);
  if (root_->promise->exception) {
    // The execution fails, but what it has done is written first.
    const std::exception_ptr error = root_->promise->exception;
    if (!end_by(error)) handler_error_ = describe_error(error, handler_.error_names());
    return;
  }
  try {
    const SerdesContext serdes(*this, nullptr, 0);
    const ForeignCode guard(*this, Scope::Kind::serdes);
    result_ = root_->body().result(serdes);
    if (!result_) result_ = Payload("null");
    if (settings_.result_serdes != nullptr) {
      result_ = settings_.result_serdes->serialize(*result_, serdes);
    }
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    if (!end_by(error)) handler_error_ = describe(error);
  }
}

void Runtime::destroy_frames() noexcept {
  // What runs from here on are destructors: nothing is resumed by them, and nothing they call can
  // start an operation.
  const DestructionGuard guard(this);
  if (root_ != nullptr) root_->body().destroy_frame();
  if (root_ != nullptr) root_->run.unfinished();
  root_context_.core().close();
  root_.reset();
}

void Runtime::warn_of_leftovers() {
  if (!logs(LogLevel::warning)) return;
  const auto leftovers = journal_.leftovers(leftovers_shown + 1);
  if (leftovers.empty()) return;
  std::string list;
  for (std::size_t i = 0; i < leftovers.size() && i < leftovers_shown; ++i) {
    const wire::Operation& operation = *leftovers[i];
    if (i > 0) list += ", ";
    list.append(operation.id).append(" ").append(wire::to_string(operation.type)).append(" ");
    list += quoted_name(operation.name.value_or(""));
  }
  if (leftovers.size() > leftovers_shown) list += ", ...";
  const std::string message =
      "the handler has ended without making calls that earlier invocations have recorded: " + list +
      ". The code is probably not deterministic, or new code was deployed under a running "
      "execution.";
  const LogField fields[] = {{"executionArn", arn()}, {"requestId", environment_.request_id}};
  write_log({LogLevel::warning, message, fields});
}

void Runtime::flush_before_failing() {
  if (!std::holds_alternative<Failed>(end_) || refused_) return;
  End failed = std::exchange(end_, End());
  stopped_ = false;
  static_cast<void>(flush());
  stopped_ = true;
  // What the code has done wrong says more than that the service refuses what came of it.
  const bool said =
      std::holds_alternative<std::monostate>(end_) || std::holds_alternative<Failed>(end_);
  if (said) end_ = std::move(failed);
}

void Runtime::run_handler() {
  start();
  if (!stopped_) run_to_rest();
  if (root_ != nullptr) finish();
  const bool done = result_.has_value();
  destroy_frames();
  stop_bodies();
  if (!stopped_ && (done || handler_error_)) static_cast<void>(flush());
  if (stopped_) flush_before_failing();
  join_bodies();
  static_cast<void>(over());  // a body may have made a durable call until now
  if (done && !stopped_) warn_of_leftovers();
  if ((done || handler_error_) && !stopped_ && checks_replay()) note_leftovers();
}

InvocationOutcome Runtime::run() {
  const bool loaded = !over() && load();
  if (plugins_ != nullptr) plugins_->invocation_started();
  if (loaded) run_handler();
  InvocationOutcome outcome = answer();
  if (pull_trigger()) outcome = InvocationFailure{environment_.kill_switch->error()};
  if (plugins_ != nullptr) plugins_->invocation_ended(outcome);
  // The client may still hold the callback of a call whose outcome no longer matters.
  if (call_out_ && !inline_reply_) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return late_reply_.has_value(); });
  }
  return outcome;
}

InvocationOutcome Runtime::answer() {
  if (auto* failure = std::get_if<InvocationFailure>(&end_)) return std::move(*failure);
  if (auto* failed = std::get_if<Failed>(&end_)) {
    wire::InvocationOutput output;
    output.status = wire::InvocationOutputStatus::failed;
    output.error = std::move(failed->error);
    return output;
  }
  if (!stopped_ && handler_error_) return answer_failure(std::move(*handler_error_));
  if (!stopped_ && result_) return answer_success();
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::pending;
  return output;
}

InvocationOutcome Runtime::answer_success() {
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::succeeded;
  if (checks_replay() ||
      machine::success_output_size(result_->view()) <= machine::invocation_output_size_max) {
    output.result = std::move(result_);
    return output;
  }
  record_execution_end(wire::OperationAction::succeed, std::move(result_), nullptr);
  if (std::holds_alternative<Failed>(end_) || std::holds_alternative<InvocationFailure>(end_)) {
    return answer();
  }
  output.result.emplace();
  return output;
}

InvocationOutcome Runtime::answer_failure(wire::ErrorObject error) {
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::failed;
  if (checks_replay() ||
      machine::failure_output_size(error) <= machine::invocation_output_size_max) {
    output.error = std::move(error);
    return output;
  }
  shorten(error, machine::error_size_max);
  record_execution_end(wire::OperationAction::fail, std::nullopt, &error);
  if (std::holds_alternative<Failed>(end_) || std::holds_alternative<InvocationFailure>(end_)) {
    return answer();
  }
  return output;
}

void Runtime::record_execution_end(wire::OperationAction action, std::optional<Payload> payload,
                                   const wire::ErrorObject* error) {
  wire::OperationUpdate& update = batcher_.append();
  update.id = journal_.execution()->id;
  update.type = wire::OperationType::execution;
  update.action = action;
  update.payload = std::move(payload);
  if (error != nullptr) update.error = *error;
  seal(nullptr, machine::Batcher::Urgency::may_wait);
  // The service may answer without a token, since this closes the execution.
  static_cast<void>(flush());
}

}  // namespace detail

InvocationOutcome run_invocation(const Handler& handler, wire::InvocationInput input,
                                 ServiceClient& client, const InvocationEnvironment& environment) {
  detail::Runtime runtime(handler, client, environment, std::move(input));
  return runtime.run();
}

}  // namespace durable
