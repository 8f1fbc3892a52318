// SPDX-License-Identifier: Apache-2.0
//
// Scripts: what the world outside a function does, told to the local runner before it happens.
#pragma once

#include <durable/base/time.h>
#include <durable/testing/functions.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

namespace durable {

namespace detail {
struct Script;
}  // namespace detail

/// A script was written for a callback or an invoke that never came. The text names the script, and
/// what came instead.
class UnusedScriptError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What becomes of the callbacks of one name: made by `DurableFunctionTestRunner::on_callback`.
///
///     runner.on_callback("approval").after(2h).succeed(Approval{.by = "kim"});
///     runner.on_callback("upload").after(10min).heartbeat().after(10min).heartbeat().succeed();
///
/// Its parts happen one after the other, each `after` counted from the part before it, the first
/// from the moment when the callback is made. A part that comes too late, because the callback is
/// closed, changes nothing, as in the service. A script serves every callback of its name unless
/// told otherwise.
class CallbackScript {
 public:
  /// Lets time pass before the next part. Throws `std::invalid_argument` for less than 0.
  [[nodiscard]] CallbackScript& after(Duration delay);

  /// Completes the callback. Text arrives as it is, any other value as its JSON, a `Payload` as it
  /// is; without a value there is no result.
  template <class T>
  CallbackScript& succeed(const T& value) {
    return succeed_with(detail::to_callback_payload(value));
  }
  CallbackScript& succeed() { return succeed_with(std::nullopt); }
  /// Fails the callback; the function sees `error` in a `CallbackExternalError`.
  CallbackScript& fail(wire::ErrorObject error);
  /// Says that the work behind the callback is alive.
  CallbackScript& heartbeat();
  /// Says that nobody answers, so that a time-out or the test itself ends the callback.
  CallbackScript& ignore();

  /// Serves the next `count` callbacks of its name; scripts after this one serve the others. Throws
  /// `std::invalid_argument` for 0.
  CallbackScript& times(std::uint32_t count);
  CallbackScript& once() { return times(1); }
  /// It is no failure when no callback comes that it serves.
  CallbackScript& optional();

  /// Made by the library.
  explicit CallbackScript(std::shared_ptr<detail::Script> script) : script_(std::move(script)) {}

 private:
  CallbackScript& succeed_with(std::optional<Payload> result);

  std::shared_ptr<detail::Script> script_;  // owners: the runner, and the handles to this script
};

/// What becomes of the invokes of one function: made by `DurableFunctionTestRunner::on_invoke`.
///
///     runner.on_invoke("billing:live").after(3s).succeed(Invoice{.total_cents = 1999});
///
/// It has one answer, `after` its delay counted from the start of the invoke. It serves every
/// invoke of its function unless told otherwise.
class InvokeScript {
 public:
  /// Lets time pass before the answer. Throws `std::invalid_argument` for less than 0.
  [[nodiscard]] InvokeScript& after(Duration delay);

  /// The function succeeds: with `value` as JSON, or with a `Payload` as it is; without a value its
  /// result is `null`.
  template <class T>
  InvokeScript& succeed(const T& value) {
    return succeed_with(detail::to_json_payload("the invoke's result", value));
  }
  InvokeScript& succeed() { return succeed_with(Payload("null")); }
  /// The function fails with `error`.
  InvokeScript& fail(wire::ErrorObject error);
  /// The function times out, after as many seconds as `after` says.
  InvokeScript& time_out();
  /// The function's execution is stopped, for the reason `error`.
  InvokeScript& stop(wire::ErrorObject error = {});
  /// The function never ends.
  InvokeScript& ignore();
  /// Calls `function` when the answer is due, as `register_plain_function` says, and answers with
  /// what it returns or throws.
  template <class F>
  InvokeScript& answer(F&& function) {
    return answer_with(detail::make_invoke_function(std::forward<F>(function)));
  }

  /// As for `CallbackScript`.
  InvokeScript& times(std::uint32_t count);
  InvokeScript& once() { return times(1); }
  InvokeScript& optional();

  /// Made by the library.
  explicit InvokeScript(std::shared_ptr<detail::Script> script) : script_(std::move(script)) {}

 private:
  InvokeScript& succeed_with(std::optional<Payload> result);
  InvokeScript& answer_with(detail::InvokeFunction function);

  std::shared_ptr<detail::Script> script_;  // owners: the runner, and the handles to this script
};

}  // namespace durable
