// SPDX-License-Identifier: Apache-2.0
#include "engine/operations/operations.h"
#include "engine/validate.h"

namespace durable::engine {

OperationInfo::Parts AllowedUpdate::parts() const {
  OperationInfo::Parts parts;
  parts.id = update().id;
  if (update().name) parts.name = *update().name;
  if (update().sub_type) parts.sub_type = *update().sub_type;
  parts.type = update().type;
  parts.parent = parent;
  parts.id_hash = id_hash;
  return parts;
}

SharedError share(const Boxed<wire::ErrorObject>& error) {
  return error ? std::make_shared<const wire::ErrorObject>(*error) : nullptr;
}

std::uint64_t execution_bytes_max(const ExecutionInfo& info) {
  const Limits& limits = info.settings.limits;
  return info.started_by == StartedBy::event ? limits.execution_bytes_event_max
                                             : limits.execution_bytes_request_response_max;
}

Result<void> check_close(const Draft& draft, UpdatePlace place) {
  const wire::OperationUpdate& update = *place.update;
  if (update.error) {
    const Result<void> checked = check_error_size(draft.limits(), *update.error);
    if (!checked) return refuse(checked.error().message, place);
  }
  const std::uint64_t limit = execution_bytes_max(draft.execution().info());
  if (update.payload && update.payload->size() > limit) {
    return refuse(too_large("Execution output payload size", limit, update.payload->size()), place);
  }
  return {};
}

void close_by_update(Draft& draft, const wire::OperationUpdate& update) {
  if (update.action == wire::OperationAction::succeed) {
    draft.record(fact::ExecutionSucceeded{update.payload});
    return;
  }
  SharedError error =
      update.error ? share(update.error) : std::make_shared<const wire::ErrorObject>();
  draft.record(fact::ExecutionFailed{std::move(error), wire::ExecutionStatus::failed});
}

void fire_execution_timeout(Draft& draft) {
  const Duration timeout = draft.execution().info().execution_timeout;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout).count();
  auto error = std::make_shared<wire::ErrorObject>();
  error->error_message = "Execution timed out after " + std::to_string(seconds) + " seconds.";
  draft.record(fact::ExecutionFailed{std::move(error), wire::ExecutionStatus::timed_out});
}

void fire_due(Draft& draft) {
  const Execution& execution = draft.execution();
  const std::optional<Timestamp> deadline = execution.execution_deadline();
  if (!deadline) return;
  for (const Timer& timer : execution.timers()) {
    // What is due after the execution's own end never happens, even if both are noticed late.
    if (timer.deadline > draft.now() || timer.deadline > *deadline) break;
    const OperationState& state = draft.operation(timer.operation);
    const Timestamp present = timer.heartbeat ? state.heartbeat_due : state.due;
    if (present != timer.deadline) continue;  // The callback's other timer came first.
    switch (state.type()) {
      case wire::OperationType::wait:
        fire_wait(draft, timer.operation);
        break;
      case wire::OperationType::step:
        fire_step(draft, timer.operation);
        break;
      case wire::OperationType::callback:
        fire_callback(draft, timer);
        break;
      default:
        DURABLE_ASSERT(false);  // No other type has a deadline.
    }
  }
  if (draft.now() >= *deadline) fire_execution_timeout(draft);
}

}  // namespace durable::engine
