// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/assert.h>
#include <durable/base/boxed.h>
#include <durable/base/error.h>

#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

namespace durable {

/// Thrown by `Result::value()` on an error, where internals meet code that uses exceptions.
class ResultError : public std::runtime_error {
 public:
  explicit ResultError(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

/// A value, or the error that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  template <class U = T>
  requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value. Throws `ResultError` on an error.
  T& value() & {
    throw_if_error();
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    throw_if_error();
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    throw_if_error();
    return std::move(*std::get_if<0>(&state_));
  }

  /// The value of a result that is known to have one (asserted).
  T& operator*() & {
    DURABLE_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& operator*() const& {
    DURABLE_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& operator*() && {
    DURABLE_ASSERT(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }

  /// The error of a result that is known to have one (asserted).
  [[nodiscard]] const Error& error() const& {
    DURABLE_ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error&& error() && {
    DURABLE_ASSERT(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  void throw_if_error() const {
    if (!has_value()) throw ResultError(*std::get_if<1>(&state_));
  }
  std::variant<T, Error> state_;
};

/// Success, or an error: one pointer, since most calls that can be refused are not.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  /// Throws `ResultError` on an error.
  void value() const {
    if (error_) throw ResultError(*error_);
  }

  /// The error of a result that is known to have one (asserted).
  [[nodiscard]] const Error& error() const& {
    DURABLE_ASSERT(!has_value());
    return *error_;
  }
  [[nodiscard]] Error&& error() && {
    DURABLE_ASSERT(!has_value());
    return std::move(*error_);
  }

 private:
  Boxed<Error> error_;  // absent: success
};

/// Drops a result on purpose. `why` stands in the source for the reader; it is not evaluated.
template <class T>
void ignore([[maybe_unused]] const Result<T>& result, [[maybe_unused]] const char* why) noexcept {}

}  // namespace durable
