// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>
#include <durable/sdk/detail/compiler.h>
#include <durable/sdk/detail/operation.h>
#include <durable/sdk/detail/owned.h>
#include <durable/sdk/future.h>
#include <durable/sdk/lambda_context.h>
#include <durable/sdk/logger.h>
#include <durable/sdk/options.h>
#include <durable/sdk/random.h>
#include <durable/sdk/serdes.h>
#include <durable/sdk/task.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

class DurableContext;
template <class T>
class CallbackStart;
template <class S>
struct ConditionOptions;
template <class Item>
struct MapOptions;
struct ParallelOptions;
struct WithRetryOptions;

/// What a step's body may ask about the attempt that it is. Durable calls are not possible in a
/// step body. Lifetime: the body's.
class StepContext {
 public:
  StepContext(const StepContext&) = delete;
  StepContext& operator=(const StepContext&) = delete;

  /// From 1; counts the attempts of this step over all invocations.
  [[nodiscard]] std::uint32_t attempt() const noexcept { return attempt_; }
  /// Writes always: the body runs only when it is not replayed.
  [[nodiscard]] ScopedLogger logger() const noexcept {
    return ScopedLogger(context_, operation_, attempt_, log_fields_);
  }
  /// Asked to stop when the host wants the invocation to end soon; in an offloaded body also when
  /// nobody waits for its result any more.
  [[nodiscard]] std::stop_token stop_token() const noexcept;
  /// The invocation that this attempt runs in; its members are empty where the host tells nothing.
  [[nodiscard]] const LambdaContext& lambda_context() const noexcept;

  /// Made by the library.
  StepContext(const detail::ContextCore& context, const detail::Operation& operation,
              std::uint32_t attempt) noexcept
      : context_(&context),
        operation_(&operation),
        log_fields_(context.inherited_log_fields()),
        attempt_(attempt) {}

 private:
  const detail::ContextCore* context_;
  const detail::Operation* operation_;
  // Shared with the context, which may change its own while this runs on another thread.
  std::shared_ptr<const LogFields> log_fields_;
  std::uint32_t attempt_;
};

namespace detail {

/// What a result is recorded as: text becomes std::string, a Task its value.
template <class T>
struct RecordedAs {
  using Type = T;
};
template <>
struct RecordedAs<const char*> {
  using Type = std::string;
};
template <>
struct RecordedAs<char*> {
  using Type = std::string;
};
template <>
struct RecordedAs<std::string_view> {
  using Type = std::string;
};
template <class T>
struct RecordedAs<Task<T>> {
  using Type = T;
};
/// The state of a `wait_for_condition` that is given a first one of type `S`.
template <class S>
using StateOf = typename RecordedAs<std::decay_t<S>>::Type;

/// How a step's body is called, and what it gives. StepContext& is asked first: asking anything
/// else of a lambda with an `auto&` parameter would be an error inside that lambda.
template <class F>
consteval auto step_body_result() {
  if constexpr (std::is_invocable_v<F&, StepContext&>) {
    return std::type_identity<std::invoke_result_t<F&, StepContext&>>{};
  } else if constexpr (std::is_invocable_v<F&>) {
    return std::type_identity<std::invoke_result_t<F&>>{};
  } else {
    static_assert(!std::is_invocable_v<F&, DurableContext&>,
                  "durable: a step body cannot take a DurableContext; a body that uses durable "
                  "operations belongs in ctx.run_in_child_context.");
    static_assert(std::is_invocable_v<F&, DurableContext&>,
                  "durable: a step body is called as () or as (durable::StepContext&).");
    return std::type_identity<void>{};
  }
}
template <class F>
using StepBodyReturn = typename decltype(step_body_result<F>())::type;
template <class F>
using StepValue = typename RecordedAs<std::decay_t<StepBodyReturn<F>>>::Type;

template <class F>
decltype(auto) call_step_body(F& body, StepContext& context) {
  if constexpr (std::is_invocable_v<F&, StepContext&>) {
    return body(context);
  } else {
    return body();
  }
}

/// Whether a step's body gives a result that can be recorded; refuses one that does not.
template <class T>
consteval bool check_result() {
  static_assert(has_serdes<T>,
                "durable: this result type has no JSON form: use a plain aggregate, a std type, or "
                "specialise durable::Serdes<T>.");
  return has_serdes<T>;
}

template <class F, class T>
std::optional<Payload> step_function(void* body, StepContext& context, const SerdesContext& serdes,
                                     bool& returned) {
  F& function = *static_cast<F*>(body);
  if constexpr (std::is_void_v<T>) {
    call_step_body(function, context);
    returned = true;
    return std::nullopt;
  } else {
    const T value(call_step_body(function, context));
    returned = true;
    return Serdes<T>::serialize(value, serdes);
  }
}

/// Whether a body was made by `offload`.
template <class F>
inline constexpr bool is_offloaded = requires {
  typename F::durable_offloaded;
};

/// Any body that owns what it uses.
template <class F, class T>
class OwnedStepBody final : public OffloadedBody {
 public:
  template <class U>
  explicit OwnedStepBody(U&& body) : body_(std::forward<U>(body)) {}
  std::optional<Payload> run(StepContext& context, const SerdesContext& serdes,
                             bool& returned) override {
    return step_function<F, T>(&body_, context, serdes, returned);
  }

