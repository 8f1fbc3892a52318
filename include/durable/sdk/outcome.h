// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/assert.h>

#include <exception>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace durable {

namespace detail {
/// The class name and the message of what `error` holds.
[[nodiscard]] std::string class_name_of(const std::exception_ptr& error);
[[nodiscard]] std::string message_of(const std::exception_ptr& error);
}  // namespace detail

/// What became of an operation: its value, or the error that awaiting it would have thrown.
/// The answer of `co_await settle(future)`, for code that goes on after a failure by awaiting more,
/// which no `catch` block can.
template <class T>
class [[nodiscard]] Outcome {
  using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  explicit Outcome(Stored value) : state_(std::in_place_index<0>, std::move(value)) {}
  explicit Outcome(std::exception_ptr error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value. Throws the error if there is none.
  Stored& value() & {
    rethrow_if_error();
    return *std::get_if<0>(&state_);
  }
  const Stored& value() const& {
    rethrow_if_error();
    return *std::get_if<0>(&state_);
  }
  Stored&& value() && {
    rethrow_if_error();
    return std::move(*std::get_if<0>(&state_));
  }
  Stored& operator*() & { return value(); }
  const Stored& operator*() const& { return value(); }
  Stored&& operator*() && { return std::move(*this).value(); }
  Stored* operator->() { return &value(); }
  const Stored* operator->() const { return &value(); }

  /// The error, e.g. a `StepError`; null if there is a value.
  [[nodiscard]] std::exception_ptr error() const noexcept {
    return has_value() ? nullptr : *std::get_if<1>(&state_);
  }
  /// Calls `visit` with the error if it is an `E`. Returns whether it was.
  template <class E, class F>
  bool with_error(F&& visit) const {
    if (has_value()) return false;
    try {
      std::rethrow_exception(*std::get_if<1>(&state_));
    } catch (const E& error) {
      std::forward<F>(visit)(error);
      return true;
    } catch (...) {
      return false;
    }
  }
  /// Whether the error is an `E`.
  template <class E>
  [[nodiscard]] bool failed_with() const {
    return with_error<E>([](const E&) {});
  }
  /// The error's message; empty if there is a value.
  [[nodiscard]] std::string error_message() const {
    return has_value() ? std::string() : detail::message_of(*std::get_if<1>(&state_));
  }

 private:
  void rethrow_if_error() const {
    if (!has_value()) std::rethrow_exception(*std::get_if<1>(&state_));
  }
  std::variant<Stored, std::exception_ptr> state_;
};

}  // namespace durable
