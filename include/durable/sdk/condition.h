// SPDX-License-Identifier: Apache-2.0
//
// `DurableContext::wait_for_condition`: polling until something holds.
#pragma once

#include <durable/sdk/context.h>
#include <durable/sdk/detail/plain_function.h>
#include <durable/sdk/retry.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

/// What a polling strategy may ask about the poll that was just made, besides the new state.
struct PollContext {
  std::uint32_t attempt = 1;      ///< Polls made, this one included; over all invocations.
  std::uint64_t random_bits = 0;  ///< For jitter. The delay is recorded, so chance does no harm.
};

/// What follows a poll.
class PollDecision {
 public:
  enum class Kind : std::uint8_t { satisfied, again, give_up };

  /// The condition holds: the new state is the result.
  [[nodiscard]] static PollDecision satisfied() { return PollDecision(Kind::satisfied, {}, {}); }
  /// It does not: poll again after `delay`, which is rounded up to whole seconds, at least 1.
  [[nodiscard]] static PollDecision again_after(Duration delay) {
    return PollDecision(Kind::again, delay, {});
  }
  /// It will not: the wait fails with a `WaitForConditionError` of this message.
  [[nodiscard]] static PollDecision give_up(std::string message = {}) {
    return PollDecision(Kind::give_up, {}, std::move(message));
  }

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] Duration delay() const noexcept { return delay_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

 private:
  PollDecision(Kind kind, Duration delay, std::string message)
      : kind_(kind), delay_(delay), message_(std::move(message)) {}

  Kind kind_;
  Duration delay_;
  std::string message_;
};

/// How often to poll. Delay after poll n: `initial` x `rate`^(n-1), at most `max`, then jitter. The
/// defaults are those of the official SDKs.
struct PollSchedule {
  std::uint32_t max_attempts = 60;  ///< Polls in all. At least 1.
  Duration initial = std::chrono::seconds(5);
  Duration max = std::chrono::minutes(5);
  double rate = 1.5;  ///< 1 to 1,000; kept to three decimals.
  Jitter jitter = Jitter::full;

  /// The same delay after each poll.
  [[nodiscard]] static constexpr PollSchedule every(Duration delay,
                                                    std::uint32_t max_attempts = 60) noexcept {
    return {max_attempts, delay, delay, 1.0, Jitter::none};
  }
};

/// Whether a state is what is waited for: a lambda `(const S&) -> bool`, copied as plain bytes.
/// What it captures by reference must outlive the call's future.
template <class S>
class Until {
 public:
  Until() = default;
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Until>) Until(F function) {
    constexpr bool callable = std::is_invocable_r_v<bool, const F&, const S&>;
    static_assert(callable,
                  "durable: .until is called as (const S&), where S is the type of the state, and "
                  "returns whether the condition holds, as a bool.");
    static_assert(detail::PlainFunction<bool(const S&)>::template holds<F>,
                  "durable: an .until lambda is copied as plain bytes into the operation: capture "
                  "only numbers, pointers and references, of 40 bytes together.");
    if constexpr (callable && detail::PlainFunction<bool(const S&)>::template holds<F>) {
      function_ = detail::PlainFunction<bool(const S&)>(function);
    }
  }

  explicit operator bool() const noexcept { return static_cast<bool>(function_); }
  [[nodiscard]] bool operator()(const S& state) const { return function_(state); }

 private:
  detail::PlainFunction<bool(const S&)> function_;
};

/// Decides alone what follows a poll: a lambda `(const S&, const PollContext&) -> PollDecision`,
/// copied as plain bytes. What it captures by reference must outlive the call's future.
template <class S>
class PollStrategy {
 public:
  PollStrategy() = default;
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, PollStrategy>) PollStrategy(F function) {
    constexpr bool callable =
        std::is_invocable_r_v<PollDecision, const F&, const S&, const PollContext&>;
    static_assert(
        callable,
        "durable: a .strategy is called as (const S&, const durable::PollContext&), where "
        "S is the type of the state, and returns a durable::PollDecision.");
    static_assert(
        Function::template holds<F>,
        "durable: a .strategy lambda is copied as plain bytes into the operation: capture "
        "only numbers, pointers and references, of 40 bytes together.");
    if constexpr (callable && Function::template holds<F>) function_ = Function(function);
  }

  explicit operator bool() const noexcept { return static_cast<bool>(function_); }
  [[nodiscard]] PollDecision operator()(const S& state, const PollContext& context) const {
    return function_(state, context);
  }

 private:
  using Function = detail::PlainFunction<PollDecision(const S&, const PollContext&)>;
  Function function_;
};