 private:
  F body_;
};

template <class F, class T>
class TaskStepBody final : public StepBody {
 public:
  template <class U>
  explicit TaskStepBody(U&& body) : body_(std::forward<U>(body)) {}
  PromiseBase& create(StepContext& context) override {
    task_.emplace(call_step_body(body_, context));
    return task_->promise();
  }
  std::optional<Payload> result(const SerdesContext& context) override {
    if constexpr (std::is_void_v<T>) {
      return std::nullopt;
    } else {
      return Serdes<T>::serialize(*task_->promise().value, context);
    }
  }

 private:
  F body_;
  std::optional<Task<T>> task_;  // after body_: the frame refers to it
};

template <class F>
consteval auto child_body_result() {
  if constexpr (std::is_invocable_v<F&, DurableContext&>) {
    using R = std::invoke_result_t<F&, DurableContext&>;
    static_assert(is_task<R>,
                  "durable: the body of a child context must return durable::Task<R>: write \"-> "
                  "durable::Task<R>\" after its parameters.");
    if constexpr (is_task<R>) {
      return std::type_identity<typename TaskTraits<R>::Value>{};
    } else {
      return std::type_identity<void>{};
    }
  } else {
    static_assert(always_false<F>,
                  "durable: the body of a child context is called as (durable::DurableContext&) "
                  "and returns durable::Task<R>.");
    return std::type_identity<void>{};
  }
}
template <class F>
using ChildValue = typename decltype(child_body_result<F>())::type;

template <class F, class T>
class ChildBody final : public Body {
 public:
  template <class U>
  explicit ChildBody(U&& body) : body_(std::forward<U>(body)) {}
  PromiseBase& create(DurableContext& context) override {
    task_.emplace(body_(context));
    return task_->promise();
  }
  std::optional<Payload> result(const SerdesContext& context) override {
    if constexpr (std::is_void_v<T>) {
      return std::nullopt;
    } else {
      return Serdes<T>::serialize(*task_->promise().value, context);
    }
  }
  void destroy_frame() noexcept override { task_.reset(); }

 private:
  F body_;
  std::optional<Task<T>> task_;  // after body_: the frame refers to it
};

template <class F>
concept NotAName = !std::convertible_to<F, std::string_view>;
template <class F>
concept NotOptions = !std::same_as<std::remove_cvref_t<F>, ParallelOptions>;
template <class F>
concept NotNameNorOptions = NotAName<F> && NotOptions<F>;

/// What a range holds.
template <class Range>
using ItemOf =
    std::iter_value_t<decltype(std::begin(std::declval<std::remove_reference_t<Range>&>()))>;

}  // namespace detail

/// Starts durable operations. The handler is given one, and so is each body of a child context;
/// helpers take it by reference and share its ids.
///
/// A call starts its operation at once and takes the next id of this context, in the order of the
/// calls; the returned future is awaited at once or later. In a replay the same calls get what is
/// recorded. So the calls that a context makes may depend only on its input and on results of
/// operations: not on time, chance or outside state, which belong inside steps.
///
/// Names are optional, of 1 to 256 printable ASCII characters; an empty name is none.
///
/// Errors of every call: `ValidationError` for an argument out of range (no operation, no id used);
/// `UsageError` when called inside a step body, on another context's object, or after the context's
/// end, and `NonDeterministicExecutionError` when the record differs: these end the execution even
/// if they are caught.
///
/// Thread-safety: none; used on the workflow's thread by the code that it was given to.
class DurableContext {
 public:
  DurableContext(const DurableContext&) = delete;
  DurableContext& operator=(const DurableContext&) = delete;

