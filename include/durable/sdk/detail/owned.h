// SPDX-License-Identifier: Apache-2.0
//
// Which step bodies may run on another thread, as far as their types tell: those that own all that
// they use. Whether a lambda with captures does, no type tells.
#pragma once

#include <functional>
#include <string_view>
#include <type_traits>

namespace durable::detail {

template <class>
inline constexpr bool is_reference_wrapper = false;
template <class T>
inline constexpr bool is_reference_wrapper<std::reference_wrapper<T>> = true;

/// A function pointer, or an object without members, such as a lambda without captures.
template <class F>
inline constexpr bool is_owned_function = (std::is_pointer_v<F> &&
                                           std::is_function_v<std::remove_pointer_t<F>>) ||
                                          (std::is_class_v<F> && std::is_empty_v<F>);

/// A value that refers to nothing else, by what its type says.
template <class A>
inline constexpr bool is_owned_argument =
    !std::is_reference_v<A> && !is_reference_wrapper<A> && !std::is_same_v<A, std::string_view> &&
    (!std::is_pointer_v<A> || std::is_function_v<std::remove_pointer_t<A>>);

/// Whether a step body of type `F` owns all that it uses. `Bound` specialises it.
template <class F>
inline constexpr bool owns_what_it_uses = is_owned_function<F>;

}  // namespace durable::detail
