// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/detail/owned.h>

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace durable {

/// A function together with its arguments, by value: `ctx.step("charge", bound(charge, order))`.
/// Safe to write in place on every compiler, other than a lambda that captures `order` by value.
template <class F, class... A>
class Bound {
 public:
  template <class G, class... B>
  explicit Bound(std::in_place_t, G&& function, B&&... arguments)
      : function_(std::forward<G>(function)), arguments_(std::forward<B>(arguments)...) {}

  /// Calls the function with `front` (a StepContext or a DurableContext, if it takes one) and the
  /// arguments.
  template <class... Front>
  requires std::is_invocable_v<F&, Front..., A&...>
  decltype(auto) operator()(Front&&... front) {
    return std::apply(
        [&](A&... arguments) -> decltype(auto) {
          return std::invoke(function_, std::forward<Front>(front)..., arguments...);
        },
        arguments_);
  }

 private:
  F function_;
  std::tuple<A...> arguments_;
};

namespace detail {
template <class F, class... A>
inline constexpr bool owns_what_it_uses<Bound<F, A...>> = is_owned_function<F> &&
                                                          (is_owned_argument<A> && ...);
}  // namespace detail

/// Makes a `Bound`. `std::ref` passes an argument by reference.
template <class F, class... A>
[[nodiscard]] auto bound(F&& function, A&&... arguments) {
  return Bound<std::decay_t<F>, std::unwrap_ref_decay_t<A>...>(
      std::in_place, std::forward<F>(function), std::forward<A>(arguments)...);
}

}  // namespace durable
