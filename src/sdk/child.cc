// SPDX-License-Identifier: Apache-2.0
#include "sdk/child.h"

#include <durable/sdk/errors.h>

#include "sdk/machine/limits.h"

#include <utility>

namespace durable::detail {
namespace {

constexpr ContextKind child_kind{
    {wire::OperationType::context, "RunInChildContext", "run_in_child_context"},
    [](wire::ErrorObject error, std::string name, std::string id) {
      return std::make_exception_ptr(
          ChildContextError(std::move(error), std::move(name), std::move(id)));
    }};

}  // namespace

void ChildOperation::begin(const Place& place, void* body,
                           std::unique_ptr<Body> (*make)(void* body)) {
  bool replay_only = context_->replay_only;
  if (place.record != nullptr) {
    wire::Operation& recorded = runtime().journal().ask(*place.record);
    if (recorded.context_details) {
      payload_ = recorded.context_details->result;
      error_ = recorded.context_details->error;
    }
    switch (recorded.status) {
      case wire::OperationStatus::succeeded:
        if ((!recorded.context_details ||
             !recorded.context_details->replay_children.value_or(false)) &&
            !checks_end()) {
          settle(Progress::succeeded);
          return;
        }
        replay_only = completed_ = true;
        if (!expected_) payload_.reset();
        break;
      case wire::OperationStatus::failed:
        if (!error_) error_ = wire::ErrorObject{};
        if (!checks_end()) {
          settle(Progress::failed);
          return;
        }
        replay_only = completed_ = true;
        break;
      case wire::OperationStatus::started:
        if (!enters_unfinished(*context_)) return;
        break;
      default:
        runtime().fail_execution(
            invalid_status(*context_, number_, name_, kind_.call.call, recorded.status));
        return;
    }
    place.record->entered = true;
  } else {
    static_cast<void>(runtime().make_update(*this, kind_.call, wire::OperationAction::start));
    runtime().queue();
  }
  open_context(place.record, replay_only);
  run(body, make);
}

bool ChildOperation::checks_end() {
  if (!runtime().checks_replay()) return false;
  expected_ = std::make_unique<RecordedEnd>();
  if (error_) {
    expected_->error = error_;
  } else {
    expected_->result = payload_ && kind_.serdes_writes ? from_record(*payload_) : payload_;
  }
  return true;
}

void ChildOperation::body_finished() {
  if (runtime().over()) return;
  run_.ended(promise_->exception);
  if (promise_->exception) {
    const std::exception_ptr error = promise_->exception;
    drop_body();
    fail(error);
    return;
  }
  std::optional<Payload> result;
  try {
    const ForeignCode guard(runtime(), Scope::Kind::serdes);
    result = body_->result(serdes_context());
    if (kind_.serdes_writes && !expected_) result = to_record(std::move(result));
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    if (!runtime().end_by(error)) runtime().fail_execution(runtime().describe(error));
    return;
  }
  if (expected_) {
    if (auto divergence = expected_->compare_result(child_->core(), result)) {
      runtime().diverge(*std::move(divergence));
      return;
    }
    result = payload_;
  }
  drop_body();
  if (!runtime().over()) succeed(std::move(result));
}

void ChildOperation::open_context(machine::Journal::Record* record, bool replay_only) {
  ContextCore& core = child_.emplace().core();
  core.scope = {Scope::Kind::workflow, &runtime(), this, &core};
  core.runtime = &runtime();
  core.parent = context_;
  core.record = record;
  core.id = context_->wire_id(number_);
  core.name = name_;
  core.depth = context_->depth + 1;
  core.replay_only = replay_only;
  core.offload_bodies = context_->offload_bodies;
  core.replaying = record != nullptr && (record->has_children() || completed_);
  if (completed_ && runtime().checks_replay()) runtime().check_begins(core);
}

void ChildOperation::run(void* body, std::unique_ptr<Body> (*make)(void* body)) {
  body_ = make(body);
  run_ = Runtime::UserFunctionScope(runtime(), *this, kind_.call, 0, child_->core().replaying);
  try {
    const Runtime::ScopeGuard guard(runtime(), child_->core().scope);
    promise_ = &body_->create(*child_);
  } catch (...) {
    const std::exception_ptr error = std::current_exception();
    run_.ended(error);
    drop_body();
    if (!runtime().over()) fail(error);
    return;
  }
  promise_->scope = &child_->core().scope;
  promise_->owner = this;
  runtime().resume(*promise_);
}

void ChildOperation::succeed(std::optional<Payload> result) {
  payload_ = std::move(result);
  if (completed_) {
    settle(Progress::succeeded);
    return;
  }
  wire::OperationUpdate& update =
      runtime().make_update(*this, kind_.call, wire::OperationAction::succeed);
  if (payload_ && payload_->size() > machine::context_result_size_max) {
    update.payload.emplace();
    update.context_options.emplace().replay_children = true;
  } else {
    update.payload = payload_;
  }
  runtime().queue_for(*this);
}

void ChildOperation::fail(const std::exception_ptr& error) {
  if (runtime().end_by(error)) return;
  wire::ErrorObject described =
      kind_.describe != nullptr ? kind_.describe(runtime(), error) : runtime().describe(error);
  if (expected_) {
    if (auto divergence = expected_->compare_error(child_->core(), described)) {
      runtime().diverge(*std::move(divergence));
    } else {
      settle(Progress::failed);
    }
    return;
  }
  if (completed_) {
    wire::ErrorObject end;
    end.error_type = "NonDeterministicExecutionError";
    end.error_message =
        "non-deterministic code: the child context " + path_of(child_->core()) +
        " is recorded as succeeded, but running its body again for its result threw " +
        described.error_type.value_or("") + ": " + described.error_message.value_or("") +
        ". A body may depend only on its input and on results of operations.";
    runtime().fail_execution(std::move(end));
    return;
  }
  error_ = described;
  wire::OperationUpdate& update =
      runtime().make_update(*this, kind_.call, wire::OperationAction::fail);
  update.error = std::move(described);
  runtime().queue_for(*this);
}

std::exception_ptr ChildOperation::make_error() const {
  return kind_.make_error(*error_, name_, context_->wire_id(number_));
}

void ChildOperation::detach() noexcept {
  drop_body();
  if (child_) child_->core().parent = nullptr;  // may be gone before this operation is
  Operation::detach();
}

void ChildOperation::drop_body() noexcept {
  const Runtime::DestructionGuard guard(context_ != nullptr ? context_->runtime : nullptr);
  if (body_ != nullptr) body_->destroy_frame();
  body_.reset();
  run_.unfinished();
  if (child_) {
    if (completed_ && context_ != nullptr && context_->runtime != nullptr) {
      context_->runtime->check_ends(child_->core());
    }
    child_->core().close();
  }
}

void check_depth(const ContextCore& context, const CallKind& kind, std::string_view name) {
  if (context.depth < machine::context_depth_max) return;
  throw ValidationError(std::string(kind.call) + " " + quoted_name(name) + " in " +
                        path_of(context).substr(0, 200) + ": child contexts are nested more than " +
                        std::to_string(machine::context_depth_max) +
                        " deep. Use a loop, or map, instead of recursion.");
}

OperationPtr run_child(ContextCore& context, std::string_view name, const ChildOptions* options,
                       void* body, std::unique_ptr<Body> (*make)(void* body)) {
  check_depth(context, child_kind.call, name);
  auto opened = open_call<ChildOperation>(context, child_kind.call, name, child_kind);
  if (!opened.admitted) return std::move(opened.operation);
  opened.operation->use_serdes(
      context.runtime->serdes_for(options != nullptr ? options->serdes : nullptr));
  opened.operation->begin(opened.place, body, make);
  return std::move(opened.operation);
}

}  // namespace durable::detail
