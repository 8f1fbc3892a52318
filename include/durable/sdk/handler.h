// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/sdk/detail/body.h>
#include <durable/sdk/serdes.h>
#include <durable/sdk/task.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

namespace durable {

class Plugin;

namespace detail {

/// The parts of a handler's type. `Input` is void for a handler without input.
template <class>
struct HandlerSignature {
  static constexpr bool valid = false;
};
template <class R>
struct HandlerSignature<Task<R>(DurableContext&)> {
  static constexpr bool valid = true;
  using Result = R;
  using Input = void;
};
template <class R, class I>
struct HandlerSignature<Task<R>(I, DurableContext&)> {
  static constexpr bool valid = true;
  using Result = R;
  using Input = std::remove_cvref_t<I>;
  static_assert(!std::is_lvalue_reference_v<I> || std::is_const_v<std::remove_reference_t<I>>,
                "durable: a handler takes its input by value (or by const reference).");
};

template <class>
struct CallSignature;
template <class R, class... A>
struct CallSignature<R (*)(A...)> {
  using Type = R(A...);
};
template <class R, class... A>
struct CallSignature<R (*)(A...) noexcept> : CallSignature<R (*)(A...)> {};
template <class C, class R, class... A>
struct CallSignature<R (C::*)(A...) const> : CallSignature<R (*)(A...)> {};
template <class C, class R, class... A>
struct CallSignature<R (C::*)(A...) const noexcept> : CallSignature<R (*)(A...)> {};
template <class C, class R, class... A>
struct CallSignature<R (C::*)(A...)> : CallSignature<R (*)(A...)> {
  static_assert(always_false<C>,
                "durable: a handler is called again and again, so its operator() must be const: "
                "leave out 'mutable'.");
};

template <class F>
concept HasOneCallOperator = requires {
  &F::operator();
};

template <class F>
consteval auto handler_signature() {
  if constexpr (std::is_pointer_v<F>) {
    return std::type_identity<typename CallSignature<F>::Type>{};
  } else {
    static_assert(HasOneCallOperator<F>,
                  "durable: a handler is a function, or a lambda without auto parameters. Of an "
                  "overloaded function, choose one with static_cast.");
    if constexpr (HasOneCallOperator<F>) {
      return std::type_identity<typename CallSignature<decltype(&F::operator())>::Type>{};
    } else {
      return std::type_identity<void>{};
    }
  }
}

/// Reads an input: absent or blank text reads as `{}`, or as `null` for a type that takes that.
[[nodiscard]] bool is_blank(const std::optional<Payload>& input) noexcept;
[[noreturn]] void raise_missing_input(const Error& cause);

template <class I>
I read_input(const std::optional<Payload>& input, const SerdesContext& context) {
  if constexpr (DefaultSerdes<I>) {
    if (is_blank(input)) {
      if (auto value = json::decode<I>("{}")) return std::move(*value);
      auto value = json::decode<I>("null");
      if (!value) raise_missing_input(value.error());
      return std::move(*value);
    }
  }
  return Serdes<I>::deserialize(input ? *input : Payload(), context);
}

template <class R>
std::optional<Payload> write_result(Task<R>& task, const SerdesContext& context) {
  if constexpr (std::is_void_v<R>) {
    return std::nullopt;
  } else {
    return Serdes<R>::serialize(*task.promise().value, context);
  }
}

template <class F, class I, class R>
class HandlerBody final : public Body {
 public:
  HandlerBody(const F& function, I input) : function_(function), input_(std::move(input)) {}

  PromiseBase& create(DurableContext& context) override {
    task_.emplace(std::invoke(function_, std::move(input_), context));
    return task_->promise();
  }
  std::optional<Payload> result(const SerdesContext& context) override {
    return write_result(*task_, context);
  }
  void destroy_frame() noexcept override { task_.reset(); }

 private:
  const F& function_;
  I input_;
  std::optional<Task<R>> task_;
};

template <class F, class R>
class HandlerBody<F, void, R> final : public Body {
 public:
  explicit HandlerBody(const F& function) : function_(function) {}

  PromiseBase& create(DurableContext& context) override {
    task_.emplace(std::invoke(function_, context));
    return task_->promise();
  }
  std::optional<Payload> result(const SerdesContext& context) override {
    return write_result(*task_, context);
  }
  void destroy_frame() noexcept override { task_.reset(); }

 private:
  const F& function_;
  std::optional<Task<R>> task_;
};

template <class F>
class TypedHandlerModel final : public HandlerModel {
  using Signature = HandlerSignature<typename decltype(handler_signature<F>())::type>;
  static_assert(Signature::valid,
                "durable: a handler is durable::Task<R>(Input, durable::DurableContext&) or "
                "durable::Task<R>(durable::DurableContext&).");

 public:
  explicit TypedHandlerModel(F function) : function_(std::move(function)) {}

