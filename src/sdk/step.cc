// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/context.h>
#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/machine/retry.h"
#include "sdk/runtime.h"
#include "sdk/workers.h"

#include <utility>

namespace durable::detail {
namespace {

constexpr CallKind step_kind{wire::OperationType::step, "Step", "step"};

class StepOperation : public Operation {
 public:
  using Operation::Operation;

  /// Answers from the record, or makes ready to run the body. Returns whether the body is to run.
  bool begin(const Place& place, const StepOptions* options) {
    wire::OperationStatus status = wire::OperationStatus::ready;  // a new step is one to be started
    if (place.record != nullptr) {
      wire::Operation& recorded = runtime().journal().ask(*place.record);
      status = recorded.status;
      take(std::move(recorded));
    }
    const bool at_most_once =
        options != nullptr && options->semantics == StepSemantics::at_most_once_per_retry;
    if (status == wire::OperationStatus::ready) {
      if (context_->replay_only && place.record != nullptr) return false;
      return start(at_most_once, options) && observed(options);
    }
    return follow(status, at_most_once, options) && observed(options);
  }

  [[nodiscard]] std::uint32_t attempt() const noexcept { return attempts_made_ + 1; }

  void succeed(std::optional<Payload> result) {
    wire::OperationUpdate& update =
        runtime().make_update(*this, step_kind, wire::OperationAction::succeed);
    update.payload = result;
    payload_ = std::move(result);
    stage_ = Stage::ended;
    runtime().queue_for(*this);
  }

  /// `returned`: the body returned, and its result could not be written.
  void fail(const std::exception_ptr& error, bool returned, const RetryPolicy* policy) {
    if (runtime().over() || runtime().end_by(error)) return;
    if (returned) {
      runtime().fail_execution(runtime().describe(error));
    } else {
      fail_attempt(runtime().describe(error), policy);
    }
  }

 protected:
  enum class Stage : std::uint8_t { starting, retrying, ended };

  [[nodiscard]] Runtime& runtime() const noexcept { return *context_->runtime; }

  void merge(wire::Operation&& recorded) override {
    status_ = recorded.status;
    if (!parked_) take(std::move(recorded));
  }

  void acknowledged() override {
    if (stage_ == Stage::ended) {
      Operation::acknowledged();
    } else if (stage_ == Stage::retrying) {
      runtime().park(*this);
    }
  }

  [[nodiscard]] std::exception_ptr make_error() const override {
    std::string id = context_->wire_id(number_);
    if (error_->error_type == "StepInterruptedError") {
      return std::make_exception_ptr(StepInterruptedError(*error_, name_, std::move(id)));
    }
    return std::make_exception_ptr(StepError(*error_, name_, std::move(id)));
  }

 private:
  void take(wire::Operation&& recorded) {
    if (!recorded.step_details) return;
    wire::StepDetails& details = *recorded.step_details;
    attempts_made_ = static_cast<std::uint32_t>(details.attempt.value_or(0));
    if (recorded.status == wire::OperationStatus::succeeded) payload_ = details.result;
    if (recorded.status == wire::OperationStatus::failed) error_ = details.error;
  }

  /// Tells the host that the body runs now. Always true.
  [[nodiscard]] bool observed(const StepOptions* options) const {
    if (InvocationObserver* observer = runtime().environment().observer) {
      observer->step_body_starts({context_->wire_id(number_), name_, attempt(),
                                  options != nullptr ? options->semantics : StepSemantics{}});
    }
    return true;
  }

  bool start(bool at_most_once, const StepOptions* options) {
    static_cast<void>(runtime().make_update(*this, step_kind, wire::OperationAction::start));
    if (!at_most_once) {
      runtime().queue();
      return !runtime().stopped();
    }
    // The start must be durable before the body, and only the service says whether it counts.
    status_ = wire::OperationStatus::unknown;
    wants_reply_ = true;
    runtime().queue_for(*this);
    const bool recorded = runtime().wait_for(*this);
    wants_reply_ = false;
    if (!recorded) return false;
    return status_ == wire::OperationStatus::started || follow(status_, false, options);
  }

