// SPDX-License-Identifier: Apache-2.0
//
// Callbacks: `ctx.create_callback` and `ctx.wait_for_callback`.
#pragma once

#include <durable/sdk/context.h>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

namespace detail {

/// A callback: started once its id is known, settled once it is completed.
class CallbackOperation : public Operation {
 public:
  using Operation::Operation;

  /// Whether an await of the start goes on at once.
  [[nodiscard]] bool start_is_known() const noexcept {
    return progress_ == Progress::detached || (!callback_id_.empty() && !stopped());
  }
  void wait_for_start(Waiter& waiter) noexcept { start_waiters_.push(waiter); }
  /// Throws the UsageError of a detached operation. Pre: the start is known.
  [[nodiscard]] const std::string& callback_id() const {
    if (progress_ == Progress::detached) raise_error();
    return callback_id_;
  }

 protected:
  std::string callback_id_;
  WaiterLine start_waiters_;
};

/// Takes the next id and starts a callback. Throws `ValidationError` and `UsageError`.
[[nodiscard]] std::unique_ptr<CallbackOperation> start_callback(ContextCore& context,
                                                                std::string_view name,
                                                                const CallbackOptions& options);

/// Throws the UsageError for the await of a start that was moved from.
[[noreturn]] void raise_empty_callback_start();

/// Whether a callback can be read as a `T`; refuses one that cannot.
template <class T>
consteval bool check_callback_result() {
  if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::optional<std::string>>) {
    return true;
  } else {
    static_assert(has_serdes<T>,
                  "durable: a callback's result is read as std::string or "
                  "std::optional<std::string> (its text as it is), as void (ignored), or from "
                  "JSON, for which this type has no form: use a plain aggregate, a std type, or "
                  "specialise durable::Serdes<T>.");
    return has_serdes<T>;
  }
}

}  // namespace detail

/// The handle of a callback that the service knows: its id, to be handed to whoever completes it,
/// and its result.
///
/// Completion may come at any time, also before anybody awaits it; a second one is refused by the
/// service and changes nothing here. Destroying the handle leaves the callback open.
/// Move-only. Thread-safety: none; lives on the workflow's thread.
template <class T>
class [[nodiscard]] Callback {
 public:
  /// With which `SendDurableExecutionCallbackSuccess`, `-Failure` and `-Heartbeat` name it. The
  /// same in every replay.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }

  /// What the callback is completed with. Await it once or repeatedly, or pass it on to `all` or
  /// `settle`; it lives as long as this handle.
  ///
  /// Await: the result. Throws `CallbackTimeoutError` when it was not completed in time,
  /// `CallbackExternalError` when it was completed with a failure, `SerDesError` when the result
  /// cannot be read as a `T`, also when there is none and `T` is `std::string`.
  [[nodiscard]] DurableFuture<T>& result() & noexcept { return result_; }
  [[nodiscard]] DurableFuture<T> result() && noexcept { return std::move(result_); }

  /// Made by the library.
  explicit Callback(std::unique_ptr<detail::CallbackOperation> operation)
      : id_(operation->callback_id()), result_(std::move(operation)) {}

 private:
  std::string id_;
  DurableFuture<T> result_;
};

/// A callback that is being made: what `create_callback` returns. Awaited once, as a temporary or
/// through `std::move`; gives the `Callback<T>` as soon as the service has made its id.
///
/// Does not wait for the callback's completion, and does not throw for one that failed.
/// Errors at the await: `UsageError` if it was moved from, or if its context has ended.
/// Move-only. Thread-safety: none; lives on the workflow's thread.
template <class T>
class [[nodiscard]] CallbackStart {
 public:
  using durable_awaitable = void;

  class Awaiter {
   public:
    explicit Awaiter(CallbackStart& start) noexcept : start_(start) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;

    [[nodiscard]] bool await_ready() const noexcept {
      return start_.operation_ == nullptr || start_.operation_->start_is_known();
    }
    template <class P>
    void await_suspend(std::coroutine_handle<P> handle) noexcept {
      static_assert(std::is_base_of_v<detail::PromiseBase, P>,
                    "durable: durable operations can be awaited only in a durable::Task.");
      waiter_.promise = &handle.promise();
      start_.operation_->wait_for_start(waiter_);
    }
    Callback<T> await_resume() const {
      if (start_.operation_ == nullptr) detail::raise_empty_callback_start();
      return Callback<T>(std::move(start_.operation_));
    }

   private:
    CallbackStart& start_;
    detail::Waiter waiter_;
  };

  Awaiter operator co_await() && noexcept { return Awaiter(*this); }
  /// It is awaited once, so its await takes it over: write `co_await std::move(start)`.
  Awaiter operator co_await() & = delete;

  /// Made by the library.
  explicit CallbackStart(std::unique_ptr<detail::CallbackOperation> operation) noexcept
      : operation_(std::move(operation)) {}

