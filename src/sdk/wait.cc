// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/machine/limits.h"
#include "sdk/runtime.h"

#include <utility>

namespace durable {
namespace detail {
namespace {

constexpr CallKind wait_kind{wire::OperationType::wait, "Wait", "wait"};
constexpr CallKind cancel_kind{wire::OperationType::wait, "Wait", "cancel of wait"};

class WaitOperation final : public Operation {
 public:
  using Operation::Operation;

  void begin(const Place& place, std::int64_t seconds) {
    Runtime& runtime = *context_->runtime;
    if (place.record != nullptr) {
      status_ = runtime.journal().ask(*place.record).status;
      if (is_open(status_) && context_->replay_only) return;
      follow();
      return;
    }
    wire::OperationUpdate& update =
        runtime.make_update(*this, wait_kind, wire::OperationAction::start);
    update.wait_options.emplace().wait_seconds = seconds;
    wants_reply_ = true;
    status_ = wire::OperationStatus::started;
    runtime.queue_for(*this);
  }

  void cancel() override {
    if (number_ == 0 || cancelling_ || progress_ != Progress::open || context_->replay_only) return;
    Runtime& runtime = *context_->runtime;
    // The service takes one update of a wait in a call, so its start is recorded first.
    if (ticket_ != 0 && !runtime.wait_for(*this)) return;
    if (progress_ != Progress::open) return;
    cancelling_ = true;
    static_cast<void>(runtime.make_update(*this, wait_kind, wire::OperationAction::cancel));
    runtime.queue_cancel();
  }

 private:
  static bool is_open(wire::OperationStatus status) noexcept {
    return status == wire::OperationStatus::started;
  }

  void merge(wire::Operation&& recorded) override {
    status_ = recorded.status;
    if (parked_ && !is_open(status_)) follow();
  }

  void acknowledged() override {
    wants_reply_ = false;
    follow();
  }

  // Only the service closes a wait, however late this machine's clock may say it is.
  void follow() {
    if (is_open(status_)) {
      context_->runtime->park(*this);
    } else if (status_ == wire::OperationStatus::succeeded) {
      settle(Progress::succeeded);
    } else if (status_ == wire::OperationStatus::cancelled) {
      settle(Progress::failed);
    } else {
      context_->runtime->fail_execution(invalid_status(*context_, number_, name_, "wait", status_));
    }
  }

  // A wait that was cut short is not one that has passed: what follows it must not run as if it
  // were.
  [[nodiscard]] std::exception_ptr make_error() const override {
    wire::ErrorObject error;
    error.error_type = "WaitCancelledError";
    error.error_message = "wait " + quoted_name(name_) +
                          " was cancelled, by cancel() or because something else won the race "
                          "that it was part of";
    return std::make_exception_ptr(
        WaitCancelledError(std::move(error), name_, context_->wire_id(number_)));
  }

  wire::OperationStatus status_ = wire::OperationStatus::unknown;
  bool cancelling_ = false;
};

}  // namespace

OperationPtr run_wait(ContextCore& context, std::string_view name, Duration duration) {
  const std::int64_t seconds = duration.count() / 1000 + (duration.count() % 1000 > 0 ? 1 : 0);
  if (duration < std::chrono::seconds(machine::delay_s_min) || seconds > machine::delay_s_max) {
    check_name(wait_kind, name);
    throw ValidationError("wait " + quoted_name(name) +
                          ": the duration must be from 1 s to 31622400 s (366 days), but is " +
                          std::to_string(duration.count()) + " ms");
  }
  auto opened = open_call<WaitOperation>(context, wait_kind, name);
  if (opened.admitted) opened.operation->begin(opened.place, seconds);
  return std::move(opened.operation);
}

}  // namespace detail

void WaitFuture::cancel() {
  detail::Operation* const wait = operation();
  if (wait == nullptr) detail::raise_empty_future();
  if (wait->settled() && wait->context() == nullptr) wait->raise_error();
  if (detail::admit(*wait->context(), detail::cancel_kind, wait->name())) wait->cancel();
}

}  // namespace durable
