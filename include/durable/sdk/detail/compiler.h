// SPDX-License-Identifier: Apache-2.0
//
// GCC before 12.3 destroys some temporaries twice inside a full expression that holds a co_await:
// those made by a lambda expression or by aggregate initialisation whose destructor is not trivial.
// A call that is given one returns another future type, which can be awaited only by name.
#pragma once

#include <type_traits>

#if !defined(DURABLE_DOUBLE_DESTROY)
#if defined(__GNUC__) && !defined(__clang__) && \
    (__GNUC__ < 12 || (__GNUC__ == 12 && __GNUC_MINOR__ < 3))
#define DURABLE_DOUBLE_DESTROY 1
#else
#define DURABLE_DOUBLE_DESTROY 0
#endif
#endif

namespace durable::detail {

/// Whether an argument of type `A` (as deduced for `A&&`) may be such a temporary. A lambda with
/// captures cannot be assigned to, which tells it from other function objects.
template <class A>
inline constexpr bool is_destroyed_twice = [] {
  if constexpr (std::is_lvalue_reference_v<A> || std::is_trivially_destructible_v<A> ||
                !std::is_class_v<A>) {
    return false;
  } else {
    return std::is_aggregate_v<A> ||
           (!std::is_copy_assignable_v<A> && !std::is_move_assignable_v<A>);
  }
}();

/// Whether one of the arguments forbids awaiting the call's result in place.
template <class... A>
inline constexpr bool name_the_future_first = DURABLE_DOUBLE_DESTROY != 0 &&
                                              (is_destroyed_twice<A> || ...);

}  // namespace durable::detail
