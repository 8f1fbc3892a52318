// SPDX-License-Identifier: Apache-2.0
#include "service/executions.h"

#include <durable/base/assert.h>

#include <utility>

namespace durable::service {
namespace {

bool is_invoke(const engine::Execution& state, engine::OperationNumber number) {
  return state.operation(number).type() == wire::OperationType::chained_invoke;
}

/// By how much an event that was folded into `state` changes the number of open chained invokes.
std::ptrdiff_t invokes_opened(const engine::Execution& state, const engine::Event& event) {
  if (event.operation == 0 || !is_invoke(state, event.operation)) return 0;
  if (std::holds_alternative<engine::fact::OperationStarted>(event.fact)) return 1;
  const bool ended = std::holds_alternative<engine::fact::OperationSucceeded>(event.fact) ||
                     std::holds_alternative<engine::fact::OperationFailed>(event.fact);
  return ended ? -1 : 0;
}

void fold(LoadedExecution& execution, const engine::Event& event) {
  engine::evolve(execution.state, event);
  execution.open_invokes = static_cast<std::size_t>(
      static_cast<std::ptrdiff_t>(execution.open_invokes) + invokes_opened(execution.state, event));
}

}  // namespace

StartAttributes attributes_of(const store::Identity& identity) {
  return {identity.tenant_id, identity.trace_header, identity.retention_days};
}

void LoadedExecution::pop_work() {
  DURABLE_ASSERT(has_work());
  if (++next < queue.size()) return;
  queue.clear();
  next = 0;
}

void fold(LoadedExecution& execution, std::span<const engine::Event> events) {
  for (const engine::Event& event : events) fold(execution, event);
}

Result<std::unique_ptr<LoadedExecution>> load_execution(const store::Store& store,
                                                        const store::Summary& summary) {
  auto execution = std::make_unique<LoadedExecution>();
  execution->key = summary.key;
  execution->standing = summary.standing;
  execution->attributes = attributes_of(summary.identity);
  const Result<store::Revision> read =
      store.read(summary.key, 0, [&execution](const engine::Event& event) {
        fold(*execution, event);
        return store::Reading::go_on;
      });
  if (!read) return read.error();
  execution->revision = *read;
  return execution;
}

LoadedExecution* ExecutionSet::find(store::ExecutionKey key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second.get();
}

LoadedExecution* ExecutionSet::find(std::string_view arn) const {
  const auto found = by_arn_.find(arn);
  return found == by_arn_.end() ? nullptr : found->second;
}

LoadedExecution& ExecutionSet::add(std::unique_ptr<LoadedExecution> execution) {
  LoadedExecution& added = *execution;
  const bool is_new = by_arn_.emplace(added.state.arn(), &added).second &&
                      by_key_.emplace(added.key, std::move(execution)).second;
  DURABLE_ASSERT(is_new);
  return added;
}

void ExecutionSet::drop(LoadedExecution& execution) {
  use(execution);
  by_arn_.erase(execution.state.arn());
  by_key_.erase(execution.key);
}

void ExecutionSet::use(LoadedExecution& execution) {
  if (!std::exchange(execution.rests, false)) return;
  resting_.erase(execution.resting);
}

void ExecutionSet::rest(LoadedExecution& execution) {
  use(execution);
  if (!execution.state.running()) return drop(execution);
  resting_.push_front(&execution);
  execution.resting = resting_.begin();
  execution.rests = true;
  if (resting_.size() > resting_max_) drop(*resting_.back());
}

}  // namespace durable::service
