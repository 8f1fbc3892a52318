// SPDX-License-Identifier: Apache-2.0
//
// What the local runner's functions and scripts take and give, besides durable handlers.
#pragma once

#include <durable/base/payload.h>
#include <durable/json/json.h>
#include <durable/sdk/handler.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

/// What `ctx.invoke` asks for, as the invoked function or a script sees it.
struct InvokeRequest {
  std::string function_name;  ///< As it is written in the call.
  std::optional<std::string> tenant_id;
  std::optional<Payload> input;  ///< Serialized; absent when the call gives none.
  std::string operation_path;    ///< Of the invoke, in the caller's tree of operations.
  std::string execution_arn;     ///< Of the caller.
};

namespace detail {

/// The erased form of a plain function. What it throws is the invoke's failure.
using InvokeFunction = std::function<std::optional<Payload>(const InvokeRequest&)>;

[[noreturn]] void throw_unserializable(std::string_view what, const Error& error);
[[noreturn]] void throw_unreadable_input(const InvokeRequest& request, const Error& error);

template <class T>
inline constexpr bool is_payload =
    std::is_same_v<T, Payload> || std::is_same_v<T, std::optional<Payload>>;

/// `value` as JSON; a Payload as it is. Throws `std::invalid_argument`; `what` is for its message.
template <class T>
std::optional<Payload> to_json_payload(std::string_view what, const T& value) {
  using Value = std::decay_t<const T&>;  // text in quotes becomes const char*
  if constexpr (is_payload<Value>) {
    return value;
  } else {
    static_assert(json::is_encodable<Value>,
                  "durable: this type has no JSON form: use a plain aggregate or a std type, or "
                  "give serialized text as a durable::Payload");
    Result<std::string> text = json::encode<Value>(value);
    if (!text) throw_unserializable(what, text.error());
    return Payload(*std::move(text));
  }
}

/// What somebody who completes a callback with `value` sends: text as it is, else JSON.
template <class T>
std::optional<Payload> to_callback_payload(const T& value) {
  using Value = std::decay_t<const T&>;
  if constexpr (std::is_same_v<Value, std::optional<std::string>>) {
    return value ? std::optional<Payload>(*value) : std::nullopt;
  } else if constexpr (!is_payload<Value> &&
                       std::is_convertible_v<const Value&, std::string_view>) {
    return Payload(std::string_view(value));
  } else {
    return to_json_payload("the callback's result", value);
  }
}

template <class I>
I read_plain_input(const InvokeRequest& request) {
  Result<I> value = json::decode<I>(request.input ? request.input->view() : "null");
  if (!value) throw_unreadable_input(request, value.error());
  return *std::move(value);
}

template <class>
struct PlainSignature {
  static constexpr bool valid = false;
};
template <class R, class I>
struct PlainSignature<R(I)> {
  static constexpr bool valid = true;
  using Input = std::remove_cvref_t<I>;
};

template <class F>
decltype(auto) call_plain(F& function, const InvokeRequest& request) {
  if constexpr (std::is_invocable_v<F&, const InvokeRequest&>) {
    return function(request);
  } else if constexpr (std::is_invocable_v<F&, const Payload&>) {
    return function(request.input.value_or(Payload()));
  } else if constexpr (std::is_invocable_v<F&>) {
    return function();
  } else {
    using Signature = PlainSignature<typename decltype(handler_signature<F>())::type>;
    static_assert(Signature::valid,
                  "durable: a plain function is called as (), (const InvokeRequest&), (const "
                  "Payload&) or with its input read from JSON.");
    return function(read_plain_input<typename Signature::Input>(request));
  }
}

template <class F>
InvokeFunction make_invoke_function(F&& function) {
  return [function = std::decay_t<F>(std::forward<F>(function))](
             const InvokeRequest& request) mutable -> std::optional<Payload> {
    if constexpr (std::is_void_v<decltype(call_plain(function, request))>) {
      call_plain(function, request);
      return Payload("null");
    } else {
      return to_json_payload("the function's result", call_plain(function, request));
    }
  };
}

}  // namespace detail
}  // namespace durable