  /// Runs `body` now, on this thread, and records its result; a replay gives the recorded result
  /// and does not run it. `body` is called as `()` or `(StepContext&)` and returns a value,
  /// nothing, or a `Task` that awaits other Tasks. Retries are scheduled with the service: the next
  /// attempt runs in a later invocation.
  ///
  /// Await: the result as read back from its recorded form. Throws `StepError` when the retry
  /// policy gave up, `StepInterruptedError` for at-most-once steps that were cut off.
  ///
  /// With `offload(function, arguments...)` (offload.h) as `body`, it runs on a worker thread while
  /// the workflow goes on.
  template <class F>
  auto step(std::string_view name, F&& body) {
    return start_step(name, std::forward<F>(body), nullptr);
  }
  template <class F>
  auto step(std::string_view name, F&& body, const StepOptions& options) {
    return start_step(name, std::forward<F>(body), &options);
  }
  template <detail::NotAName F>
  auto step(F&& body) {
    return start_step({}, std::forward<F>(body), nullptr);
  }
  template <detail::NotAName F>
  auto step(F&& body, const StepOptions& options) {
    return start_step({}, std::forward<F>(body), &options);
  }

  /// Waits without computing. `duration`: 1 s to 31,622,400 s (366 days), rounded up to whole
  /// seconds. The service tells when it is over, not this machine's clock.
  /// `cancel()` of the future ends it early.
  ///
  /// Await: nothing. Throws `WaitCancelledError` when it was cancelled.
  WaitFuture wait(std::string_view name, Duration duration);
  WaitFuture wait(Duration duration) { return wait({}, duration); }

  /// Runs `body`, called as `(DurableContext&)` and returning `Task<R>`, in a context of its own,
  /// with ids of its own, so that several can run side by side. It runs now, up to where it has to
  /// wait. Its result is recorded; one above 256 KiB is not, and is made again in each replay from
  /// the results of its operations. Nesting is limited to 256 levels.
  ///
  /// Await: the result as read back from its recorded form. Throws `ChildContextError` when an
  /// exception left the body.
  template <class F>
  auto run_in_child_context(std::string_view name, F&& body) {
    return start_child(name, std::forward<F>(body), nullptr);
  }
  template <class F>
  auto run_in_child_context(std::string_view name, F&& body, const ChildOptions& options) {
    return start_child(name, std::forward<F>(body), &options);
  }
  template <detail::NotAName F>
  auto run_in_child_context(F&& body) {
    return start_child({}, std::forward<F>(body), nullptr);
  }
  template <detail::NotAName F>
  auto run_in_child_context(F&& body, const ChildOptions& options) {
    return start_child({}, std::forward<F>(body), &options);
  }

  // The calls below are defined in callback.h, invoke.h, condition.h, with_retry.h, map.h and
  // parallel.h, which durable/durable.h includes all.

  /// Makes a callback: an id with which somebody outside completes this execution's wait.
  /// `co_await` gives a `Callback<T>` once the service has made the id; `co_await
  /// callback.result()` waits for the completion. Never throws for a callback that failed; its
  /// result does. `T`: `std::string` for the completer's text as it is,
  /// `std::optional<std::string>` where there may be none, `void` to ignore it; any other type is
  /// read as JSON.
  template <class T = std::string>
  CallbackStart<T> create_callback(std::string_view name, const CallbackOptions& options = {});
  template <class T = std::string>
  CallbackStart<T> create_callback(const CallbackOptions& options = {});

  /// Makes a callback, hands its id to `submit` in a step of its own, and waits for the completion;
  /// all in a child context. `submit` is called as `(std::string id)` or `(std::string id,
  /// StepContext&)`, its result is ignored, and it is retried as `options.retry` says. It runs once
  /// the service has made the id, which may be after this call has returned: what it refers to must
  /// live until the future has been awaited. `T`: as for `create_callback`.
  ///
  /// Await: the result. Throws `CallbackTimeoutError`, `CallbackExternalError`,
  /// `CallbackSubmitterError`.
  template <class T = std::string, class F>
  auto wait_for_callback(std::string_view name, F&& submit,
                         const WaitForCallbackOptions& options = {});
  template <class T = std::string, detail::NotAName F>
  auto wait_for_callback(F&& submit, const WaitForCallbackOptions& options = {});

