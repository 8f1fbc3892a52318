// SPDX-License-Identifier: Apache-2.0
#include "sdk/callback.h"

#include <durable/sdk/callback.h>
#include <durable/sdk/errors.h>

#include "sdk/machine/limits.h"
#include "sdk/outside.h"

#include <string>
#include <utility>

namespace durable::detail {
namespace {

constexpr CallKind callback_kind{wire::OperationType::callback, "Callback", "create_callback"};

class StartedCallback final : public OutsideOperation<CallbackOperation> {
 public:
  using OutsideOperation::OutsideOperation;

  void start(const CallbackTimes& times) {
    wire::OperationUpdate& update = make_start(callback_kind);
    if (times.timeout_s > 0 || times.heartbeat_timeout_s > 0) {
      wire::CallbackOptions& options = update.callback_options.emplace();
      if (times.timeout_s > 0) options.timeout_seconds = times.timeout_s;
      if (times.heartbeat_timeout_s > 0) {
        options.heartbeat_timeout_seconds = times.heartbeat_timeout_s;
      }
    }
    send_start();
  }

 private:
  void take(wire::Operation&& recorded) override {
    if (!recorded.callback_details) return;
    wire::CallbackDetails& details = *recorded.callback_details;
    if (callback_id_.empty() && details.callback_id) callback_id_ = std::move(*details.callback_id);
    payload_ = std::move(details.result);
    error_ = std::move(details.error);
  }

  bool accept() override {
    if (callback_id_.empty()) {
      wire::ErrorObject error;
      error.error_type = "InvalidStateError";
      error.error_message =
          "operation " + context_->wire_id(number_) + " " + quoted_name(name_) + " in " +
          path_of(*context_) +
          " is a callback, but is recorded without a CallbackId, so that nobody could complete "
          "it. The service, or what stands in for it, answered wrongly.";
      runtime().fail_execution(std::move(error));
      return false;
    }
    wake_start_waiters(runtime());
    return true;
  }

  void detach() noexcept override {
    Runtime* const runtime = context_->runtime;
    Operation::detach();
    if (runtime != nullptr) wake_start_waiters(*runtime);
  }

  void wake_start_waiters(Scheduler& scheduler) noexcept {
    while (Waiter* waiter = start_waiters_.pop()) scheduler.make_ready(*waiter);
  }

  [[nodiscard]] std::string_view kind_name() const noexcept override { return "callback"; }
  [[nodiscard]] std::string_view default_message() const noexcept override {
    return timed_out() ? "Callback timed out" : "Callback failed";
  }
  [[nodiscard]] bool timed_out() const noexcept {
    return status() == wire::OperationStatus::timed_out;
  }

  [[nodiscard]] std::exception_ptr make_error() const override {
    std::string id = context_->wire_id(number_);
    if (timed_out()) {
      return std::make_exception_ptr(CallbackTimeoutError(*error_, name_, std::move(id)));
    }
    return std::make_exception_ptr(CallbackExternalError(*error_, name_, std::move(id)));
  }
};

std::int64_t whole_seconds(const CallKind& kind, std::string_view name, std::string_view what,
                           Duration time) {
  const std::int64_t seconds = time.count() / 1000 + (time.count() % 1000 > 0 ? 1 : 0);
  if (time >= Duration::zero() && seconds <= machine::callback_timeout_s_max) return seconds;
  throw ValidationError(std::string(kind.call) + " " + quoted_name(name) + ": the " +
                        std::string(what) +
                        " must be from 0 (none) to 31622400 s (366 days), but is " +
                        std::to_string(time.count()) + " ms");
}

}  // namespace

CallbackTimes check_times(const CallKind& kind, std::string_view name, Duration timeout,
                          Duration heartbeat_timeout) {
  return {whole_seconds(kind, name, "timeout", timeout),
          whole_seconds(kind, name, "heartbeat timeout", heartbeat_timeout)};
}

std::unique_ptr<CallbackOperation> start_callback(ContextCore& context, std::string_view name,
                                                  const CallbackOptions& options) {
  CallbackTimes times;
  if (admit(context, callback_kind, name)) {
    times = check_times(callback_kind, name, options.timeout, options.heartbeat_timeout);
  }
  auto opened = open_call<StartedCallback>(context, callback_kind, name);
  StartedCallback& callback = *opened.operation;
  callback.use_serdes(options.serdes);
  callback.use_raw_text();
  if (!opened.admitted) return std::move(opened.operation);
  if (opened.place.record != nullptr) {
    callback.replay(*opened.place.record);
  } else {
    callback.start(times);
  }
  return std::move(opened.operation);
}

void raise_empty_callback_start() {
  throw UsageError(
      "co_await of a durable::CallbackStart that was moved from or awaited before. Keep the "
      "durable::Callback that its await gave.");
}

}  // namespace durable::detail
