// SPDX-License-Identifier: Apache-2.0
#include "cli/replay/record.h"

#include "testing/replay_words.h"

#include <durable/json/value.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace durable::cli {
namespace {

using wire::EventType;
using wire::Operation;
using wire::OperationStatus;
using wire::OperationType;

/// So far is what is open from being due.
constexpr Duration far_away = std::chrono::hours{24};

/// Whether the function itself had this recorded. All else comes from outside, while an invocation
/// runs or between two.
bool is_from_function(EventType type) {
  constexpr std::array types{EventType::context_started,        EventType::context_succeeded,
                             EventType::context_failed,         EventType::wait_started,
                             EventType::wait_cancelled,         EventType::step_started,
                             EventType::step_succeeded,         EventType::step_failed,
                             EventType::chained_invoke_started, EventType::callback_started};
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool is_of_operation(EventType type) {
  return type > EventType::execution_stopped && type < EventType::invocation_completed;
}

bool ended_well(const wire::Event& event) {
  const auto* const details = std::get_if<wire::InvocationCompletedDetails>(&event.details);
  return details == nullptr || !details->error;
}

bool is_batch(const Operation& context) {
  return context.sub_type == "Map" || context.sub_type == "Parallel";
}

/// Whether the record of a map or parallel says that it has waited for all its branches: only then
/// is its result the same in whatever order they end.
bool waited_for_all(const Operation& batch) {
  if (!batch.context_details || !batch.context_details->result) return false;
  const auto value = json::Value::parse(batch.context_details->result->view());
  const json::Value* const reason = value ? value->find("completionReason") : nullptr;
  return reason != nullptr && reason->as_string() != nullptr &&
         *reason->as_string() == "ALL_COMPLETED";
}

/// Without its end.
void reopen(Operation& operation) {
  operation.end_timestamp.reset();
  operation.status = OperationStatus::started;
  if (operation.context_details) operation.context_details.emplace();
  if (operation.chained_invoke_details) operation.chained_invoke_details.emplace();
  if (operation.step_details) operation.step_details->result.reset();
  if (operation.step_details) operation.step_details->error = {};
  if (operation.callback_details) {
    operation.callback_details->result.reset();
    operation.callback_details->error = {};
  }
}

}  // namespace

Result<ReplayRecord> ReplayRecord::from(std::vector<wire::Event> events) {
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.event_id < b.event_id; });
  ReplayRecord record;
  record.events_ = std::move(events);
  auto folded = fold_history(record.events_);
  if (!folded) return std::move(folded).error();
  record.whole_ = *std::move(folded);
  for (std::size_t i = 1; i < record.whole_.operations.size(); ++i) {
    const Operation& operation = record.whole_.operations[i];
    record.index_.emplace(operation.id, i);
    record.children_[operation.parent_id.value_or("")].push_back(operation.id);
  }
  record.find_spans();
  record.find_waits();
  record.find_reopened();
  if (!has_ended(record.whole_)) record.find_held();
  return record;
}

const Operation* ReplayRecord::find(std::string_view id) const {
  const auto found = index_.find(id);
  return found != index_.end() ? &whole_.operations[found->second] : nullptr;
}

std::int64_t ReplayRecord::first_event_of(std::string_view id) const {
  const auto found = spans_.find(id);
  return found != spans_.end() ? events_[found->second.first].event_id : 0;
}

std::vector<const Operation*> ReplayRecord::children_of(std::string_view context) const {
  std::vector<const Operation*> children;
  const auto found = children_.find(context);
  if (found == children_.end()) return children;
  for (const std::string& id : found->second) children.push_back(find(id));
  return children;
}

void ReplayRecord::find_spans() {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (!events_[i].id) continue;
    spans_.try_emplace(*events_[i].id, Span{i, i}).first->second.last = i;
  }
}

void ReplayRecord::find_waits() {
  std::size_t invocation = 0;
  std::size_t from_function = 0;  // events up to the last one that the function had recorded
  std::size_t of_operations = 0;  // events up to the last one of an operation
  bool last_ended_well = false;
  std::size_t last_end = 0;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const EventType type = events_[i].event_type;
    if (is_from_function(type)) from_function = i + 1;
    if (is_of_operation(type)) of_operations = i + 1;
    if (type != EventType::invocation_completed) continue;
    ++invocation;
    if (last_ended_well) last_wait_ = last_end;
    last_ended_well = ended_well(events_[i]);
    last_end = i;
    // What came from outside after the function's last word may have come too late for it.
    const bool is_new = waits_.empty() || waits_.back().events != from_function;
    if (last_ended_well && from_function > 0 && is_new) {
      waits_.push_back({from_function, invocation});
    }
  }
  if (!has_ended(whole_) && last_ended_well) last_wait_ = last_end;
  if (has_ended(whole_)) {
    // The invocation in which the handler ended did not wait.
    if (!waits_.empty() && waits_.back().invocation == invocation) waits_.pop_back();
  } else if (!waits_.empty() && waits_.back().events == from_function) {
    // The whole shows as much.
    waits_.pop_back();
    ends_waiting_ = last_ended_well && of_operations == from_function;
  }
}

