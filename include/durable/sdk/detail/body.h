// SPDX-License-Identifier: Apache-2.0
//
// A user's coroutine function, whatever its type, as the runtime sees it.
#pragma once

#include <durable/base/payload.h>
#include <durable/sdk/detail/scheduler.h>

#include <memory>
#include <optional>

namespace durable {
class DurableContext;
class SerdesContext;
}  // namespace durable

namespace durable::detail {

/// Owns the callable, its arguments and its coroutine; the frame goes first.
class Body {
 public:
  Body() = default;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;
  virtual ~Body() = default;

  /// Calls the user's function, which makes the coroutine without running it. Throws what that
  /// throws.
  virtual PromiseBase& create(DurableContext& context) = 0;
  /// The coroutine's result as a payload; absent for void. Throws `SerDesError`.
  /// Pre: the coroutine has ended without an exception.
  [[nodiscard]] virtual std::optional<Payload> result(const SerdesContext& context) = 0;
  /// Destroys the frame.
  virtual void destroy_frame() noexcept = 0;
};

/// Makes the body of one invocation of a handler. One for all invocations; stateless.
class HandlerModel {
 public:
  HandlerModel() = default;
  HandlerModel(const HandlerModel&) = delete;
  HandlerModel& operator=(const HandlerModel&) = delete;
  virtual ~HandlerModel() = default;

  /// Reads the input and makes the body. An absent or blank input reads as `{}`.
  /// Throws `SerDesError`.
  [[nodiscard]] virtual std::unique_ptr<Body> make_body(const std::optional<Payload>& input,
                                                        const SerdesContext& context) const = 0;
};

}  // namespace durable::detail
