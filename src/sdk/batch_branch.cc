// SPDX-License-Identifier: Apache-2.0
#include "sdk/batch.h"

#include <durable/sdk/errors.h>

#include "sdk/machine/limits.h"

#include <utility>

namespace durable::detail {

BatchBranch::BatchBranch(BatchOperation& batch, ContextCore& context, std::size_t index,
                         std::string_view name)
    : Operation(context, index + 1, name), batch_(batch) {
  use_serdes(runtime().serdes_for(batch.settings().item_serdes));
}

void BatchBranch::begin(machine::Journal::Record* record) {
  if (!batch_.is_flat()) {
    if (record != nullptr) {
      record->entered = true;
      if (runtime().checks_replay()) expect(*record->operation);
      recorded_ =
          expected_ != nullptr || record->operation->status == wire::OperationStatus::succeeded;
    } else {
      static_cast<void>(
          runtime().make_update(*this, batch_.words().branch, wire::OperationAction::start));
      runtime().queue();
      if (runtime().stopped()) return;
    }
  }
  open_context(record, recorded_ || context_->replay_only);
  run();
}

void BatchBranch::expect(const wire::Operation& recorded) {
  if (!wire::is_terminal(recorded.status)) return;
  const auto& details = recorded.context_details;
  if (details && details->replay_children.value_or(false)) return;  // its result is not recorded
  expected_ = std::make_unique<RecordedEnd>();
  if (recorded.status == wire::OperationStatus::failed) {
    expected_->error = details && details->error ? *details->error : wire::ErrorObject{};
  } else if (details && details->result) {
    payload_ = details->result;
    try {
      expected_->result = from_record(*payload_);
    } catch (const SerDesError&) {
      expected_.reset();  // nothing to compare with; whoever awaits the batch is told
    }
  }
}

void BatchBranch::open_context(machine::Journal::Record* record, bool replay_only) {
  ContextCore& core = child_.core();
  core.scope = {Scope::Kind::workflow, &runtime(), this, &core};
  core.runtime = &runtime();
  core.parent = context_;
  core.record = record;
  core.id = context_->wire_id(number_);
  core.name = name_;
  core.depth = context_->depth + 1;
  core.replay_only = replay_only;
  core.replaying = record != nullptr && (record->has_children() || recorded_);
  core.is_virtual = batch_.is_flat();
  core.offload_bodies = context_->offload_bodies || batch_.settings().bodies == Bodies::offloaded;
  checked_ = runtime().checks_replay() && (batch_.is_flat() ? batch_.runs_again() : recorded_);
  if (checked_) runtime().check_begins(core);
}

void BatchBranch::run() {
  if (!batch_.is_flat()) {
    run_ = Runtime::UserFunctionScope(runtime(), *this, batch_.words().branch, 0,
                                      child_.core().replaying);
  }
  try {
    const Runtime::ScopeGuard guard(runtime(), child_.core().scope);
    frame_ = batch_.body().create(index(), child_);
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    run_.ended(error);
    if (!runtime().over()) fail(error);
    return;
  }
  PromiseBase& promise = *frame_.promise();
  promise.scope = &child_.core().scope;
  promise.owner = this;
  runtime().resume(promise);
}

void BatchBranch::body_finished() {
  if (runtime().over()) return;
  PromiseBase& promise = *frame_.promise();
  run_.ended(promise.exception);
  if (promise.exception) {
    const std::exception_ptr error = promise.exception;
    drop();
    if (!runtime().over()) fail(error);
    return;
  }
  std::optional<Payload> result;
  try {
    const ForeignCode guard(runtime(), Scope::Kind::serdes);
    result = batch_.body().result(index(), promise, serdes_context());
    if (!expected_) result = to_record(std::move(result));
  } catch (...) {
    runtime().fail_execution(runtime().describe(std::current_exception()));
    return;
  }
  if (expected_) {
    if (auto divergence = expected_->compare_result(child_.core(), result)) {
      runtime().diverge(*std::move(divergence));
      return;
    }
    result = std::move(payload_);
  }
  drop();
  if (!runtime().over()) succeed(std::move(result));
}

void BatchBranch::succeed(std::optional<Payload> result) {
  payload_ = std::move(result);
  if (batch_.is_flat() || recorded_) {
    end();
    return;
  }
  wire::OperationUpdate& update =
      runtime().make_update(*this, batch_.words().branch, wire::OperationAction::succeed);
  if (payload_ && payload_->size() > machine::context_result_size_max) {
    update.payload.emplace();
    update.context_options.emplace().replay_children = true;
  } else {
    update.payload = payload_;
  }
  if (batch_.waits_for_success()) {
    runtime().queue_for(*this);
  } else {
    runtime().queue_later_for(*this);
  }
}

void BatchBranch::fail(const std::exception_ptr& error) {
  if (runtime().end_by(error)) return;
  wire::ErrorObject described = runtime().describe(error);
  if (expected_) {
    if (auto divergence = expected_->compare_error(child_.core(), described)) {
      runtime().diverge(*std::move(divergence));
      return;
    }
    error_ = std::move(*expected_->error);
    end();
    return;
  }
  if (recorded_) {
    wire::ErrorObject divergent;
    divergent.error_type = "NonDeterministicExecutionError";
    divergent.error_message =
        "non-deterministic code: the branch " + path_of(child_.core()) +
        " is recorded as succeeded, but running it again for its result threw " +
        described.error_type.value_or("") + ": " + described.error_message.value_or("") +
        ". A branch may depend only on its item and on results of operations.";
    runtime().fail_execution(std::move(divergent));
    return;
  }
  error_ = described;
  if (batch_.is_flat()) {
    end();
    return;
  }
  wire::OperationUpdate& update =
      runtime().make_update(*this, batch_.words().branch, wire::OperationAction::fail);
  update.error = std::move(described);
  runtime().queue_for(*this);
}

void BatchBranch::end() { batch_.branch_ended(index(), std::move(payload_), std::move(error_)); }

void BatchBranch::detach() noexcept {
  drop();
  child_.core().parent = nullptr;
  Operation::detach();
}

void BatchBranch::drop() noexcept {
  const Runtime::DestructionGuard guard(context_ != nullptr ? context_->runtime : nullptr);
  frame_.reset();
  if (checked_ && context_ != nullptr && context_->runtime != nullptr) {
    context_->runtime->check_ends(child_.core());
  }
  child_.core().close();
}

}  // namespace durable::detail