  /// Invokes another Lambda function and waits for its result without computing. `function`: its
  /// name or ARN, with version or alias where it is a durable function. `payload` is written as
  /// JSON, `nullptr` as `null`; at most 1 MiB. The call throws `SerDesError` for a payload that
  /// cannot be written, and then has used no id.
  ///
  /// Await: the result, read as an `R`. Throws `InvokeError` when the function failed, timed out,
  /// was stopped or cannot be found.
  template <class R = void, class P>
  auto invoke(std::string_view name, std::string_view function, P&& payload,
              const InvokeOptions& options = {});

  /// Polls until a condition holds: `check`, called as `(const S&)` or `(const S&, StepContext&)`,
  /// gives the new state; `options` say whether to go on, and after which delay. The state is
  /// recorded by each poll.
  ///
  /// Await: the last state. Throws `WaitForConditionError` when `check` throws, or when the polls
  /// are used up.
  template <class S, class F>
  auto wait_for_condition(std::string_view name, S&& initial, F&& check,
                          const ConditionOptions<detail::StateOf<S>>& options);
  template <class S, class F>
  auto wait_for_condition(S&& initial, F&& check,
                          const ConditionOptions<detail::StateOf<S>>& options);

  /// Runs `body`, called as `(DurableContext&, std::uint32_t attempt)` and returning `Task<R>`,
  /// again and again until it does not throw or the policy gives up, with durable waits between:
  /// for operations that belong together. All in a child context.
  ///
  /// Await: the result. Throws `ChildContextError` with what the last attempt threw.
  template <class F>
  auto with_retry(std::string_view name, F&& body, const WithRetryOptions& options);
  template <class F>
  auto with_retry(std::string_view name, F&& body);

  /// Runs `branch` for each item of the range `items`, in child contexts of their own, side by
  /// side. `branch` is called as `(DurableContext&, const Item&)` or `(DurableContext&, const
  /// Item&, std::size_t index)` and returns `Task<R>`. Items are copied; a vector rvalue is moved.
  /// Both are kept until the future is destroyed.
  ///
  /// Await: a `BatchResult<R>`. Does not throw for items that failed: `throw_if_error()` does.
  template <class Range, class F>
  auto map(std::string_view name, Range&& items, F&& branch,
           const MapOptions<detail::ItemOf<Range>>& options);
  template <class Range, class F>
  auto map(std::string_view name, Range&& items, F&& branch);
  template <detail::NotAName Range, class F>
  auto map(Range&& items, F&& branch, const MapOptions<detail::ItemOf<Range>>& options);
  template <detail::NotAName Range, class F>
  auto map(Range&& items, F&& branch);
  /// Refused: inside a `co_await` expression, GCC cannot compile a list in braces.
  template <class Item, class F, class... Options>
  void map(std::string_view name, std::initializer_list<Item> items, F&& branch,
           const Options&... options);

  /// Runs branches in child contexts of their own, side by side: `ctx.parallel("all", branch("a",
  /// f), branch("b", g))`, where each function is called as `(DurableContext&)` and returns a
  /// `Task`. A branch without a name is the function alone.
  ///
  /// Await: a `ParallelResult<R...>`, or a `BatchResult<R>` for a vector of branches. Does not
  /// throw for branches that failed: `throw_if_error()` does.
  template <detail::NotOptions... B>
  auto parallel(std::string_view name, B&&... branches);
  template <detail::NotOptions... B>
  auto parallel(std::string_view name, const ParallelOptions& options, B&&... branches);
  template <detail::NotNameNorOptions First, detail::NotOptions... B>
  auto parallel(First&& first, B&&... branches);
  template <detail::NotOptions... B>
  auto parallel(const ParallelOptions& options, B&&... branches);

  // The three below are the same in each replay. Called in a step body they are a `UsageError`.

  /// The present moment by the host's clock, recorded as a step: a replay gives the same one. Costs
  /// an operation. Awaiting it fails as a step does where the host has no clock.
  DurableFuture<Timestamp> now(std::string_view name = "now");
  /// A new UUID, e.g. for an idempotency key; of version 4 in form. Made from the execution's ARN,
  /// this context's id and a count of its calls: nothing is recorded, and no two are equal. Not a
  /// secret: whoever knows the ARN can compute it.
  [[nodiscard]] std::string uuid();
  /// A new sequence of random numbers, made as the UUID is; for `std::shuffle` and the like. Not
  /// for secrets.
  [[nodiscard]] DeterministicRandom random();

