// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/condition.h>

#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/machine/retry.h"
#include "sdk/runtime.h"

#include <utility>

namespace durable::detail {
namespace {

constexpr CallKind condition_kind{wire::OperationType::step, "WaitForCondition",
                                  "wait_for_condition"};

/// Polls once in an invocation: the next poll belongs to a later one, which has the closures again.
class ConditionOperation final : public Operation, public BodyOwner {
 public:
  using Operation::Operation;
  ~ConditionOperation() override { drop_body(); }

  /// Answers from the record, or makes ready to poll. Returns whether to poll.
  bool begin(const Place& place) {
    if (place.record != nullptr) {
      wire::Operation& recorded = runtime().journal().ask(*place.record);
      if (recorded.step_details) {
        wire::StepDetails& details = *recorded.step_details;
        polls_made_ = static_cast<std::uint32_t>(details.attempt.value_or(0));
        payload_ = details.result;
        if (recorded.status == wire::OperationStatus::failed) error_ = details.error;
      }
      if (recorded.status != wire::OperationStatus::ready) return follow(recorded.status);
      if (context_->replay_only) return false;
    }
    static_cast<void>(runtime().make_update(*this, condition_kind, wire::OperationAction::start));
    runtime().queue();
    return !runtime().stopped();
  }

  void poll_with(void* call, Polled (*poll)(void* call, Poll& poll)) {
    open_poll();
    std::optional<Polled> polled;
    try {
      const Runtime::ScopeGuard guard(runtime(), scope_);
      read_state();
      polled = poll(call, *poll_);
    } catch (...) {
      run_.ended(std::current_exception());
      fail(std::current_exception());
      return;
    }
    run_.ended(nullptr);
    if (!runtime().over()) record(std::move(*polled));
  }

  void poll_with(std::unique_ptr<PollBody> body) {
    open_poll();
    body_ = std::move(body);
    try {
      const Runtime::ScopeGuard guard(runtime(), scope_);
      read_state();
      promise_ = &body_->create(*poll_);
    } catch (...) {
      run_.ended(std::current_exception());
      fail(std::current_exception());
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
      fail(error);
      return;
    }
    std::optional<Polled> polled;
    try {
      const Runtime::ScopeGuard guard(runtime(), scope_);
      polled = body_->result(*poll_);
    } catch (...) {
      fail(std::current_exception());
      return;
    }
    drop_body();
    if (!runtime().over()) record(std::move(*polled));
  }

 private:
  [[nodiscard]] Runtime& runtime() const noexcept { return *context_->runtime; }

  /// What a recorded status means. Returns whether to poll.
  bool follow(wire::OperationStatus status) {
    switch (status) {
      case wire::OperationStatus::succeeded:
        settle(Progress::succeeded);
        return false;
      case wire::OperationStatus::failed:
        if (!error_) error_ = wire::ErrorObject{};
        settle(Progress::failed);
        return false;
      case wire::OperationStatus::pending:
        if (!context_->replay_only) runtime().park(*this);
        return false;
      case wire::OperationStatus::started:
        return !context_->replay_only;
      default:
        runtime().fail_execution(
            invalid_status(*context_, number_, name_, condition_kind.call, status));
        return false;
    }
  }

  void open_poll() {
    const std::uint32_t attempt = polls_made_ + 1;
    scope_ = {Scope::Kind::step_body, &runtime(), this};
    step_context_.emplace(*context_, *this, attempt);
    if (InvocationObserver* observer = runtime().environment().observer) {
      observer->step_body_starts({context_->wire_id(number_), name_, attempt, StepSemantics{}});
    }
    run_ = Runtime::UserFunctionScope(runtime(), *this, condition_kind, attempt, false);
    poll_.emplace(Poll{*this, *step_context_, serdes_context(), std::nullopt,
                       PollContext{attempt, runtime().random_bits()}, Poll::Phase::reading});
  }

  // A state that was never recorded, and one that is recorded as null, are different.
  void read_state() {
    if (payload_) poll_->recorded = payload_or_null();
  }

  void record(Polled polled) {
    const PollDecision& decision = polled.decision;
    if (decision.kind() == PollDecision::Kind::give_up) {
      wire::ErrorObject error;
      error.error_type = "WaitForConditionError";
      error.error_message = decision.message().empty()
                                ? "the condition of " + quoted_name(name_) +
                                      " still does not hold after " +
                                      std::to_string(poll_->asked.attempt) + " polls"
                                : decision.message();
      record_failure(std::move(error));
      return;
    }
    const bool again = decision.kind() == PollDecision::Kind::again;
    wire::OperationUpdate& update = runtime().make_update(
        *this, condition_kind,
        again ? wire::OperationAction::retry : wire::OperationAction::succeed);
    update.payload = polled.state;
    if (again) {
      update.step_options.emplace().next_attempt_delay_seconds =
          machine::delay_seconds(decision.delay());
      polling_again_ = true;
    } else {
      payload_ = std::move(polled.state);
    }
    runtime().queue_for(*this);
  }

