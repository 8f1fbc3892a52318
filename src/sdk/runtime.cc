// SPDX-License-Identifier: Apache-2.0
//
// What operations ask of the invocation: may this call be made, what is recorded of it, and how
// does everything end.
#include "sdk/runtime.h"

#include <durable/sdk/errors.h>

#include "sdk/calls.h"
#include "sdk/error_object.h"
#include "sdk/machine/limits.h"
#include "sdk/plugins.h"

#include <utility>

namespace durable::detail {
namespace {

/// Why code of this kind makes no durable calls.
std::string_view refusal(Scope::Kind kind) {
  switch (kind) {
    case Scope::Kind::step_body:
      return " was called inside the body of a step, or in the check of a condition. Neither can "
             "contain durable operations: make the call before or after it, or use "
             "ctx.run_in_child_context instead of the step.";
    case Scope::Kind::retry_policy:
      return " was called by a retry policy. A policy only decides, from what it is given: make "
             "the call in the function's own code.";
    case Scope::Kind::item_namer:
      return " was called by an item namer. A namer only names, from the item that it is given: "
             "make the call in the function's own code.";
    case Scope::Kind::serdes:
      return " was called while a value was written or read. A serdes runs again in each replay, "
             "and so must not depend on the execution: make the call in the function's own code.";
    case Scope::Kind::plugin:
      return " was called by a plugin. Plugins only watch: make the call in the function's own "
             "code.";
    case Scope::Kind::workflow:
      break;
  }
  return "";
}

bool changes_from_outside(wire::OperationType type) noexcept {
  return type == wire::OperationType::wait || type == wire::OperationType::callback ||
         type == wire::OperationType::chained_invoke;
}

}  // namespace

bool Runtime::over() noexcept {
  if (environment_.kill_switch != nullptr && environment_.kill_switch->killed()) {
    fail_invocation(environment_.kill_switch->error());
  }
  if (has_foreign_call_.load(std::memory_order_acquire) && !stopped_) {
    const std::lock_guard lock(mutex_);
    wire::ErrorObject error;
    error.error_type = "UsageError";
    error.error_message = *foreign_call_;
    fail_execution(std::move(error));
  }
  return stopped_;
}

void Runtime::fail_execution(wire::ErrorObject error) noexcept {
  stopped_ = true;
  if (std::holds_alternative<std::monostate>(end_)) end_ = Failed{std::move(error)};
}

void Runtime::fail_invocation(wire::ErrorObject error) noexcept {
  stopped_ = true;
  if (std::holds_alternative<std::monostate>(end_)) end_ = InvocationFailure{std::move(error)};
}

void Runtime::misuse(std::string message) {
  UsageError error(std::move(message));
  wire::ErrorObject described;
  described.error_type = "UsageError";
  described.error_message = error.what();
  fail_execution(std::move(described));
  throw error;
}

void Runtime::foreign_misuse(std::string message) {
  const std::lock_guard lock(mutex_);
  if (!foreign_call_) foreign_call_ = message;
  has_foreign_call_.store(true, std::memory_order_release);
  throw UsageError(std::move(message));
}

wire::ErrorObject Runtime::describe(const std::exception_ptr& error) const {
  wire::ErrorObject object = describe_error(error, handler_.error_names());
  shorten(object, machine::error_size_max);
  return object;
}

bool Runtime::end_by(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const ExecutionError&) {
    fail_execution(describe(error));
    return true;
  } catch (const InvocationError&) {
    fail_invocation(describe(error));
    return true;
  } catch (...) {
    return false;
  }
}

