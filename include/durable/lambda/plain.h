// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>
#include <durable/json/json.h>
#include <durable/sdk/handler.h>
#include <durable/sdk/lambda_context.h>
#include <durable/sdk/logger.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable::lambda {

/// What a function that is not durable may ask about its invocation. Lifetime: the invocation's.
class PlainContext {
 public:
  PlainContext(const PlainContext&) = delete;
  PlainContext& operator=(const PlainContext&) = delete;

  [[nodiscard]] const LambdaContext& lambda_context() const noexcept { return info_; }
  /// Asked to stop shortly before the deadline, and when the function's process is to end.
  [[nodiscard]] std::stop_token stop_token() const noexcept { return stop_; }
  /// Writes a log line with the request id. Thread-safe.
  void log(LogLevel level, std::string_view message,
           std::initializer_list<LogField> fields = {}) const;

  /// Made by the library.
  PlainContext(const LambdaContext& info, Logger& logger, std::stop_token stop) noexcept
      : info_(info), logger_(logger), stop_(std::move(stop)) {}

 private:
  const LambdaContext& info_;
  Logger& logger_;
  std::stop_token stop_;
};

namespace detail {

/// The parts of a plain function's type. `Input` is void for one without input.
template <class>
struct PlainSignature {
  static constexpr bool valid = false;
};
template <class R>
struct PlainSignature<R()> {
  static constexpr bool valid = true;
  using Result = std::remove_cvref_t<R>;
  using Input = void;
};
template <class R>
struct PlainSignature<R(const PlainContext&)> : PlainSignature<R()> {};
template <class R, class I>
struct PlainSignature<R(I)> {
  static constexpr bool valid =
      !std::is_lvalue_reference_v<I> || std::is_const_v<std::remove_reference_t<I>>;
  using Result = std::remove_cvref_t<R>;
  using Input = std::remove_cvref_t<I>;
};
template <class R, class I>
struct PlainSignature<R(I, const PlainContext&)> : PlainSignature<R(I)> {};

[[nodiscard]] bool is_blank(std::string_view event) noexcept;
[[noreturn]] void raise_unreadable_event(const Error& cause);
[[noreturn]] void raise_unwritable_result(const Error& cause);

template <class I>
I read_event(std::string_view event) {
  const bool blank = is_blank(event);
  auto value = json::decode<I>(blank ? std::string_view("{}") : event);
  if (value) return std::move(*value);
  if (blank) {
    auto nothing = json::decode<I>("null");
    if (nothing) return std::move(*nothing);
  }
  raise_unreadable_event(value.error());
}

template <class R>
std::string write_result(const R& result) {
  auto text = json::encode(result);
  if (!text) raise_unwritable_result(text.error());
  return std::move(*text);
}

/// Calls `function` with as much of input and context as it takes.
template <class Input, class F>
decltype(auto) call_plain(const F& function, std::string_view event, const PlainContext& context) {
  if constexpr (std::is_void_v<Input>) {
    if constexpr (std::is_invocable_v<const F&, const PlainContext&>) {
      return std::invoke(function, context);
    } else {
      return std::invoke(function);
    }
  } else if constexpr (std::is_invocable_v<const F&, Input, const PlainContext&>) {
    return std::invoke(function, read_event<Input>(event), context);
  } else {
    return std::invoke(function, read_event<Input>(event));
  }
}

}  // namespace detail

/// A function that is not durable, ready to be run: `R(Input, const PlainContext&)`, or with one of
/// the two parameters, or none. `Input` is read from the event's JSON (a blank event as `{}`, or as
/// `null` for a type that takes that) and `R` written as JSON; `durable::json::Value` takes any. A
/// function that returns nothing has the result `null`. What it throws fails the invocation.
///
/// Made implicitly from a function or from a lambda without `auto` parameters; a lambda's captures
/// are shared by all invocations and must not carry state. Copying is cheap.
class PlainHandler {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, PlainHandler>) PlainHandler(F&& function)
      : call_(std::make_shared<const Call>(wrap(std::decay_t<F>(std::forward<F>(function))))) {}

  /// The result's JSON. Throws what the function throws, and `SerDesError` for an event that does
  /// not fit its input and a result that JSON cannot hold.
  [[nodiscard]] std::string call(std::string_view event, const PlainContext& context) const {
    return (*call_)(event, context);
  }

 private:
  using Call = std::function<std::string(std::string_view event, const PlainContext& context)>;

  template <class F>
  static Call wrap(F function) {
    using Type = typename decltype(durable::detail::handler_signature<F>())::type;
    using Signature = detail::PlainSignature<Type>;
    static_assert(Signature::valid,
                  "durable: a plain function is R(Input, const durable::lambda::PlainContext&), "
                  "R(Input), R(const durable::lambda::PlainContext&) or R(), and takes its input "
                  "by value or by const reference.");
    if constexpr (Signature::valid) {
      using Input = typename Signature::Input;
      using Result = typename Signature::Result;
      static_assert(!durable::detail::is_task<Result>,
                    "durable: a function that returns a Task is durable: add it with add().");
      static_assert(durable::detail::has_serdes<Input> && durable::detail::has_serdes<Result>,
                    "durable: the function's input and result need a JSON form: use a plain "
                    "aggregate, a std type, or specialise durable::json::Codec<T>.");
      return [function = std::move(function)](std::string_view event, const PlainContext& context) {
        if constexpr (std::is_void_v<Result>) {
          detail::call_plain<Input>(function, event, context);
          return std::string("null");
        } else {
          return detail::write_result<Result>(detail::call_plain<Input>(function, event, context));
        }
      };
    }
  }

  std::shared_ptr<const Call> call_;  // owners: the copies of this handler
};

}  // namespace durable::lambda
