// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/detail/operation.h>

#include <durable/sdk/context.h>
#include <durable/sdk/errors.h>

#include "sdk/machine/operation_ids.h"
#include "sdk/runtime.h"
#include "sdk/workers.h"

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
  if (watched_) count_received();
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
  // Settled, it is no longer something that the service keeps the execution waiting for.
  if (parked_) context_->runtime->unpark(*this);
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

std::string Operation::id() const { return context_->wire_id(number_); }

SerdesContext Operation::serdes_context() const noexcept {
  return SerdesContext(*context_->runtime, context_, number_, name_);
}

Payload Operation::serialize(const Payload& plain) const {
  Runtime& runtime = *context_->runtime;
  // On another thread the calls are refused anyway.
  if (!runtime.on_workflow_thread()) return serdes_->serialize(plain, serdes_context());
  const ForeignCode guard(runtime, Scope::Kind::serdes);
  return serdes_->serialize(plain, serdes_context());
}

Payload Operation::deserialize(const Payload& stored) const {
  const ForeignCode guard(*context_->runtime, Scope::Kind::serdes);
  return serdes_->deserialize(stored, serdes_context());
}

void Operation::note_received() const noexcept {
  if (context_ == nullptr || context_->runtime == nullptr) return;
  // Mostly the context that made the call; another one where a body awaits a future of a parent's.
  const Scope* current = context_->runtime->current();
  ContextCore* reader =
      current != nullptr && current->context != nullptr ? current->context : context_;
  if (!known_) reader->go_live();
  count_received();
}

void Operation::count_received() const noexcept {
  watched_ = false;
  // With nothing left that is recorded, no earlier invocation is known to have come further.
  const auto* record = static_cast<const machine::Journal::Record*>(context_->record);
  if (++context_->received >= (record != nullptr ? record->stored() : 0)) context_->go_live();
}

std::optional<std::string> Operation::raw_text() const {
  if (!payload_) return std::nullopt;
  return payload_or_null().str();
}

std::string Operation::require_raw_text() const {
  if (std::optional<std::string> text = raw_text()) return *std::move(text);
  throw SerDesError("callback " + quoted_name(name_) +
                    " was completed without a result, which a std::string could not tell from an "
                    "empty one. Ask for a std::optional<std::string>, or for void if the result "
                    "does not matter.");
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

namespace {

const LambdaContext& info_of(const Runtime* runtime) noexcept {
  static const LambdaContext untold;
  const LambdaContext* info = runtime != nullptr ? runtime->environment().lambda_context : nullptr;
  return info != nullptr ? *info : untold;
}

}  // namespace
}  // namespace detail

std::string SerdesContext::operation_id() const {
  return context_ != nullptr ? context_->wire_id(number_) : std::string();
}
std::string_view SerdesContext::execution_arn() const { return runtime_->arn(); }

std::stop_token StepContext::stop_token() const noexcept {
  if (context_->worker_call != nullptr) return context_->worker_call->stop_token();
  return context_->runtime->environment().stop;
}

const LambdaContext& StepContext::lambda_context() const noexcept {
  return detail::info_of(context_->runtime);
}

const LambdaContext& DurableContext::lambda_context() const noexcept {
  return detail::info_of(core_.runtime);
}

WaitFuture DurableContext::wait(std::string_view name, Duration duration) {
  return WaitFuture(detail::run_wait(core_, name, duration));
}

std::string_view DurableContext::execution_arn() const noexcept {
  return core_.runtime != nullptr ? core_.runtime->arn() : std::string_view();
}

}  // namespace durable