 private:
  std::unique_ptr<detail::CallbackOperation> operation_;
};

namespace detail {

/// The body of a wait_for_callback: the library's own coroutine, around the user's submitter.
class WaitForCallbackBody : public Body {
 public:
  void use_options(const WaitForCallbackOptions& options) noexcept { options_ = options; }

  PromiseBase& create(DurableContext& context) final;
  /// What the callback's completer gave, as it is recorded.
  [[nodiscard]] std::optional<Payload> result(const SerdesContext& context) final;
  void destroy_frame() noexcept final { task_.reset(); }

 protected:
  /// Starts the step that calls the submitter. `id` lives until the step's future is awaited.
  virtual DurableFuture<void> submit(DurableContext& context, std::string_view name,
                                     const std::string& id, const StepOptions& options) = 0;

 private:
  Task<void> run(DurableContext& context);

  WaitForCallbackOptions options_;
  std::optional<Payload> recorded_;
  std::optional<Task<void>> task_;  // refers to the submitter, so `destroy_frame` comes first
};

[[nodiscard]] OperationPtr run_wait_for_callback(
    ContextCore& context, std::string_view name, const WaitForCallbackOptions& options,
    void* submit, std::unique_ptr<WaitForCallbackBody> (*make)(void* submit));

template <class F>
inline constexpr bool submitter_takes_context =
    std::is_invocable_v<F&, const std::string&, StepContext&>;

/// Refuses what cannot be called as a submitter. StepContext& is asked first, as for step bodies.
template <class F>
consteval bool check_submitter() {
  if constexpr (submitter_takes_context<F>) {
    return true;
  } else if constexpr (std::is_invocable_v<F&, const std::string&>) {
    return true;
  } else {
    static_assert(always_false<F>,
                  "durable: the submitter of wait_for_callback is called as (std::string id) or "
                  "(std::string id, durable::StepContext&), in a step: it cannot take a "
                  "DurableContext.");
    return false;
  }
}

template <class F>
decltype(auto) call_submitter(F& submit, const std::string& id, StepContext& context) {
  if constexpr (submitter_takes_context<F>) {
    return submit(id, context);
  } else {
    return submit(id);
  }
}

template <class T>
Task<void> ignore_result(Task<T> task) {
  static_cast<void>(co_await std::move(task));
}

template <class F>
class SubmittingBody final : public WaitForCallbackBody {
 public:
  template <class U>
  explicit SubmittingBody(U&& submit) : submit_(std::forward<U>(submit)) {}

 private:
  DurableFuture<void> submit(DurableContext& context, std::string_view name, const std::string& id,
                             const StepOptions& options) override {
    using Return = decltype(call_submitter(submit_, id, std::declval<StepContext&>()));
    if constexpr (is_task<Return>) {
      return context.step(
          name,
          [this, &id](StepContext& step) -> Task<void> {
            if constexpr (std::is_same_v<std::remove_cvref_t<Return>, Task<void>>) {
              return call_submitter(submit_, id, step);
            } else {
              return ignore_result(call_submitter(submit_, id, step));
            }
          },
          options);
    } else {
      return context.step(
          name,
          [this, &id](StepContext& step) { static_cast<void>(call_submitter(submit_, id, step)); },
          options);
    }
  }

  F submit_;
};

}  // namespace detail

template <class T>
CallbackStart<T> DurableContext::create_callback(std::string_view name,
                                                 const CallbackOptions& options) {
  static_assert(detail::check_callback_result<T>());
  return CallbackStart<T>(detail::start_callback(core_, name, options));
}

template <class T>
CallbackStart<T> DurableContext::create_callback(const CallbackOptions& options) {
  return create_callback<T>(std::string_view(), options);
}

template <class T, class F>
auto DurableContext::wait_for_callback(std::string_view name, F&& submit,
                                       const WaitForCallbackOptions& options) {
  using Function = std::remove_reference_t<F>;
  if constexpr (std::is_function_v<Function>) {
    Function* pointer = &submit;
    return wait_for_callback<T>(name, pointer, options);
  } else {
    constexpr bool valid =
        detail::check_callback_result<T>() && detail::check_submitter<Function>();
    if constexpr (valid) {
      return detail::FutureFor<T, F>(detail::run_wait_for_callback(
          core_, name, options, address_of(submit),
          [](void* given) -> std::unique_ptr<detail::WaitForCallbackBody> {
            return std::make_unique<detail::SubmittingBody<std::decay_t<F>>>(
                std::forward<F>(*static_cast<Function*>(given)));
          }));
    }
  }
}

template <class T, detail::NotAName F>
auto DurableContext::wait_for_callback(F&& submit, const WaitForCallbackOptions& options) {
  return wait_for_callback<T>(std::string_view(), std::forward<F>(submit), options);
}

}  // namespace durable