/// When a `wait_for_condition` ends, and how often it polls until then: either `until` with a
/// schedule, or a `strategy` that decides everything. None of them may make a durable call.
template <class S>
struct ConditionOptions {
  Until<S> until = {};                    ///< Required, unless there is a strategy.
  PollSchedule poll = {};                 ///< Belongs to `until`.
  PollStrategy<S> strategy = {};          ///< Instead of `until` and `poll`.
  const PayloadSerdes* serdes = nullptr;  ///< Of the state. Null: the function's own, or none.
};
static_assert(std::is_trivially_destructible_v<ConditionOptions<std::string>>);

namespace detail {

/// What a poll made of the state, as it is recorded.
struct Polled {
  Payload state;
  PollDecision decision;
};

/// One poll, between the templates and the core. `phase` says who is to blame for an exception.
struct Poll {
  enum class Phase : std::uint8_t { reading, checking, writing, deciding };

  const Operation& operation;
  StepContext& context;
  SerdesContext serdes;
  std::optional<Payload> recorded;  // the state to go on from; absent: the first one
  PollContext asked;
  Phase phase = Phase::reading;
};

/// The parts of the options that have no type of the user's.
struct ConditionRules {
  PollSchedule poll;
  const PayloadSerdes* serdes;
  bool has_until;
  bool has_strategy;
};

/// What `schedule` says after a poll that found the condition unmet.
[[nodiscard]] PollDecision next_poll(const PollSchedule& schedule, const PollContext& asked);

/// Decides on the state as it will be read back, which is what the next poll would see.
template <class S>
Polled judge(const S& made, const ConditionOptions<S>& options, Poll& poll) {
  poll.phase = Poll::Phase::writing;
  Payload record = *poll.operation.to_record(Serdes<S>::serialize(made, poll.serdes));
  const S state = Serdes<S>::deserialize(poll.operation.from_record(record), poll.serdes);
  poll.phase = Poll::Phase::deciding;
  if (options.strategy) return {std::move(record), options.strategy(state, poll.asked)};
  if (options.until(state)) return {std::move(record), PollDecision::satisfied()};
  return {std::move(record), next_poll(options.poll, poll.asked)};
}

template <class F, class S>
consteval auto check_function_result() {
  if constexpr (std::is_invocable_v<F&, const S&, StepContext&>) {
    return std::type_identity<std::invoke_result_t<F&, const S&, StepContext&>>{};
  } else if constexpr (std::is_invocable_v<F&, const S&>) {
    return std::type_identity<std::invoke_result_t<F&, const S&>>{};
  } else {
    static_assert(always_false<F>,
                  "durable: the check of a wait_for_condition is called as (const S&) or (const "
                  "S&, durable::StepContext&), where S is the type of the first state.");
    return std::type_identity<S>{};
  }
}
template <class F, class S>
using CheckReturn = typename decltype(check_function_result<F, S>())::type;

template <class F, class S>
decltype(auto) call_check(F& check, const S& state, StepContext& context) {
  if constexpr (std::is_invocable_v<F&, const S&, StepContext&>) {
    return check(state, context);
  } else {
    return check(state);
  }
}

template <class F, class S>
consteval bool validate_check() {
  static_assert(has_serdes<S>,
                "durable: the state of a wait_for_condition has no JSON form: use a plain "
                "aggregate, a std type, or specialise durable::Serdes<S>.");
  using Return = std::decay_t<CheckReturn<F, S>>;
  using Value = typename RecordedAs<Return>::Type;
  constexpr bool gives_state = std::is_convertible_v<Value, S>;
  static_assert(gives_state,
                "durable: the check of a wait_for_condition returns the new state, of the type of "
                "the first state, or a durable::Task of it.");
  return has_serdes<S> && gives_state;
}

/// A check that ends before the call does, where the caller has it.
template <class S, class I, class F>
struct CheckCall {
  I* initial;
  F* check;
  const ConditionOptions<S>* options;
};

template <class S, class I, class F>
Polled poll_now(void* call, Poll& poll) {
  const auto& given = *static_cast<const CheckCall<S, I, F>*>(call);
  const auto check = [&](const S& state) {
    poll.phase = Poll::Phase::checking;
    const S next(call_check(*given.check, state, poll.context));
    return judge<S>(next, *given.options, poll);
  };
  if (poll.recorded) return check(Serdes<S>::deserialize(*poll.recorded, poll.serdes));
  return check(*given.initial);
}

/// A check that is a coroutine.
class PollBody {
 public:
  PollBody() = default;
  PollBody(const PollBody&) = delete;
  PollBody& operator=(const PollBody&) = delete;
  virtual ~PollBody() = default;
  virtual PromiseBase& create(Poll& poll) = 0;
  [[nodiscard]] virtual Polled result(Poll& poll) = 0;
};

template <class S, class F, class R>
class TaskPollBody final : public PollBody {
 public:
  template <class I, class C>
  TaskPollBody(I&& initial, C&& check, const ConditionOptions<S>& options)
      : state_(std::forward<I>(initial)), check_(std::forward<C>(check)), options_(options) {}
  PromiseBase& create(Poll& poll) override {
    if (poll.recorded) state_ = Serdes<S>::deserialize(*poll.recorded, poll.serdes);
    poll.phase = Poll::Phase::checking;
    task_.emplace(call_check(check_, static_cast<const S&>(state_), poll.context));
    return task_->promise();
  }
  Polled result(Poll& poll) override {
    const S next(std::move(*task_->promise().value));
    return judge<S>(next, options_, poll);
  }

