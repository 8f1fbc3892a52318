// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/machine/limits.h"
#include "sdk/runtime.h"

#include <utility>

namespace durable::detail {
namespace {

constexpr CallKind wait_kind{wire::OperationType::wait, "Wait", "wait"};

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
    } else if (status_ == wire::OperationStatus::succeeded ||
               status_ == wire::OperationStatus::cancelled) {
      settle(Progress::succeeded);
    } else {
      context_->runtime->fail_execution(invalid_status(*context_, number_, name_, "wait", status_));
    }
  }

  [[nodiscard]] std::exception_ptr make_error() const override { return nullptr; }

  wire::OperationStatus status_ = wire::OperationStatus::unknown;
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

}  // namespace durable::detail
