// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

namespace durable::detail {

template <class>
class PlainFunction;

/// A small callable that is copied as plain bytes, and may be none. Needs no destructor, so that
/// options that hold one are safe in place inside a `co_await` expression.
template <class R, class... A>
class PlainFunction<R(A...)> {
 public:
  static constexpr std::size_t size_max = 40;

  /// Whether an `F` can be held.
  template <class F>
  static constexpr bool holds =
      std::is_trivially_copyable_v<F>&& std::is_trivially_destructible_v<F> && sizeof(F) <= size_max
      && alignof(F) <= alignof(void*);

  PlainFunction() = default;
  template <class F>
  explicit PlainFunction(const F& function) {
    static_assert(holds<F>);
    ::new (static_cast<void*>(function_)) F(function);
    call_ = [](const void* stored, A... arguments) -> R {
      return (*static_cast<const F*>(stored))(static_cast<A>(arguments)...);
    };
  }

  explicit operator bool() const noexcept { return call_ != nullptr; }
  /// Pre: there is one.
  R operator()(A... arguments) const { return call_(function_, static_cast<A>(arguments)...); }

 private:
  alignas(void*) std::byte function_[size_max] = {};
  R (*call_)(const void* stored, A... arguments) = nullptr;
};

}  // namespace durable::detail
