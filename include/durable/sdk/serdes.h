// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/payload.h>
#include <durable/json/json.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace durable {

namespace detail {
class Runtime;
struct ContextCore;
[[noreturn]] void raise_encode_error(const Error& cause);
[[noreturn]] void raise_decode_error(const Error& cause);
}  // namespace detail

/// Where a value belongs: which operation of which execution.
class SerdesContext {
 public:
  /// The id of the operation; empty for the execution's own input and result.
  [[nodiscard]] std::string operation_id() const;
  /// The operation's name; empty where it has none, and for the execution's input and result.
  [[nodiscard]] std::string_view operation_name() const noexcept { return name_; }
  [[nodiscard]] std::string_view execution_arn() const;

  /// Made by the library. `number` is the operation's position in `context`.
  SerdesContext(const detail::Runtime& runtime, const detail::ContextCore* context,
                std::uint64_t number, std::string_view name = {}) noexcept
      : runtime_(&runtime), context_(context), number_(number), name_(name) {}

 private:
  const detail::Runtime* runtime_;
  const detail::ContextCore* context_;
  std::uint64_t number_;
  std::string_view name_;
};

/// Stands between the form that a value has by its type (`Serdes<T>`: JSON) and what is recorded:
/// encrypts it, keeps it elsewhere, or writes it another way. Chosen per operation in its options,
/// or for a whole function by `Handler::use_serdes`.
///
/// What `serialize` wrote, `deserialize` must read for as long as executions run that hold it. Both
/// may throw `SerDesError`, which ends the execution when a result cannot be written, or
/// `InvocationError` for a failure that may pass; neither may make a durable call. They are called
/// again in each replay. Thread-safety: called from the workflow's thread, and for offloaded bodies
/// from worker threads at the same time.
class PayloadSerdes {
 public:
  PayloadSerdes() = default;
  PayloadSerdes(const PayloadSerdes&) = delete;
  PayloadSerdes& operator=(const PayloadSerdes&) = delete;
  virtual ~PayloadSerdes() = default;

  /// What to record for `plain`, the value as its type writes it.
  [[nodiscard]] virtual Payload serialize(const Payload& plain,
                                          const SerdesContext& context) const = 0;
  /// What `serialize` was given when it made `stored`.
  [[nodiscard]] virtual Payload deserialize(const Payload& stored,
                                            const SerdesContext& context) const = 0;
};

/// Records results as their types write them: for a call that is to be exempt from the serdes of
/// its function.
class PlainSerdes final : public PayloadSerdes {
 public:
  [[nodiscard]] Payload serialize(const Payload& plain,
                                  const SerdesContext& /*context*/) const override {
    return plain;
  }
  [[nodiscard]] Payload deserialize(const Payload& stored,
                                    const SerdesContext& /*context*/) const override {
    return stored;
  }
};

/// How values of a type become payloads, and back: as JSON. Specialise it for a type that needs
/// another form, with these two functions, which may throw `SerDesError`.
///
/// What `serialize` wrote, `deserialize` must read for as long as executions run that hold it.
/// Neither may make a durable call.
template <class T>
struct Serdes {
  using default_json_form = void;

  static Payload serialize(const T& value, const SerdesContext& /*context*/) {
    auto text = json::encode(value);
    if (!text) detail::raise_encode_error(text.error());
    return Payload(std::move(*text));
  }
  static T deserialize(const Payload& payload, const SerdesContext& /*context*/) {
    auto value = json::decode<T>(payload.view());
    if (!value) detail::raise_decode_error(value.error());
    return std::move(*value);
  }
};

/// A serdes for values of one type, written and read as text of any form: derive from it, and
/// choose it for the calls whose results are a `T`. `T` needs a `Serdes<T>` too (JSON by default),
/// through which values pass between the call and this.
///
/// \code
/// struct MoneyText final : durable::TypedSerdes<Money> {
///   std::string to_text(const Money& money, const durable::SerdesContext&) const override {
///     return money.str();
///   }
///   Money from_text(std::string_view text, const durable::SerdesContext&) const override {
///     return Money::parse(text);
///   }
/// };
/// \endcode
template <class T>
class TypedSerdes : public PayloadSerdes {
 public:
  /// May throw `SerDesError`.
  [[nodiscard]] virtual std::string to_text(const T& value, const SerdesContext& context) const = 0;
  /// May throw `SerDesError`.
  [[nodiscard]] virtual T from_text(std::string_view text, const SerdesContext& context) const = 0;

  [[nodiscard]] Payload serialize(const Payload& plain, const SerdesContext& context) const final {
    return Payload(to_text(Serdes<T>::deserialize(plain, context), context));
  }
  [[nodiscard]] Payload deserialize(const Payload& stored,
                                    const SerdesContext& context) const final {
    return Serdes<T>::serialize(from_text(stored.view(), context), context);
  }
};

namespace detail {
template <class T>
concept DefaultSerdes = requires {
  typename Serdes<T>::default_json_form;
};

/// Whether values of `T` can be recorded. Asked before `T` is used in any other way, so that a
/// refusal is one short error.
template <class T>
inline constexpr bool has_serdes = [] {
  if constexpr (std::is_void_v<T>) {
    return true;
  } else if constexpr (DefaultSerdes<T>) {
    return json::is_codable<T>;
  } else {
    return true;
  }
}();
}  // namespace detail

}  // namespace durable
