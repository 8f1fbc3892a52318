// SPDX-License-Identifier: Apache-2.0
//
// `DurableContext::with_retry`: several operations that are tried again together.
#pragma once

#include <durable/sdk/context.h>
#include <durable/sdk/outcome.h>
#include <durable/sdk/retry.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

/// Whether, and after which delay, a `with_retry` tries again; and how its result is recorded.
///
/// The policy is asked again in each replay, about the same errors and with the same random bits,
/// so it may depend on nothing else. It sees the type and message of what left the body: for a
/// failed operation those that are recorded inside it (`OperationError::error_type`), so the same
/// filters work here and in the options of a step.
struct WithRetryOptions {
  RetryPolicy retry = {};
  const PayloadSerdes* serdes = nullptr;  ///< Of the result. Null: the function's own, or none.
};
static_assert(std::is_trivially_destructible_v<WithRetryOptions>);

namespace detail {

/// Throws `ValidationError` if the names of the waits between the attempts would be too long.
void check_retry_name(std::string_view name);
[[nodiscard]] std::string backoff_name(std::string_view name, std::uint32_t attempt);
/// The delay before the next attempt; absent: the error is final.
[[nodiscard]] std::optional<Duration> retry_delay(DurableContext& context,
                                                  const std::exception_ptr& error,
                                                  const RetryPolicy& policy, std::uint32_t attempt);

template <class F>
consteval auto retried_body_result() {
  if constexpr (std::is_invocable_v<F&, DurableContext&, std::uint32_t>) {
    return std::type_identity<std::invoke_result_t<F&, DurableContext&, std::uint32_t>>{};
  } else if constexpr (std::is_invocable_v<F&, DurableContext&>) {
    return std::type_identity<std::invoke_result_t<F&, DurableContext&>>{};
  } else {
    static_assert(always_false<F>,
                  "durable: the body of a with_retry is called as (durable::DurableContext&, "
                  "std::uint32_t attempt) or (durable::DurableContext&), and returns "
                  "durable::Task<R>.");
    return std::type_identity<Task<void>>{};
  }
}
template <class F>
using RetriedReturn = typename decltype(retried_body_result<F>())::type;

template <class F>
auto call_retried(F& body, DurableContext& context, std::uint32_t attempt) {
  if constexpr (std::is_invocable_v<F&, DurableContext&, std::uint32_t>) {
    return body(context, attempt);
  } else {
    return body(context);
  }
}

/// What a with_retry is made of, on the caller's stack.
template <class F>
struct RetriedCall {
  F* body;
  std::string_view name;
  RetryPolicy policy;
};

template <class F, class T>
class RetriedBody final : public Body {
 public:
  template <class U>
  RetriedBody(U&& body, std::string_view name, const RetryPolicy& policy)
      : body_(std::forward<U>(body)), name_(name), policy_(policy) {}
  PromiseBase& create(DurableContext& context) override {
    task_.emplace(run(*this, context));
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
  // The frame lives in the object that it refers to.
  static Task<T> run(RetriedBody& self, DurableContext& context) {
    for (std::uint32_t attempt = 1;; ++attempt) {
      std::exception_ptr error;
      std::optional<Task<T>> task;
      try {
        task.emplace(call_retried(self.body_, context, attempt));
      } catch (...) {
        error = std::current_exception();
      }
      if (task) {
        Outcome<T> outcome = co_await settle(std::move(*task));
        if (outcome.has_value()) {
          if constexpr (std::is_void_v<T>) {
            co_return;
          } else {
            co_return std::move(outcome).value();
          }
        }
        error = outcome.error();
      }
      const auto delay = retry_delay(context, error, self.policy_, attempt);
      if (!delay) std::rethrow_exception(error);
      co_await context.wait(backoff_name(self.name_, attempt), *delay);
    }
  }

  F body_;
  std::string name_;
  RetryPolicy policy_;
  std::optional<Task<T>> task_;  // last: the frame refers to the others
};

template <class F>
auto start_with_retry(ContextCore& context, std::string_view name, F&& body,
                      const WithRetryOptions& options) {
  using Function = std::remove_reference_t<F>;
  if constexpr (std::is_function_v<Function>) {
    Function* pointer = &body;
    return start_with_retry(context, name, pointer, options);
  } else {
    using Return = RetriedReturn<Function>;
    static_assert(is_task<Return>,
                  "durable: the body of a with_retry must return durable::Task<R>: write \"-> "
                  "durable::Task<R>\" after its parameters.");
    if constexpr (is_task<Return>) {
      using T = typename TaskTraits<Return>::Value;
      if constexpr (constexpr bool valid = check_result<T>(); valid) {
        check_retry_name(name);
        RetriedCall<Function> call{std::addressof(body), name, options.retry};
        const ChildOptions child{.serdes = options.serdes};
        return FutureFor<T, F>(
            run_child(context, name, &child, &call, [](void* given) -> std::unique_ptr<Body> {
              auto& made = *static_cast<RetriedCall<Function>*>(given);
              return std::make_unique<RetriedBody<std::decay_t<F>, T>>(std::forward<F>(*made.body),
                                                                       made.name, made.policy);
            }));
      }
    }
  }
}

}  // namespace detail

template <class F>
auto DurableContext::with_retry(std::string_view name, F&& body, const WithRetryOptions& options) {
  return detail::start_with_retry(core_, name, std::forward<F>(body), options);
}
template <class F>
auto DurableContext::with_retry(std::string_view name, F&& body) {
  return detail::start_with_retry(core_, name, std::forward<F>(body), WithRetryOptions{});
}

}  // namespace durable
