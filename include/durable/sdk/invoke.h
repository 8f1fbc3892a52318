// SPDX-License-Identifier: Apache-2.0
//
// Chained invokes: `ctx.invoke`.
#pragma once

#include <durable/sdk/context.h>

#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

namespace detail {

/// Writes the payload that stands at `payload`. Throws `SerDesError`.
using PayloadWriter = Payload (*)(const void* payload, const SerdesContext& context);

[[nodiscard]] OperationPtr run_invoke(ContextCore& context, std::string_view name,
                                      std::string_view function, const InvokeOptions& options,
                                      const void* payload, PayloadWriter write);

/// What a payload is written as: text as std::string, anything else as what it is.
template <class P>
using SentAs = typename RecordedAs<std::decay_t<P>>::Type;

/// Whether a payload can be written; refuses one that cannot.
template <class P>
consteval bool check_payload() {
  if constexpr (std::is_same_v<std::decay_t<P>, std::nullopt_t>) {
    return true;
  } else {
    static_assert(!is_task<P>,
                  "durable: invoke takes a payload, not a Task: await the Task first.");
    constexpr bool has_form = !is_task<P> && [] {
      if constexpr (DefaultSerdes<SentAs<P>>) {
        return json::is_encodable<SentAs<P>>;
      } else {
        return true;
      }
    }();
    static_assert(is_task<P> || has_form,
                  "durable: this payload type has no JSON form: use a plain aggregate, a std type, "
                  "nullptr for none, or specialise durable::Serdes<T>.");
    return has_form;
  }
}

template <class P>
Payload write_payload(const void* payload, const SerdesContext& context) {
  const auto& given = *static_cast<const P*>(payload);
  using Sent = SentAs<P>;
  if constexpr (std::is_same_v<Sent, std::nullopt_t>) {
    return Payload("null");
  } else if constexpr (std::is_same_v<Sent, std::remove_cv_t<P>>) {
    return Serdes<Sent>::serialize(given, context);
  } else {
    const Sent sent(given);
    return Serdes<Sent>::serialize(sent, context);
  }
}

}  // namespace detail

template <class R, class P>
auto DurableContext::invoke(std::string_view name, std::string_view function, P&& payload,
                            const InvokeOptions& options) {
  constexpr bool valid = detail::check_result<R>() && detail::check_payload<P>();
  if constexpr (valid) {
    return detail::FutureFor<R, P>(
        detail::run_invoke(core_, name, function, options, address_of(payload),
                           &detail::write_payload<std::remove_reference_t<P>>));
  }
}

}  // namespace durable