bool Runtime::admit(ContextCore& context, std::string_view call, std::string_view name) {
  const auto called = [&] { return std::string(call) + " " + quoted_name(name); };
  if (std::this_thread::get_id() != thread_) {
    foreign_misuse(
        called() +
        " was called on a thread that is not the workflow's. Durable calls are made only "
        "by the code that the context was passed to, on its own thread; use child "
        "contexts to do things side by side.");
  }
  if (destroying_ == 0) pull_trigger();
  if (over() && destroying_ == 0) return false;
  if (destroying_ > 0 || std::uncaught_exceptions() > exceptions_at_start_) {
    // Called from a destructor, which must not throw.
    wire::ErrorObject error;
    error.error_type = "UsageError";
    error.error_message =
        called() +
        " was called from a destructor, while the frames of a suspended or failed invocation were "
        "being destroyed. Such code runs in every invocation that ends early: make durable calls "
        "only in the body of a function, and undo work after settle().";
    if (!stopped_ || !std::holds_alternative<InvocationFailure>(end_)) fail_execution(error);
    return false;
  }
  if (current_ == &context.scope && !context.ended) return true;
  if (current_ != nullptr && current_->kind != Scope::Kind::workflow) {
    misuse(called() + std::string(refusal(current_->kind)));
  }
  if (context.ended) {
    misuse(called() + " was called on the context " + path_of(context) +
           ", whose body has ended. A context cannot be used after that.");
  }
  misuse(called() + " was called on the context " + path_of(context) +
         " by code that runs in another context. Use the DurableContext that was passed to the "
         "body that runs, so that its ids do not depend on what else runs.");
}

Place Runtime::take_place(ContextCore& context, const CallKind& kind, std::string_view name) {
  Place place{context.number + 1, nullptr};
  auto* const position = static_cast<machine::Journal::Record*>(context.record);
  if (position != nullptr) place.record = position->child(place.number);
  if (place.record == nullptr || place.record->operation == nullptr) {
    // A virtual context has no record of its own, so that hashes below it have no position.
    const bool may_be_irregular =
        (position != nullptr || context.is_virtual) && journal_.has_irregular();
    place.record = may_be_irregular ? journal_.find(context.wire_id(place.number)) : nullptr;
  }
  const wire::Operation* recorded = place.record != nullptr ? place.record->operation : nullptr;
  if (recorded == nullptr && checks_replay() && !is_recorded_as_finished(context)) {
    context.number = place.number;
    place.beyond_record = true;
    return place;
  }
  if (recorded != nullptr ? !matches(*recorded, kind, name) : context.replay_only) {
    note_divergence(divergence_at(context, place.number, recorded, kind, name));
    NonDeterministicExecutionError error(divergence(context, place.number, recorded, kind, name));
    wire::ErrorObject described;
    described.error_type = std::string(error.class_name());
    described.error_message = error.what();
    fail_execution(std::move(described));
    throw error;
  }
  context.number = place.number;
  if (recorded == nullptr) context.replaying = false;  // no earlier invocation came this far
  return place;
}

bool Runtime::is_fresh(const ContextCore& context, std::uint64_t number,
                       const machine::Journal::Record& record) const noexcept {
  if (input_.updated_operation_ids) return record.updated;
  // The service does not say what has changed. What ended from outside, with nothing after it that
  // has ended, is most probably what this invocation was started for.
  if (record.updated) return true;
  const auto* of_context = static_cast<const machine::Journal::Record*>(context.record);
  return changes_from_outside(record.operation->type) && of_context != nullptr &&
         number >= of_context->last_ended();
}

void Runtime::opened(Operation& operation, const Place& place) {
  if (place.record != nullptr) {
    operation.watched_ = true;
    operation.known_ = wire::is_terminal(place.record->operation->status) &&
                       !is_fresh(*operation.context_, place.number, *place.record);
  }
  if (plugins_ != nullptr) plugins_->opened(operation, place);
}

wire::OperationUpdate& Runtime::make_update(const Operation& operation, const CallKind& kind,
                                            wire::OperationAction action) {
  wire::OperationUpdate& update =
      checks_replay() ? unsent_ = wire::OperationUpdate{} : batcher_.append();
  const ContextCore& context = *operation.context_;
  update.id = context.wire_id(operation.number_);
  const ContextCore* recorded = &context;
  while (recorded->is_virtual) recorded = recorded->parent;
  if (!recorded->id.empty()) update.parent_id.emplace(recorded->id);
  if (!operation.name_.empty()) update.name.emplace(operation.name_);
  update.type = kind.type;
  update.sub_type.emplace(kind.sub_type);
  update.action = action;
  if (plugins_ != nullptr) plugins_->updating(update);
  return update;
}

void Runtime::park(Operation& operation) {
  if (operation.parked_) return;
  parked_.emplace(operation.context_->wire_id(operation.number_), &operation);
  operation.parked_ = true;
}

void Runtime::unpark(Operation& operation) noexcept {
  parked_.erase(operation.context_->wire_id(operation.number_));
  operation.parked_ = false;
}

}  // namespace durable::detail
