// SPDX-License-Identifier: Apache-2.0
#include "store/memory_store.h"

#include "store/refusal.h"

#include <durable/base/assert.h>

namespace durable::store {

Result<void> MemoryStore::commit(std::span<const Write> writes) {
  if (auto checked = check(writes); !checked) return checked;
  for (const Write& write : writes) append(write);
  return {};
}

Result<void> MemoryStore::check(std::span<const Write> writes) const {
  std::map<ExecutionKey, Revision> revisions;  // as they are after the writes so far
  std::set<std::string_view> new_arns;
  for (const Write& write : writes) {
    const auto stored = executions_.find(write.key);
    const Revision present = stored == executions_.end() ? 0 : stored->second.log.size();
    Revision& revision = revisions.try_emplace(write.key, present).first->second;
    if (write.expected != revision) return conflict(write, revision);
    revision += write.events.size();
    if (write.expected > 0) continue;
    DURABLE_ASSERT(write.identity != nullptr);
    const std::string& arn = write.identity->arn;
    if (by_arn_.contains(arn) || !new_arns.insert(arn).second) return arn_exists(arn);
  }
  return {};
}

void MemoryStore::append(const Write& write) {
  DURABLE_ASSERT(!write.events.empty());
  Stored& stored = executions_[write.key];
  Summary& summary = stored.summary;
  if (write.expected == 0) {
    summary.key = write.key;
    summary.identity = *write.identity;
    by_arn_.emplace(summary.identity.arn, write.key);
    by_name_[{summary.identity.function_name, summary.identity.name}].insert(write.key);
    by_start_.insert(position_of(summary));
  }
  for (const engine::Event& event : write.events) stored.log.push_back(event);
  summary.revision = stored.log.size();
  by_expiry_.erase({summary.standing.expires_at, write.key});
  summary.standing = write.standing;
  if (is_terminal(write.standing.status) && write.standing.expires_at != engine::never) {
    by_expiry_.emplace(write.standing.expires_at, write.key);
  }
}

Result<Revision> MemoryStore::read(ExecutionKey key, Revision first,
                                   const EventReader& reader) const {
  const auto stored = executions_.find(key);
  if (stored == executions_.end()) return no_such_execution(key);
  const engine::EventLog& log = stored->second.log;
  for (Revision i = first; i < log.size(); ++i) {
    if (reader(log[static_cast<std::size_t>(i)]) == Reading::stop) break;
  }
  return Revision{log.size()};
}

Result<std::optional<Summary>> MemoryStore::find(ExecutionKey key) const {
  const auto stored = executions_.find(key);
  if (stored == executions_.end()) return std::optional<Summary>();
  return std::optional<Summary>(stored->second.summary);
}

Result<std::optional<Summary>> MemoryStore::find(std::string_view arn) const {
  const auto key = by_arn_.find(arn);
  if (key == by_arn_.end()) return std::optional<Summary>();
  return find(key->second);
}

Result<std::optional<Summary>> MemoryStore::find_newest(std::string_view function_name,
                                                        std::string_view execution_name) const {
  const auto keys = by_name_.find({std::string(function_name), std::string(execution_name)});
  if (keys == by_name_.end()) return std::optional<Summary>();
  return find(*keys->second.rbegin());
}

Result<Page> MemoryStore::list(const ListQuery& query) const {
  const Result<ListRange> range = range_of(query);
  if (!range) return range.error();
  PageBuilder page(query);
  const auto offer = [&](ListPosition position) {
    return page.offer(Summary(executions_.at(position.key).summary));
  };
  if (range->after < range->before) {
    const auto first = by_start_.upper_bound(range->after);
    const auto last = by_start_.lower_bound(range->before);
    if (query.order == Order::oldest_first) {
      for (auto at = first; at != last && offer(*at); ++at) {
      }
    } else {
      for (auto at = last; at != first && offer(*std::prev(at)); --at) {
      }
    }
  }
  return std::move(page).take();
}

Result<std::vector<OpenExecution>> MemoryStore::open_executions() const {
  std::vector<OpenExecution> open;
  for (const auto& [key, stored] : executions_) {
    const Standing& standing = stored.summary.standing;
    if (standing.status == wire::ExecutionStatus::running) open.push_back({key, standing.due_at});
  }
  return open;
}

Result<std::vector<ExecutionKey>> MemoryStore::remove_expired(Timestamp now,
                                                              std::size_t count_max) {
  std::vector<ExecutionKey> removed;
  while (removed.size() < count_max && !by_expiry_.empty() && by_expiry_.begin()->first <= now) {
    removed.push_back(by_expiry_.begin()->second);
    remove(removed.back());
  }
  return removed;
}

void MemoryStore::remove(ExecutionKey key) {
  const auto stored = executions_.find(key);
  const Summary& summary = stored->second.summary;
  by_arn_.erase(summary.identity.arn);
  const auto keys = by_name_.find({summary.identity.function_name, summary.identity.name});
  keys->second.erase(key);
  if (keys->second.empty()) by_name_.erase(keys);
  by_start_.erase(position_of(summary));
  by_expiry_.erase({summary.standing.expires_at, key});
  executions_.erase(stored);
}

}  // namespace durable::store