  /// Silent while this context replays.
  [[nodiscard]] ScopedLogger logger() const noexcept {
    return ScopedLogger(&core_, nullptr, 0, core_.inherited_log_fields());
  }
  /// Adds `fields`, which it copies, to all lines that are written from now on in this context, in
  /// its steps, and in child contexts that it starts from now on.
  void add_log_fields(std::initializer_list<LogField> fields);
  [[nodiscard]] std::string_view execution_arn() const noexcept;
  /// The present invocation; its members are empty where the host tells nothing. Another one in
  /// each replay: what the workflow does must not depend on it, save for the tenant.
  [[nodiscard]] const LambdaContext& lambda_context() const noexcept;

  /// Made by the library.
  DurableContext() = default;
  [[nodiscard]] detail::ContextCore& core() noexcept { return core_; }

 private:
  template <class F>
  static void* address_of(F& body) noexcept {
    return const_cast<void*>(static_cast<const volatile void*>(std::addressof(body)));
  }

  template <class F>
  auto start_step(std::string_view name, F&& body, const StepOptions* options) {
    using Function = std::remove_reference_t<F>;
    if constexpr (std::is_function_v<Function>) {
      Function* pointer = &body;
      return start_step(name, pointer, options);
    } else {
      // A copy of an offloaded body is called, not the caller's.
      constexpr bool offloaded = detail::is_offloaded<std::remove_cv_t<Function>>;
      using Called = std::conditional_t<offloaded, std::remove_cv_t<Function>, Function>;
      using Return = detail::StepBodyReturn<Called>;
      using T = detail::StepValue<Called>;
      constexpr bool valid = detail::check_result<T>();
      if constexpr (!valid) {
        return;
      } else if constexpr (detail::is_task<Return>) {
        return detail::FutureFor<T, F>(detail::run_task_step(
            core_, name, options, address_of(body),
            [](void* given) -> std::unique_ptr<detail::StepBody> {
              return std::make_unique<detail::TaskStepBody<std::decay_t<F>, T>>(
                  std::forward<F>(*static_cast<Function*>(given)));
            }));
      } else if constexpr (offloaded) {
        using Future = std::conditional_t<Called::name_first, NameThisFutureFirst<T>,  //
                                          DurableFuture<T>>;
        return Future(start_offloaded<F, T>(name, address_of(body), options));
      } else {
        if constexpr (detail::owns_what_it_uses<std::decay_t<F>>) {
          if (core_.offload_bodies) {
            return detail::FutureFor<T, F>(start_offloaded<F, T>(name, address_of(body), options));
          }
        }
        // The body ends before this call does, so it stays where the caller has it.
        return detail::FutureFor<T, F>(detail::run_step(core_, name, options, address_of(body),
                                                        &detail::step_function<Function, T>));
      }
    }
  }

  template <class F, class T>
  detail::OperationPtr start_offloaded(std::string_view name, void* body,
                                       const StepOptions* options) {
    return detail::run_offloaded_step(
        core_, name, options, body, [](void* given) -> std::unique_ptr<detail::OffloadedBody> {
          return std::make_unique<detail::OwnedStepBody<std::decay_t<F>, T>>(
              std::forward<F>(*static_cast<std::remove_reference_t<F>*>(given)));
        });
  }

  template <class F>
  auto start_child(std::string_view name, F&& body, const ChildOptions* options) {
    using Function = std::remove_reference_t<F>;
    if constexpr (std::is_function_v<Function>) {
      Function* pointer = &body;
      return start_child(name, pointer, options);
    } else {
      using T = detail::ChildValue<Function>;
      constexpr bool valid = detail::check_result<T>();
      if constexpr (valid) {
        // A lambda's captures belong to its coroutine, so the operation keeps it.
        return detail::FutureFor<T, F>(
            detail::run_child(core_, name, options, address_of(body),
                              [](void* given) -> std::unique_ptr<detail::Body> {
                                return std::make_unique<detail::ChildBody<std::decay_t<F>, T>>(
                                    std::forward<F>(*static_cast<Function*>(given)));
                              }));
      }
    }
  }

  detail::ContextCore core_;
};

}  // namespace durable
