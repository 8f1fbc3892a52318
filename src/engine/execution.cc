// SPDX-License-Identifier: Apache-2.0
#include "engine/execution.h"

#include <durable/base/assert.h>

#include <algorithm>
#include <string>

namespace durable::engine {

const ExecutionInfo& Execution::info() const {
  DURABLE_ASSERT(started());
  return *info_;
}

std::optional<OperationNumber> Execution::find(std::string_view id, std::uint32_t hash) const {
  return index_.find(hash,
                     [&](OperationNumber number) { return operations_[number].info->id() == id; });
}

std::optional<Timestamp> Execution::invocation_wanted_at() const noexcept {
  if (progress_.wanted_at == never) return std::nullopt;
  return progress_.wanted_at;
}

std::optional<Timestamp> Execution::next_timer() const noexcept {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->deadline;
}

std::optional<Timestamp> Execution::execution_deadline() const {
  if (!running()) return std::nullopt;
  return started_at() + info().execution_timeout;
}

std::optional<Timestamp> Execution::next_deadline() const {
  const std::optional<Timestamp> deadline = execution_deadline();
  const std::optional<Timestamp> timer = next_timer();
  return deadline && timer ? std::min(*deadline, *timer) : deadline;
}

namespace {

Error broken(std::string what) {
  return {ErrorCode::invalid_usage, "broken invariant of an execution: " + std::move(what)};
}

Result<void> check_operation(const Execution& execution, OperationNumber number) {
  const OperationState& state = execution.operation(number);
  const std::string where = "operation " + std::to_string(number) + " ";
  if (state.info == nullptr) return broken(where + "has no info");
  if (execution.find(state.info->id()) != number) return broken(where + "is not found by its id");
  if (state.info->parent() >= number && number != 0) {
    return broken(where + "is older than its parent");
  }
  if (state.info->parent() != 0 &&
      execution.operation(state.info->parent()).type() != wire::OperationType::context) {
    return broken(where + "has a parent that is no CONTEXT");
  }
  if ((number == 0) != (state.type() == wire::OperationType::execution)) {
    return broken(where + "has the wrong type: EXECUTION is the first operation, and only it");
  }
  if (is_terminal(state.status) && (state.due != never || state.heartbeat_due != never)) {
    return broken(where + "is terminal and has a deadline");
  }
  const bool scheduled = state.status == wire::OperationStatus::pending;
  if (state.type() == wire::OperationType::step && scheduled != (state.due != never)) {
    return broken(where + "is PENDING without a next attempt, or the reverse");
  }
  if (state.error != nullptr && state.result.has_value()) {
    return broken(where + "has both a result and an error");
  }
  return {};
}

}  // namespace

Result<void> Execution::invariants() const {
  if (!started()) return {};
  std::set<Timer> timers;
  std::uint32_t open = 0;
  std::size_t unseen = 0;
  std::size_t updated = 0;
  for (OperationNumber number = 0; number < operation_count(); ++number) {
    if (auto checked = check_operation(*this, number); !checked) return checked;
    const OperationState& state = operation(number);
    if (state.due != never) timers.insert({state.due, number, false});
    if (state.heartbeat_due != never) timers.insert({state.heartbeat_due, number, true});
    open += state.open() ? 1 : 0;
    unseen += state.unseen ? 1 : 0;
    updated += state.updated ? 1 : 0;
  }
  if (running() && timers != timers_) return broken("its timers are not those of its operations");
  if (!running() && !timers_.empty()) return broken("it is closed and has timers");
  if (open != progress_.open_operations) return broken("its count of open operations is wrong");
  if (unseen != unseen_.size()) return broken("its list of unseen operations is wrong");
  if (updated != updated_.size()) return broken("its list of updated operations is wrong");
  if (index_.size() != operations_.size()) return broken("its index is incomplete");
  if (progress_.invocation_runs && progress_.wanted_at != never) {
    return broken("an invocation is wanted while one runs");
  }
  if (!running() && progress_.wanted_at != never) {
    return broken("it is closed and wants an invocation");
  }
  if (running() && !progress_.invocation_runs && progress_.wanted_at == never && open == 0) {
    return broken("it runs and nothing will ever happen to it");
  }
  return {};
}

bool operator==(const Execution& a, const Execution& b) {
  const bool same_info = a.info_ == b.info_ || (a.info_ && b.info_ && *a.info_ == *b.info_);
  const bool same_error = a.error_ == b.error_ || (a.error_ && b.error_ && *a.error_ == *b.error_);
  return same_info && same_error && a.progress_ == b.progress_ && a.result_ == b.result_ &&
         a.request_id_ == b.request_id_ && a.invocation_started_at_ == b.invocation_started_at_ &&
         a.operations_ == b.operations_ && a.timers_ == b.timers_ &&
         a.unreported_invokes_ == b.unreported_invokes_ && a.unseen_ == b.unseen_ &&
         a.delta_ == b.delta_ && a.updated_ == b.updated_;
}

}  // namespace durable::engine