 private:
  S state_;
  F check_;
  ConditionOptions<S> options_;
  std::optional<R> task_;  // last: the frame refers to the others
};

[[nodiscard]] OperationPtr run_condition(ContextCore& context, std::string_view name,
                                         const ConditionRules& rules, void* call,
                                         Polled (*poll)(void* call, Poll& poll));
[[nodiscard]] OperationPtr run_task_condition(ContextCore& context, std::string_view name,
                                              const ConditionRules& rules, void* call,
                                              std::unique_ptr<PollBody> (*make)(void* call));

template <class S, class I, class F>
auto start_condition(ContextCore& context, std::string_view name, I&& initial, F&& check,
                     const ConditionOptions<S>& options) {
  using Initial = std::remove_reference_t<I>;
  using Function = std::remove_reference_t<F>;
  if constexpr (std::is_function_v<Function>) {
    Function* pointer = &check;
    return start_condition<S>(context, name, std::forward<I>(initial), pointer, options);
  } else if constexpr (constexpr bool valid = validate_check<Function, S>(); valid) {
    using Return = std::decay_t<CheckReturn<Function, S>>;
    const ConditionRules rules{options.poll, options.serdes, static_cast<bool>(options.until),
                               static_cast<bool>(options.strategy)};
    CheckCall<S, Initial, Function> call{std::addressof(initial), std::addressof(check), &options};
    if constexpr (is_task<Return>) {
      return FutureFor<S, I, F>(run_task_condition(
          context, name, rules, &call, [](void* given) -> std::unique_ptr<PollBody> {
            auto& made = *static_cast<CheckCall<S, Initial, Function>*>(given);
            return std::make_unique<TaskPollBody<S, std::decay_t<F>, Return>>(
                std::forward<I>(*made.initial), std::forward<F>(*made.check), *made.options);
          }));
    } else {
      return FutureFor<S, I, F>(
          run_condition(context, name, rules, &call, &poll_now<S, Initial, Function>));
    }
  }
}

}  // namespace detail

template <class S, class F>
auto DurableContext::wait_for_condition(std::string_view name, S&& initial, F&& check,
                                        const ConditionOptions<detail::StateOf<S>>& options) {
  return detail::start_condition<detail::StateOf<S>>(core_, name, std::forward<S>(initial),
                                                     std::forward<F>(check), options);
}
template <class S, class F>
auto DurableContext::wait_for_condition(S&& initial, F&& check,
                                        const ConditionOptions<detail::StateOf<S>>& options) {
  return detail::start_condition<detail::StateOf<S>>(core_, {}, std::forward<S>(initial),
                                                     std::forward<F>(check), options);
}

}  // namespace durable