  /// What a recorded status means. Returns whether the body is to run.
  bool follow(wire::OperationStatus status, bool at_most_once, const StepOptions* options) {
    switch (status) {
      case wire::OperationStatus::succeeded:
        settle(Progress::succeeded);
        return false;
      case wire::OperationStatus::failed:
        if (!error_) error_ = wire::ErrorObject{};
        settle(Progress::failed);
        return false;
      case wire::OperationStatus::pending:
      case wire::OperationStatus::ready:
        if (!context_->replay_only) runtime().park(*this);
        return false;
      case wire::OperationStatus::started:
        if (context_->replay_only) return false;
        if (!at_most_once) return true;
        fail_attempt(interrupted(), options != nullptr ? &options->retry : nullptr);
        return false;
      default:
        runtime().fail_execution(invalid_status(*context_, number_, name_, "step", status));
        return false;
    }
  }

  [[nodiscard]] wire::ErrorObject interrupted() const {
    wire::ErrorObject error;
    error.error_type = "StepInterruptedError";
    error.error_message = "attempt " + std::to_string(attempt()) + " of step " +
                          quoted_name(name_) +
                          " was cut off between its start and its end, so whether its effect "
                          "happened is not known";
    return error;
  }

  void fail_attempt(wire::ErrorObject error, const RetryPolicy* policy) {
    RetryContext asked;
    asked.attempt = attempt();
    asked.error_type = error.error_type ? std::string_view(*error.error_type) : std::string_view();
    asked.error_message =
        error.error_message ? std::string_view(*error.error_message) : std::string_view();
    asked.random_bits = runtime().random_bits();
    std::optional<Duration> delay;
    try {
      const ForeignCode guard(runtime(), Scope::Kind::retry_policy);
      delay = policy != nullptr ? (*policy)(asked) : retry::standard()(asked);
    } catch (...) {
      // A policy that throws has decided nothing; another attempt might do the same.
      runtime().fail_execution(runtime().describe(std::current_exception()));
      return;
    }
    wire::OperationUpdate& update = runtime().make_update(
        *this, step_kind, delay ? wire::OperationAction::retry : wire::OperationAction::fail);
    if (delay) {
      update.step_options.emplace().next_attempt_delay_seconds = machine::delay_seconds(*delay);
      update.error = std::move(error);
      stage_ = Stage::retrying;
    } else {
      error_ = error;
      update.error = std::move(error);
      stage_ = Stage::ended;
    }
    runtime().queue_for(*this);
  }

  std::uint32_t attempts_made_ = 0;
  wire::OperationStatus status_ = wire::OperationStatus::unknown;
  Stage stage_ = Stage::starting;
};

/// A step whose body is a coroutine.
class TaskStepOperation final : public StepOperation, public BodyOwner {
 public:
  using StepOperation::StepOperation;
  ~TaskStepOperation() override { drop_body(); }

  void run(const StepOptions* options, void* body, std::unique_ptr<StepBody> (*make)(void*)) {
    if (options != nullptr) policy_ = options->retry;
    scope_ = {Scope::Kind::step_body, &runtime(), this};
    step_context_.emplace(*context_, *this, attempt());
    body_ = make(body);
    run_ = Runtime::UserFunctionScope(runtime(), *this, step_kind, attempt(), false);
    try {
      const Runtime::ScopeGuard guard(runtime(), scope_);
      promise_ = &body_->create(*step_context_);
    } catch (...) {
      run_.ended(std::current_exception());
      fail(std::current_exception(), false, &policy_);
      return;
    }
    promise_->scope = &scope_;
    promise_->owner = this;
    runtime().resume(*promise_);
  }

  void body_finished() override {
    run_.ended(promise_->exception);
    if (promise_->exception) {
      const std::exception_ptr error = promise_->exception;
      drop_body();
      fail(error, false, &policy_);
      return;
    }
    std::optional<Payload> result;
    try {
      const Runtime::ScopeGuard guard(runtime(), scope_);
      result = to_record(body_->result(serdes_context()));
    } catch (...) {
      fail(std::current_exception(), true, nullptr);
      return;
    }
    drop_body();
    if (!runtime().over()) succeed(std::move(result));
  }

 private:
  void detach() noexcept override {
    drop_body();
    Operation::detach();
  }
  void drop_body() noexcept {
    const Runtime::DestructionGuard guard(context_ != nullptr ? context_->runtime : nullptr);
    body_.reset();
    run_.unfinished();
  }