  std::unique_ptr<Body> make_body(const std::optional<Payload>& input,
                                  const SerdesContext& context) const override {
    if constexpr (Signature::valid) {
      using Input = typename Signature::Input;
      using Result = typename Signature::Result;
      static_assert(has_serdes<Input>,
                    "durable: the handler's input type has no JSON form: use a plain aggregate, a "
                    "std type, or specialise durable::Serdes<T>.");
      static_assert(has_serdes<Result>,
                    "durable: the handler's result type has no JSON form: use a plain aggregate, a "
                    "std type, or specialise durable::Serdes<T>.");
      if constexpr (std::is_void_v<Input>) {
        return std::make_unique<HandlerBody<F, void, Result>>(function_);
      } else if constexpr (has_serdes<Input> && has_serdes<Result>) {
        return std::make_unique<HandlerBody<F, Input, Result>>(function_,
                                                               read_input<Input>(input, context));
      }
    }
  }

 private:
  F function_;
};

/// Names of exception types, given by the user.
using ErrorNames = std::vector<std::pair<std::type_index, std::string>>;

}  // namespace detail

/// What becomes of the log lines of a context that replays.
enum class ReplayLogging : std::uint8_t {
  suppressed,  ///< Not written: an earlier invocation has written them.
  written,     ///< Written again in each invocation.
};

namespace detail {

/// What is set for a whole function.
struct HandlerSettings {
  std::vector<std::shared_ptr<Plugin>> plugins;
  std::shared_ptr<const PayloadSerdes> serdes;         // of operations' results; null: none
  std::shared_ptr<const PayloadSerdes> input_serdes;   // null: none
  std::shared_ptr<const PayloadSerdes> result_serdes;  // null: none
  ReplayLogging replay_logging = ReplayLogging::suppressed;
};

}  // namespace detail

/// A durable function of any type, ready to be run: `Task<R>(Input, DurableContext&)` or
/// `Task<R>(DurableContext&)`. Made implicitly from a function or from a lambda without `auto`
/// parameters; a lambda's captures are shared by all invocations and must not carry state.
///
/// The input is read from, and the result written to, their `Serdes` form (JSON by default). A
/// missing input reads as `{}`. A function that returns nothing has the result `null`.
///
/// Copying is cheap and shares the function. Thread-safety: as `std::shared_ptr<const T>`.
class Handler {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Handler>) Handler(F&& function)
      : model_(std::make_shared<const detail::TypedHandlerModel<std::decay_t<F>>>(
            std::forward<F>(function))) {}

  /// Records exceptions of exactly the type `E` under `name` instead of under their class name,
  /// which depends on the source. Returns this handler.
  template <class E>
  Handler& name_error(std::string name) & {
    add_error_name(typeid(E), std::move(name));
    return *this;
  }
  template <class E>
  Handler&& name_error(std::string name) && {
    add_error_name(typeid(E), std::move(name));
    return std::move(*this);
  }

  /// Adds a plugin, after those that are there. Not null. Returns this handler.
  Handler& use_plugin(std::shared_ptr<Plugin> plugin) &;
  Handler&& use_plugin(std::shared_ptr<Plugin> plugin) && {
    return std::move(use_plugin(std::move(plugin)));
  }

  /// Puts `serdes` between the results of steps, child contexts, maps, parallels and the states of
  /// conditions, and what is recorded of them, unless the call's options name another one. What
  /// comes from outside keeps its form: results of callbacks and invoked functions. Null: none.
  /// Executions that are under way must be able to read what they have recorded. Returns this
  /// handler.
  Handler& use_serdes(std::shared_ptr<const PayloadSerdes> serdes) &;
  Handler&& use_serdes(std::shared_ptr<const PayloadSerdes> serdes) && {
    return std::move(use_serdes(std::move(serdes)));
  }
  /// The same for the execution's input, which `deserialize` is given as the caller sent it; an
  /// execution without input has nothing to read.
  Handler& use_input_serdes(std::shared_ptr<const PayloadSerdes> serdes) &;
  Handler&& use_input_serdes(std::shared_ptr<const PayloadSerdes> serdes) && {
    return std::move(use_input_serdes(std::move(serdes)));
  }
  /// The same for the execution's result: what `serialize` returns is what the caller gets.
  Handler& use_result_serdes(std::shared_ptr<const PayloadSerdes> serdes) &;
  Handler&& use_result_serdes(std::shared_ptr<const PayloadSerdes> serdes) && {
    return std::move(use_result_serdes(std::move(serdes)));
  }

  /// Whether log lines of replayed code are written. Returns this handler.
  Handler& replay_logging(ReplayLogging mode) &;
  Handler&& replay_logging(ReplayLogging mode) && { return std::move(replay_logging(mode)); }

  /// The parts below are the library's own.
  [[nodiscard]] const detail::HandlerModel& model() const noexcept { return *model_; }
  [[nodiscard]] const detail::ErrorNames* error_names() const noexcept {
    return error_names_.get();
  }
  [[nodiscard]] const detail::HandlerSettings* settings() const noexcept { return settings_.get(); }

 private:
  void add_error_name(std::type_index type, std::string name);

  std::shared_ptr<const detail::HandlerModel> model_;      // owners: the copies of this handler
  std::shared_ptr<const detail::ErrorNames> error_names_;  // owners: the copies of this handler
  // Owners: the copies of this handler. Null: nothing is set.
  std::shared_ptr<const detail::HandlerSettings> settings_;
};

}  // namespace durable
