// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/context.h>
#include <durable/sdk/detail/compiler.h>
#include <durable/sdk/detail/owned.h>

#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace durable {

/// A step body that runs on a worker thread; made by `offload`. It owns its arguments and is called
/// once, with the arguments moved into the call.
template <bool NameFirst, class F, class... A>
class Offloaded {
 public:
  using durable_offloaded = void;
  /// Whether one of the arguments forbids awaiting the step in place; see `NameThisFutureFirst`.
  static constexpr bool name_first = NameFirst;

  template <class G, class... B>
  explicit Offloaded(std::in_place_t, G&& function, B&&... arguments)
      : function_(std::forward<G>(function)), arguments_(std::forward<B>(arguments)...) {}

  /// Calls the function with `front` (its StepContext, if it takes one) and the arguments.
  template <class... Front>
  requires std::is_invocable_v<F&, Front..., A...>
  decltype(auto) operator()(Front&&... front) {
    return std::apply(
        [&](A&... arguments) -> decltype(auto) {
          return std::invoke(function_, std::forward<Front>(front)..., std::move(arguments)...);
        },
        arguments_);
  }

 private:
  F function_;
  std::tuple<A...> arguments_;
};

namespace detail {

/// What an argument is kept as: text becomes std::string, like the results of steps.
template <class A>
using OffloadedArgument = typename RecordedAs<std::decay_t<A>>::Type;

template <class F, class... A>
consteval bool check_offloaded() {
  static_assert(
      is_owned_function<F>,
      "durable: offload takes a function or a lambda without captures, since the workflow "
      "goes on while it runs: pass what the lambda captures as arguments, by value.");
  static_assert((is_owned_argument<A> && ...),
                "durable: offload takes its arguments by value: a pointer or a reference could "
                "outlive what it refers to, or be used by two threads at once.");
  if constexpr (is_owned_function<F> && (is_owned_argument<A> && ...)) {
    constexpr bool takes_context = std::is_invocable_v<F&, StepContext&, A...>;
    constexpr bool takes_arguments = std::is_invocable_v<F&, A...>;
    constexpr bool takes_workflow = std::is_invocable_v<F&, DurableContext&, A...>;
    static_assert(!takes_workflow || takes_context || takes_arguments,
                  "durable: an offloaded body cannot take a DurableContext: durable calls are made "
                  "on the workflow's thread only.");
    static_assert(takes_workflow || takes_context || takes_arguments,
                  "durable: an offloaded function is called with its arguments as rvalues, with or "
                  "without a durable::StepContext& before them, but this one cannot be. Text in "
                  "quotes arrives as a std::string.");
    if constexpr (takes_context) {
      static_assert(!is_task<std::invoke_result_t<F&, StepContext&, A...>>,
                    "durable: offload takes a function that returns its result, not a Task: a "
                    "coroutine runs on the workflow's thread.");
    } else if constexpr (takes_arguments) {
      static_assert(!is_task<std::invoke_result_t<F&, A...>>,
                    "durable: offload takes a function that returns its result, not a Task: a "
                    "coroutine runs on the workflow's thread.");
    }
    return takes_context || takes_arguments;
  } else {
    return false;
  }
}

}  // namespace detail

/// Makes a step body that runs on a worker thread, so that steps which block run at the same time:
///
///     auto stock = ctx.step("reserve", durable::offload(warehouse::reserve, order));
///     auto label = ctx.step("label", durable::offload(carrier::label, order.address));
///     co_await durable::all(stock, label);
///
/// `function` is a function or a lambda without captures, called once as `(arguments...)` or
/// `(StepContext&, arguments...)` and returning a value or nothing. The arguments are copied or
/// moved in, and are moved on into the call; text in quotes and `std::string_view` become
/// `std::string`. A pointer or a reference among them does not compile; one inside an argument
/// cannot be seen, and what it refers to must be safe to use from two threads.
///
/// The step starts at the call, like any other. Everything else about it is as with a body that
/// runs in the call: results, errors, retries, semantics. Its future, when it is destroyed before
/// the body has ended, asks the body to stop (`StepContext::stop_token`) and drops its result.
///
/// Thread-safety: the body runs beside the workflow and beside other offloaded bodies, and so does
/// the `Serdes` of its result; log lines that it writes reach the logger on the workflow's thread.
template <class F, class... A>
[[nodiscard]] auto offload(F&& function, A&&... arguments) {
  constexpr bool valid =
      detail::check_offloaded<std::decay_t<F>, detail::OffloadedArgument<A>...>();
  if constexpr (valid) {
    return Offloaded<detail::name_the_future_first<A...>, std::decay_t<F>,
                     detail::OffloadedArgument<A>...>(std::in_place, std::forward<F>(function),
                                                      std::forward<A>(arguments)...);
  }
}

}  // namespace durable