  Scope scope_;
  RetryPolicy policy_;
  Runtime::UserFunctionScope run_;
  std::optional<StepContext> step_context_;
  std::unique_ptr<StepBody> body_;
  PromiseBase* promise_ = nullptr;
};

/// A step whose body runs on a worker thread.
class OffloadedStepOperation final : public StepOperation, public WorkerCallOwner {
 public:
  using StepOperation::StepOperation;
  ~OffloadedStepOperation() override { drop_call(); }

  void run(const StepOptions* options, std::unique_ptr<OffloadedBody> body) {
    if (options != nullptr) policy_ = options->retry;
    run_ = Runtime::UserFunctionScope(runtime(), *this, step_kind, attempt(), false);
    call_ = std::make_shared<WorkerCall>(*this, *context_, number_, name_, attempt(), serdes_,
                                         std::move(body));
    Scope scope{Scope::Kind::step_body, &runtime(), this};
    if (!runtime().offload(call_, scope)) call_.reset();
  }

  void call_ended(WorkerCall& call) override {
    call_.reset();
    run_.ended(call.returned ? nullptr : call.error);
    if (call.error) {
      fail(std::exchange(call.error, nullptr), call.returned, &policy_);
    } else if (!runtime().over()) {
      succeed(std::move(call.result));
    }
  }

 private:
  void detach() noexcept override {
    drop_call();
    Operation::detach();
  }
  void drop_call() noexcept {
    if (call_ == nullptr) return;
    const Runtime::DestructionGuard guard(&runtime());
    runtime().abandon(*call_);
    call_.reset();
    run_.unfinished();
  }

  RetryPolicy policy_;
  Runtime::UserFunctionScope run_;
  std::shared_ptr<WorkerCall> call_;  // while it is on its way; owners: this and the Workers
};

}  // namespace

OperationPtr run_step(ContextCore& context, std::string_view name, const StepOptions* options,
                      void* body, StepFunction function) {
  auto opened = open_call<StepOperation>(context, step_kind, name);
  StepOperation& step = *opened.operation;
  if (!opened.admitted) return std::move(opened.operation);
  Runtime& runtime = *context.runtime;
  step.use_serdes(runtime.serdes_for(options != nullptr ? options->serdes : nullptr));
  if (!step.begin(opened.place, options)) return std::move(opened.operation);
  if (context.offload_bodies) runtime.warn_of_inline_body(name);

  Scope scope{Scope::Kind::step_body, &runtime, &step};
  StepContext step_context(context, step, step.attempt());
  std::optional<Payload> result;
  bool returned = false;
  Runtime::UserFunctionScope run(runtime, step, step_kind, step.attempt(), false);
  try {
    const Runtime::ScopeGuard guard(runtime, scope);
    result = function(body, step_context, step.serdes_context(), returned);
    run.ended(nullptr);
    result = step.to_record(std::move(result));
  } catch (...) {
    run.ended(returned ? nullptr : std::current_exception());
    step.fail(std::current_exception(), returned, options != nullptr ? &options->retry : nullptr);
    return std::move(opened.operation);
  }
  if (!runtime.over()) step.succeed(std::move(result));
  return std::move(opened.operation);
}

OperationPtr run_offloaded_step(ContextCore& context, std::string_view name,
                                const StepOptions* options, void* body,
                                std::unique_ptr<OffloadedBody> (*make)(void* body)) {
  auto opened = open_call<OffloadedStepOperation>(context, step_kind, name);
  OffloadedStepOperation& step = *opened.operation;
  if (!opened.admitted) return std::move(opened.operation);
  step.use_serdes(context.runtime->serdes_for(options != nullptr ? options->serdes : nullptr));
  if (step.begin(opened.place, options)) step.run(options, make(body));
  return std::move(opened.operation);
}

OperationPtr run_task_step(ContextCore& context, std::string_view name, const StepOptions* options,
                           void* body, std::unique_ptr<StepBody> (*make)(void* body)) {
  auto opened = open_call<TaskStepOperation>(context, step_kind, name);
  TaskStepOperation& step = *opened.operation;
  if (!opened.admitted) return std::move(opened.operation);
  step.use_serdes(context.runtime->serdes_for(options != nullptr ? options->serdes : nullptr));
  if (step.begin(opened.place, options)) step.run(options, body, make);
  return std::move(opened.operation);
}

}  // namespace durable::detail
