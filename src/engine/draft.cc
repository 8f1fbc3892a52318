// SPDX-License-Identifier: Apache-2.0
#include "engine/draft.h"

#include "engine/fold.h"

#include <algorithm>
#include <utility>

namespace durable::engine {

std::optional<OperationNumber> Draft::find(std::string_view id, std::uint32_t hash) {
  if (const auto number = execution_.find(id, hash)) return number;
  if (started_ == 0) return std::nullopt;
  const Overlay::Entry* created = out_.overlay.find_created(id);
  return created == nullptr ? std::nullopt : std::optional(created->number);
}

const OperationState& Draft::operation(OperationNumber number) {
  const Overlay::Entry* entry = out_.overlay.find(number);
  return entry != nullptr ? entry->state : execution_.operation(number);
}

Overlay::Entry& Draft::touch(OperationNumber number) {
  if (Overlay::Entry* entry = out_.overlay.find(number)) return *entry;
  return out_.overlay.add_copy(number, execution_.operation(number));
}

void Draft::fold_execution(const Event& event) { apply(progress_, event, OperationChange{}); }

void Draft::fold_operation(OperationState& state, const Event& event) {
  const Timestamp due = state.due;
  const Timestamp heartbeat_due = state.heartbeat_due;
  const OperationChange change = apply(state, event);
  timers_moved_ = timers_moved_ || due != state.due || heartbeat_due != state.heartbeat_due;
  apply(progress_, event, change);
}

OperationNumber Draft::start(std::shared_ptr<const OperationInfo> info) {
  const OperationNumber number = execution_.operation_count() + started_;
  started_ += 1;
  Overlay::Entry& entry = out_.overlay.add_created(number, info);
  fold_operation(entry.state, add_event(number, fact::OperationStarted{std::move(info)}));
  return number;
}

WakeUp Draft::wake_up() {
  WakeUp wake_up;
  wake_up.execution_timeout = *execution_.execution_deadline();
  const auto consider = [&](Timestamp deadline) {
    if (deadline == never) return;
    wake_up.timer = wake_up.timer ? std::min(*wake_up.timer, deadline) : deadline;
  };
  for (const Overlay::Entry& entry : out_.overlay.entries()) {
    consider(entry.state.due);
    consider(entry.state.heartbeat_due);
  }
  // The timers of touched operations may be gone or moved; they were considered above.
  for (const Timer& timer : execution_.timers()) {
    if (out_.overlay.find(timer.operation) != nullptr) continue;
    consider(timer.deadline);
    break;
  }
  return wake_up;
}

void Draft::finish() {
  if (!running()) {
    if (execution_.running()) out_.effects.emplace_back(Closed{});
    return;
  }
  if (timers_moved_) {
    const WakeUp after = wake_up();
    if (after.timer != execution_.next_timer()) out_.effects.emplace_back(after);
  }
  if (progress_.wanted_at != never && progress_.wanted_at != execution_.progress().wanted_at) {
    out_.effects.emplace_back(Invoke{progress_.wanted_at});
  }
  if (started_ == 0) return;
  for (const Overlay::Entry& entry : out_.overlay.entries()) {
    if (entry.created && entry.state.type() == wire::OperationType::chained_invoke &&
        entry.state.status == wire::OperationStatus::started) {
      out_.effects.emplace_back(StartChainedInvoke{entry.number, entry.state.info});
    }
  }
}

}  // namespace durable::engine
