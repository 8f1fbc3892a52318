// SPDX-License-Identifier: Apache-2.0
//
// The thread around the core, and the mailbox between it and all others.
#include "service/service.h"

#include "service/clock.h"
#include "service/core.h"
#include "service/mailbox.h"

#include <atomic>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

namespace durable::service {
namespace {

using ServiceMailbox = Mailbox<Message>;

/// Ticks that the end of a service may take for what was in its mailbox. One execution's calls take
/// one tick each.
constexpr std::size_t last_ticks_max = 10'000;

Result<void> check(const ServiceOptions& options) {
  const bool is_scale =
      options.time_scale > 0 && options.time_scale <= ServiceOptions::time_scale_max;
  if (options.time_mode == TimeMode::scaled && !is_scale) {
    std::ostringstream message;
    message << "time scale: expected a number above 0 and at most 1000000, found "
            << options.time_scale;
    return Error{ErrorCode::invalid_usage, std::move(message).str()};
  }
  if (options.mailbox_max == 0) {
    return Error{ErrorCode::invalid_usage, "mailbox_max: expected 1 or more, found 0"};
  }
  return {};
}

}  // namespace

class Service::Impl {
 public:
  Impl(store::Store& store, Functions& functions, const ServiceOptions& options)
      : options_(options),
        clock_(options),
        mailbox_(std::make_shared<ServiceMailbox>(options.mailbox_max)),
        core_(store, functions, options,
              [mailbox = mailbox_](Message message) { mailbox->leave(std::move(message)); }) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    mailbox_->close();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] Result<void> begin() {
    if (Result<void> restored = core_.restore(clock_.now()); !restored) return restored;
    publish();
    thread_ = std::thread([this] { run(); });
    return {};
  }

  /// Hands a call over, or refuses it on the spot.
  template <class T>
  void send(T message) {
    Message boxed(std::move(message));
    const Delivery delivery = mailbox_->offer(boxed);
    if (delivery == Delivery::taken) return;
    const T& refused = std::get<T>(boxed);  // Not moved from.
    if (delivery == Delivery::closed) return refused.reply(ended());
    refused_.fetch_add(1, std::memory_order_relaxed);
    refused.reply(too_busy(options_.mailbox_max));
  }
  void forget(std::uint64_t waiter) { mailbox_->leave(ForgetMessage{waiter}); }
  [[nodiscard]] std::uint64_t next_waiter() {
    return waiters_.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  [[nodiscard]] ServiceMetrics metrics() const {
    const std::lock_guard lock(metrics_mutex_);
    ServiceMetrics metrics = metrics_;
    metrics.refused_busy += refused_.load(std::memory_order_relaxed);
    return metrics;
  }
  [[nodiscard]] Timestamp now() const { return clock_.now(); }

 private:
  static Error ended() {
    return {ErrorCode::unavailable, "The service has been stopped. Try again when it runs."};
  }

  void publish() {
    const std::lock_guard lock(metrics_mutex_);
    metrics_ = core_.metrics();
  }

  /// How long there is nothing to do without a message; absent: for ever.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> patience() {
    if (core_.is_ready()) return std::chrono::nanoseconds::zero();
    const std::optional<Timestamp> due = core_.next_due();
    if (!due) return std::nullopt;
    return clock_.real(*due - clock_.now());
  }

  void run() {
    std::vector<Message> batch;
    bool was_idle = false;
    for (;;) {
      const bool may_jump = options_.time_mode == TimeMode::skipped && core_.next_jump();
      const auto wait = may_jump ? std::chrono::nanoseconds::zero() : patience();
      if (!mailbox_->take(batch, wait)) break;
      was_idle = batch.empty();
      if (was_idle && may_jump) clock_.jump_to(*core_.next_jump());
      const Timestamp now = clock_.now();
      for (Message& message : batch) core_.take(std::move(message), now);
      batch.clear();
      core_.tick(now);
      publish();
    }
    core_.close();
    for (std::size_t i = 0; core_.has_calls() && i < last_ticks_max; ++i) core_.tick(clock_.now());
    core_.refuse_all(ended());
    publish();
  }

