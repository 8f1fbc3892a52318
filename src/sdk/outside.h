// SPDX-License-Identifier: Apache-2.0
//
// What calls have in common whose operation is started by one update and completed from outside.
#pragma once

#include "sdk/calls.h"
#include "sdk/runtime.h"

#include <string_view>
#include <utility>

namespace durable::detail {

/// `Base`: Operation, or a class derived from it.
template <class Base>
class OutsideOperation : public Base {
 public:
  using Base::Base;

  /// Answers from the record, or waits for the service to complete the operation.
  void replay(machine::Journal::Record& record) {
    take_state(std::move(runtime().journal().ask(record)));
    follow();
  }
  /// The update that starts the operation, to be filled in and passed to `send_start`.
  [[nodiscard]] wire::OperationUpdate& make_start(const CallKind& kind) {
    return runtime().make_update(*this, kind, wire::OperationAction::start);
  }
  void send_start() {
    // The reply tells the state, which may be the last one already.
    this->wants_reply_ = true;
    runtime().queue_for(*this);
  }

 protected:
  using Progress = Operation::Progress;

  [[nodiscard]] Runtime& runtime() const noexcept { return *this->context_->runtime; }
  [[nodiscard]] wire::OperationStatus status() const noexcept { return status_; }

  /// Takes result and error over, whichever is there.
  virtual void take(wire::Operation&& recorded) = 0;
  /// The state is known; called for each newer one, before anybody who waits goes on. False: it is
  /// unusable, and the execution has been ended.
  [[nodiscard]] virtual bool accept() { return true; }
  /// For messages, with its article.
  [[nodiscard]] virtual std::string_view kind_name() const noexcept = 0;
  /// The message of an operation that is recorded as failed without one.
  [[nodiscard]] virtual std::string_view default_message() const noexcept = 0;

 private:
  void merge(wire::Operation&& recorded) override {
    take_state(std::move(recorded));
    if (this->parked_) follow();
  }
  void acknowledged() override {
    this->wants_reply_ = false;
    follow();
  }

  void take_state(wire::Operation&& recorded) {
    status_ = recorded.status;
    take(std::move(recorded));
  }

  void follow() {
    if (!accept()) return;
    switch (status_) {
      case wire::OperationStatus::started:
        if (!this->context_->replay_only) runtime().park(*this);
        return;
      case wire::OperationStatus::succeeded:
        this->settle(Progress::succeeded);
        return;
      case wire::OperationStatus::failed:
      case wire::OperationStatus::cancelled:
      case wire::OperationStatus::timed_out:
      case wire::OperationStatus::stopped: {
        if (!this->error_) this->error_ = wire::ErrorObject{};
        auto& message = this->error_->error_message;
        if (!message) message.emplace(default_message());
        this->settle(Progress::failed);
        return;
      }
      default:
        runtime().fail_execution(
            invalid_status(*this->context_, this->number_, this->name_, kind_name(), status_));
    }
  }

  wire::OperationStatus status_ = wire::OperationStatus::unknown;
};

}  // namespace durable::detail