  void fail(const std::exception_ptr& error) {
    drop_body();
    if (runtime().over() || runtime().end_by(error)) return;
    if (poll_->phase == Poll::Phase::checking) {
      record_failure(runtime().describe(error));
    } else {
      // A state that cannot be read or written, or a strategy that throws, has decided nothing;
      // another poll would do the same.
      runtime().fail_execution(runtime().describe(error));
    }
  }

  void record_failure(wire::ErrorObject error) {
    error_ = error;
    payload_.reset();
    runtime().make_update(*this, condition_kind, wire::OperationAction::fail).error =
        std::move(error);
    runtime().queue_for(*this);
  }

  void acknowledged() override {
    if (polling_again_) {
      runtime().park(*this);
    } else {
      Operation::acknowledged();
    }
  }

  [[nodiscard]] std::exception_ptr make_error() const override {
    return std::make_exception_ptr(
        WaitForConditionError(*error_, name_, context_->wire_id(number_)));
  }

  void detach() noexcept override {
    drop_body();
    Operation::detach();
  }
  void drop_body() noexcept {
    const Runtime::DestructionGuard guard(context_ != nullptr ? context_->runtime : nullptr);
    body_.reset();
  }

  std::uint32_t polls_made_ = 0;
  bool polling_again_ = false;
  Scope scope_;
  std::optional<StepContext> step_context_;
  std::optional<Poll> poll_;
  std::unique_ptr<PollBody> body_;
  Runtime::UserFunctionScope run_;
  PromiseBase* promise_ = nullptr;
};

[[noreturn]] void refuse(std::string_view name, std::string_view what) {
  throw ValidationError("wait_for_condition " + quoted_name(name) + ": " + std::string(what));
}

void check_rules(std::string_view name, const ConditionRules& rules) {
  check_name(condition_kind, name);
  if (!rules.has_until && !rules.has_strategy) {
    refuse(name, "say when it ends: set .until, or .strategy");
  }
  if (rules.has_until && rules.has_strategy) {
    refuse(name, ".until and .strategy are both set, but a strategy decides alone");
  }
  const PollSchedule& poll = rules.poll;
  if (poll.max_attempts < 1) refuse(name, ".poll.max_attempts counts all polls: at least 1");
  if (poll.initial < Duration::zero() || poll.max < Duration::zero()) {
    refuse(name, ".poll: a delay cannot be negative");
  }
  if (!(poll.rate >= 1.0 && poll.rate <= 1000.0)) refuse(name, ".poll.rate is from 1 to 1000");
}

}  // namespace

PollDecision next_poll(const PollSchedule& schedule, const PollContext& asked) {
  machine::Backoff backoff;
  backoff.initial_ms = schedule.initial.count();
  backoff.max_ms = schedule.max.count();
  backoff.max_attempts = schedule.max_attempts;
  backoff.growth = static_cast<std::uint32_t>(schedule.rate * 1000.0 + 0.5);
  backoff.jitter = schedule.jitter;
  const auto delay = machine::delay_after(backoff, asked.attempt, asked.random_bits);
  return delay ? PollDecision::again_after(*delay) : PollDecision::give_up();
}

OperationPtr run_condition(ContextCore& context, std::string_view name, const ConditionRules& rules,
                           void* call, Polled (*poll)(void* call, Poll& poll)) {
  check_rules(name, rules);
  auto opened = open_call<ConditionOperation>(context, condition_kind, name);
  if (opened.admitted) opened.operation->use_serdes(context.runtime->serdes_for(rules.serdes));
  if (opened.admitted && opened.operation->begin(opened.place)) {
    opened.operation->poll_with(call, poll);
  }
  return std::move(opened.operation);
}

OperationPtr run_task_condition(ContextCore& context, std::string_view name,
                                const ConditionRules& rules, void* call,
                                std::unique_ptr<PollBody> (*make)(void* call)) {
  check_rules(name, rules);
  auto opened = open_call<ConditionOperation>(context, condition_kind, name);
  if (opened.admitted) opened.operation->use_serdes(context.runtime->serdes_for(rules.serdes));
  if (opened.admitted && opened.operation->begin(opened.place)) {
    opened.operation->poll_with(make(call));
  }
  return std::move(opened.operation);
}

}  // namespace durable::detail