  const ServiceOptions options_;
  ServiceClock clock_;
  std::shared_ptr<ServiceMailbox> mailbox_;  // owners: this, and invocations that still run
  Core core_;                                // the thread's alone, once that runs
  std::atomic<std::uint64_t> waiters_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;
  mutable std::mutex metrics_mutex_;
  ServiceMetrics metrics_;  // guarded by metrics_mutex_
  std::thread thread_;
};

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::open(store::Store& store, Functions& functions,
                                               ServiceOptions options) {
  if (Result<void> checked = check(options); !checked) return checked.error();
  auto impl = std::make_unique<Impl>(store, functions, options);
  if (Result<void> begun = impl->begin(); !begun) return begun.error();
  return std::unique_ptr<Service>(new Service(std::move(impl)));
}

void Service::start(StartCall call, Reply<Started> reply) {
  impl_->send(StartMessage{std::move(call), std::move(reply)});
}

std::uint64_t Service::wait_for_end(std::string arn, Reply<Ended> reply) {
  const std::uint64_t waiter = impl_->next_waiter();
  impl_->send(WaitMessage{waiter, std::move(arn), std::move(reply)});
  return waiter;
}

void Service::forget(std::uint64_t waiter) { impl_->forget(waiter); }

void Service::checkpoint(wire::CheckpointDurableExecutionRequest request,
                         Reply<wire::CheckpointDurableExecutionResponse> reply) {
  impl_->send(CheckpointMessage{std::move(request), std::move(reply)});
}

void Service::get_state(wire::GetDurableExecutionStateRequest request,
                        Reply<wire::GetDurableExecutionStateResponse> reply) {
  impl_->send(StateMessage{std::move(request), std::move(reply)});
}

void Service::get(wire::GetDurableExecutionRequest request,
                  Reply<wire::GetDurableExecutionResponse> reply) {
  impl_->send(GetMessage{std::move(request), std::move(reply)});
}

void Service::history(wire::GetDurableExecutionHistoryRequest request,
                      Reply<wire::GetDurableExecutionHistoryResponse> reply) {
  impl_->send(HistoryMessage{std::move(request), std::move(reply)});
}

void Service::list(wire::ListDurableExecutionsByFunctionRequest request,
                   Reply<wire::ListDurableExecutionsByFunctionResponse> reply) {
  impl_->send(ListMessage{std::move(request), std::move(reply)});
}

void Service::stop(wire::StopDurableExecutionRequest request,
                   Reply<wire::StopDurableExecutionResponse> reply) {
  impl_->send(StopMessage{std::move(request), std::move(reply)});
}

void Service::callback_success(wire::SendDurableExecutionCallbackSuccessRequest request,
                               Reply<void> reply) {
  engine::CompleteCallback command{request.callback_id,
                                   engine::CallbackSuccess{std::move(request.result)}};
  impl_->send(
      CallbackMessage{std::move(request.callback_id), std::move(command), std::move(reply)});
}

void Service::callback_failure(wire::SendDurableExecutionCallbackFailureRequest request,
                               Reply<void> reply) {
  engine::CallbackFailure failure;
  if (request.error) failure.error = std::move(*request.error);
  engine::CompleteCallback command{request.callback_id, std::move(failure)};
  impl_->send(
      CallbackMessage{std::move(request.callback_id), std::move(command), std::move(reply)});
}

void Service::callback_heartbeat(wire::SendDurableExecutionCallbackHeartbeatRequest request,
                                 Reply<void> reply) {
  engine::HeartbeatCallback command{request.callback_id};
  impl_->send(
      CallbackMessage{std::move(request.callback_id), std::move(command), std::move(reply)});
}

ServiceMetrics Service::metrics() const { return impl_->metrics(); }
Timestamp Service::now() const { return impl_->now(); }

}  // namespace durable::service
