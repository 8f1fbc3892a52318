// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/detail/operation.h>

#include <durable/sdk/context.h>
#include <durable/sdk/errors.h>

#include "sdk/machine/operation_ids.h"
#include "sdk/runtime.h"

namespace durable {
namespace detail {

Operation::Operation(ContextCore& context, std::uint64_t number, std::string_view name)
    : context_(&context), next_(context.operations), number_(number), name_(name) {
  if (next_ != nullptr) next_->previous_ = this;
  context.operations = this;
}

Operation::~Operation() { leave_context(); }

void Operation::leave_context() noexcept {
  if (context_ == nullptr) return;
  if (parked_) context_->runtime->unpark(*this);
  if (ticket_ != 0) context_->runtime->forget_ticket(ticket_);
  if (next_ != nullptr) next_->previous_ = previous_;
  (previous_ != nullptr ? previous_->next_ : context_->operations) = next_;
  context_ = nullptr;
}

void Operation::detach() noexcept {
  Runtime* const runtime = context_->runtime;
  leave_context();
  progress_ = Progress::detached;
  if (runtime != nullptr) wake(*runtime);
}

bool Operation::stopped() const noexcept {
  return context_->runtime == nullptr || context_->runtime->stopped();
}

void Operation::settle(Progress progress) noexcept {
  DURABLE_ASSERT(progress_ == Progress::open);
  progress_ = progress;
  wake(*context_->runtime);
}

void Operation::wake(Scheduler& scheduler) noexcept {
  while (Waiter* waiter = waiters_.pop()) {
    Operation* next = waiter->advance != nullptr ? waiter->advance(*waiter) : nullptr;
    if (next != nullptr) {
      next->wait(*waiter);
    } else {
      scheduler.make_ready(*waiter);
    }
  }
}

void Operation::merge(wire::Operation&& /*recorded*/) {}

void Operation::acknowledged() { settle(error_ ? Progress::failed : Progress::succeeded); }

void Operation::raise() const { std::rethrow_exception(error()); }

std::exception_ptr Operation::error() const {
  switch (progress_) {
    case Progress::succeeded:
      return nullptr;
    case Progress::detached:
      return std::make_exception_ptr(UsageError(
          "co_await of a future whose context has ended (operation " + quoted_name(name_) +
          "). A future cannot outlive the body that started it: await it there, and return its "
          "value."));
    case Progress::failed:
      return make_error();
    case Progress::open:
      break;
  }
  DURABLE_ASSERT(progress_ != Progress::open);
  return nullptr;
}

SerdesContext Operation::serdes_context() const noexcept {
  return SerdesContext(*context_->runtime, context_, number_);
}

void ContextCore::close() noexcept {
  ended = true;
  while (operations != nullptr) operations->detach();
  runtime = nullptr;
}

std::string ContextCore::wire_id(std::uint64_t of_number) const {
  return machine::operation_id(id, of_number);
}

void raise_empty_future() {
  throw UsageError(
      "co_await of a durable::DurableFuture that was moved from. Await the future that it was "
      "moved to.");
}

void raise_encode_error(const Error& cause) {
  throw SerDesError("a value cannot be written as JSON: " + cause.message);
}
void raise_decode_error(const Error& cause) {
  throw SerDesError("a recorded value cannot be read: " + cause.message +
                    ". If its type has changed since it was recorded, keep reading the old form.");
}

}  // namespace detail

std::string SerdesContext::operation_id() const {
  return context_ != nullptr ? context_->wire_id(number_) : std::string();
}
std::string_view SerdesContext::execution_arn() const { return runtime_->arn(); }

std::stop_token StepContext::stop_token() const noexcept {
  return context_->runtime->environment().stop;
}

DurableFuture<void> DurableContext::wait(std::string_view name, Duration duration) {
  return DurableFuture<void>(detail::run_wait(core_, name, duration));
}

std::string_view DurableContext::execution_arn() const noexcept {
  return core_.runtime != nullptr ? core_.runtime->arn() : std::string_view();
}

}  // namespace durable