bool ReplayRecord::holds_open_work(std::string_view context) const {
  const auto children = children_of(context);
  return std::any_of(children.begin(), children.end(), [this](const Operation* child) {
    return !wire::is_terminal(child->status) || holds_open_work(child->id);
  });
}

bool ReplayRecord::overlaps_sibling(const Operation& context) const {
  const Span own = spans_.find(context.id)->second;
  const auto siblings = children_.find(context.parent_id.value_or(""));
  return std::any_of(siblings->second.begin(), siblings->second.end(),
                     [&](const std::string& sibling) {
                       if (sibling == context.id) return false;
                       const Span other = spans_.find(sibling)->second;
                       const bool is_open = !wire::is_terminal(find(sibling)->status);
                       return other.first < own.last && (is_open || own.first < other.last);
                     });
}

/// What runs beside other work may be recorded after a race: run again, it could win or lose. The
/// branches of a map that waits for all are no race.
bool ReplayRecord::is_reopened(const Operation& context, bool is_branch) const {
  if (context.type != OperationType::context || !wire::is_terminal(context.status)) return false;
  if (holds_open_work(context.id)) return false;
  if (is_batch(context) && !waited_for_all(context)) return false;
  return is_branch || !overlaps_sibling(context);
}

void ReplayRecord::find_reopened() {
  // Parents stand before their children.
  for (std::size_t i = 1; i < whole_.operations.size(); ++i) {
    const Operation& operation = whole_.operations[i];
    const Operation* const parent = operation.parent_id ? find(*operation.parent_id) : nullptr;
    const bool is_closed = parent != nullptr && wire::is_terminal(parent->status) &&
                           reopened_.find(parent->id) == reopened_.end();
    const bool is_branch =
        parent != nullptr && is_batch(*parent) && !is_closed && wire::is_terminal(parent->status);
    if (!is_closed && is_reopened(operation, is_branch)) reopened_.insert(operation.id);
  }
}

/// The first sibling that had begun when the operation began, and had not ended.
const Operation* ReplayRecord::overlapped_by(const Operation& step) const {
  const std::size_t begin = spans_.find(step.id)->second.first;
  const Operation* found = nullptr;
  for (const Operation* sibling : children_of(step.parent_id.value_or(""))) {
    const Span span = spans_.find(sibling->id)->second;
    const bool is_earlier = found == nullptr || span.first < spans_.find(found->id)->second.first;
    if (span.first < begin && begin < span.last && is_earlier) found = sibling;
  }
  return found;
}

/// In a context that goes on, and in which nothing is open, the code would go on as well, into what
/// is not recorded. There the operation that ended last is shown as open. If that may be a race,
/// which cannot wait for an attempt, it is what takes part in the race.
void ReplayRecord::find_held() {
  const auto hold_in = [this](const std::string& context) {
    const Operation* last = nullptr;
    for (const Operation* child : children_of(context)) {
      if (!wire::is_terminal(child->status)) return;
      const bool is_later = last == nullptr || spans_.find(child->id)->second.last >
                                                   spans_.find(last->id)->second.last;
      if (is_later) last = child;
    }
    while (last != nullptr && last->type == OperationType::step) {
      const Operation* const other = overlapped_by(*last);
      if (other == nullptr) break;
      last = other;  // began before
    }
    if (last != nullptr) held_.insert(last->id);
  };
  hold_in("");
  for (const Operation& operation : whole_.operations) {
    if (operation.type == OperationType::context && !wire::is_terminal(operation.status)) {
      hold_in(operation.id);
    }
  }
}

bool ReplayRecord::has_no_body(const Operation& step, const ReplayPass& pass) const {
  if (step.status != OperationStatus::started || pass.held.contains(step.id)) return false;
  return pass.invocation != 0 || spans_.find(step.id)->second.last < last_wait_;
}

void ReplayRecord::show(Operation& operation, const ReplayPass& pass, Timestamp now) const {
  if (operation.type == OperationType::execution || pass.reopened.contains(operation.id) ||
      pass.held.contains(operation.id)) {
    reopen(operation);
  }
  if (wire::is_terminal(operation.status)) return;
  if (operation.type == OperationType::step && !has_no_body(operation, pass)) {
    operation.status = OperationStatus::pending;
    if (!operation.step_details) operation.step_details.emplace();
    if (!operation.step_details->attempt) operation.step_details->attempt = 1;
    operation.step_details->next_attempt_timestamp = now + far_away;
  }
  if (operation.type == OperationType::wait) {
    operation.wait_details = wire::WaitDetails{now + far_away};
  }
}

ReplayPass ReplayRecord::pass(std::size_t index, Timestamp now) const {
  ReplayPass pass;
  if (index < waits_.size()) {
    const Wait& wait = waits_[index];
    const auto end = events_.begin() + static_cast<std::ptrdiff_t>(wait.events);
    // A part of a history from its begin is one as well.
    pass.operations = fold_history({events_.begin(), end}).value().operations;
    pass.invocation = wait.invocation;
    pass.event_id = (end - 1)->event_id;
    pass.waits = true;
  } else {
    pass.operations = whole_.operations;
    pass.event_id = events_.back().event_id;
    pass.waits = ends_waiting_;
    pass.reopened = reopened_;
    pass.held = held_;
  }
  for (Operation& operation : pass.operations) show(operation, pass, now);
  return pass;
}

}  // namespace durable::cli
