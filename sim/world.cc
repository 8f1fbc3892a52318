// SPDX-License-Identifier: Apache-2.0
#include "sim/world.h"

#include "engine/history.h"
#include "engine/token.h"
#include "engine/view.h"

#include <utility>
#include <variant>

namespace durable::sim {

using engine::Command;
using engine::Event;
using engine::Execution;
namespace fact = engine::fact;

Outcome World::run(std::uint32_t commands) {
  perform(workload_.start());
  // A closed execution is asked a few things more: nothing may happen to it.
  std::uint32_t after_close = 0;
  for (std::uint32_t i = 0; i < commands && after_close < 12; ++i) {
    if (!auditor_.finding().empty()) break;
    if (!execution_.running()) ++after_close;
    now_ += workload_.step_time(execution_, now_);
    perform(workload_.next(execution_, token_, now_));
    if (random_.below(20) == 0) restart();
    ++outcome_.commands;
  }
  if (auditor_.finding().empty()) restart();
  if (auditor_.finding().empty()) check_history();
  outcome_.finding = auditor_.finding();
  mix(workload_.fingerprint());
  outcome_.digest = digest_;
  return std::move(outcome_);
}

void World::perform(const Command& command) {
  const engine::Progress before = execution_.progress();
  Timestamp decided_at = now_;
  const bool early = plant_ == Plant::early_timer && std::holds_alternative<engine::Tick>(command);
  if (early) decided_at += std::chrono::minutes{1};
  const Result<void> decided = engine::decide(execution_, command, decided_at, decision_);
  if (!decided) {
    refused(command, decided.error());
    return;
  }
  if (early) {
    for (Event& event : decision_.events) event.at = now_;
    for (engine::Effect& effect : decision_.effects) {
      if (auto* invoke = std::get_if<engine::Invoke>(&effect)) invoke->not_before = now_;
    }
  }
  outcome_.planted = outcome_.planted || (early && !decision_.events.empty());
  if (spoil(plant_, decision_)) outcome_.planted = true;
  const bool fresh = !decision_.events.empty();
  probe_events(command);
  keep();
  if (!auditor_.finding().empty()) return;
  auditor_.effects(decision_.effects);
  probe_state(command, before);
  answer(command, fresh);
  auditor_.settled(execution_, now_, fresh);
}

void World::keep() {
  for (const Event& event : decision_.events) {
    auditor_.event(event);
    if (!auditor_.finding().empty()) return;
    mix_event(event);
    engine::evolve(execution_, event);
    const bool lose = plant_ == Plant::lost_log_event && !outcome_.planted &&
                      std::holds_alternative<fact::OperationFailed>(event.fact);
    outcome_.planted = outcome_.planted || lose;
    if (!lose) log_.push_back(event);
  }
}

void World::refused(const Command& command, const Error& error) {
  for (const char c : error.message) mix(static_cast<unsigned char>(c));
  auditor_.settled(execution_, now_, false);
  if (!decision_.events.empty() || !decision_.effects.empty()) {
    auditor_.report("a refusal leaves events or effects behind");
  }
  const bool stale = error.message.starts_with("Invalid Checkpoint Token");
  if (std::holds_alternative<engine::Checkpoint>(command)) {
    outcome_.probes.hit(stale ? Probe::stale_token_refused : Probe::batch_refused);
    if (error.message.find("the quota is") != std::string::npos) {
      outcome_.probes.hit(Probe::quota_refused);
    }
  }
  if (error.code == ErrorCode::callback_closed) outcome_.probes.hit(Probe::late_callback_refused);
  if (plant_ == Plant::accepted_refusal && execution_.operation_count() > 1) {
    // As if a part of the batch had been applied.
    const Event leak(now_, execution_.history_size(), 1, fact::CallbackHeartbeat{});
    engine::evolve(execution_, leak);
    outcome_.planted = true;
    auditor_.settled(execution_, now_, false);
  }
}

void World::answer(const Command& command, bool fresh) {
  if (std::holds_alternative<engine::StartInvocation>(command)) begin_invocation();
  if (const auto* checkpoint = std::get_if<engine::Checkpoint>(&command)) {
    answer_checkpoint(*checkpoint, fresh);
  }
}

void World::begin_invocation() {
  const wire::InvocationInput input = engine::invocation_input(execution_);
  token_ = input.checkpoint_token;
  auditor_.told_all();
  std::size_t count = input.initial_execution_state.operations.size();
  std::optional<std::string> marker = input.initial_execution_state.next_marker;
  if (marker) outcome_.probes.hit(Probe::event_paged);
  while (marker) {
    const auto page =
        engine::read_state(execution_, {input.durable_execution_arn, token_, marker,
                                        1 + static_cast<std::int64_t>(random_.below(20))});
    if (!page) return auditor_.report("a page of state is refused: " + page.error().message);
    count += page->operations.size();
    marker = page->next_marker;
  }
  if (count != execution_.operation_count()) {
    auditor_.report("an invocation does not see every operation once");
  }
}

void World::answer_checkpoint(const engine::Checkpoint& command, bool fresh) {
  auditor_.accepted_token(command.token, fresh);
  if (!fresh) {
    outcome_.probes.hit(execution_.running() ? Probe::repeat_answered
                                             : Probe::repeat_answered_after_close);
  }
  const auto response = engine::checkpoint_response(execution_);
  if (response.checkpoint_token.has_value() != execution_.running()) {
    auditor_.report("a token is given exactly while the execution runs");
  }
  std::vector<std::string> ids;
  for (const auto& operation : response.new_execution_state.operations) {
    ids.push_back(operation.id);
  }
  std::optional<std::string> marker = response.new_execution_state.next_marker;
  if (response.checkpoint_token) token_ = *response.checkpoint_token;
  while (marker && response.checkpoint_token) {
    outcome_.probes.hit(Probe::delta_paged);
    const auto page =
        engine::read_state(execution_, {std::string(execution_.arn()), token_, marker,
                                        1 + static_cast<std::int64_t>(random_.below(5))});
    if (!page) return auditor_.report("a page of changes is refused: " + page.error().message);
    for (const auto& operation : page->operations) ids.push_back(operation.id);
    marker = page->next_marker;
  }
  if (plant_ == Plant::lost_delta && !ids.empty()) {
    ids.pop_back();
    outcome_.planted = true;
  }
  // With the execution closed nobody asks for the other pages.
  if (!marker) auditor_.told(ids, fresh);
}

void World::restart() {
  Execution folded;
  for (const Event& event : log_) {
    const bool fits = event.operation == 0 || event.operation <= folded.operation_count();
    if (!fits) return auditor_.report("the log does not fold");
    engine::evolve(folded, event);
  }
  if (!(folded == execution_)) auditor_.report("the log folds to another state than the live one");
  execution_ = std::move(folded);
  outcome_.probes.hit(Probe::restarted);
}

void World::check_history() {
  std::optional<std::string> marker;
  std::int64_t expected = 0;
  do {
    wire::GetDurableExecutionHistoryRequest request;
    request.marker = marker;
    request.max_items = 1 + static_cast<std::int64_t>(random_.below(50));
    const auto page = engine::history_page(log_, execution_, request);
    if (!page) return auditor_.report("a page of history is refused: " + page.error().message);
    for (const wire::Event& event : page->events) {
      if (event.event_id != ++expected) auditor_.report("the history's EventIds have a gap");
    }
    marker = page->next_marker;
  } while (marker);
  if (expected != execution_.history_size()) auditor_.report("the history is incomplete");
}

void World::probe_events(const Command& command) {
  Probes& probes = outcome_.probes;
  const bool by_checkpoint = std::holds_alternative<engine::Checkpoint>(command);
  for (const Event& event : decision_.events) {
    if (std::holds_alternative<fact::StepReady>(event.fact)) {
      probes.hit(by_checkpoint ? Probe::timer_fired_by_checkpoint : Probe::timer_fired_by_tick);
    }
    if (std::holds_alternative<fact::StepRestarted>(event.fact)) probes.hit(Probe::step_restarted);
    if (std::holds_alternative<fact::ConditionPolled>(event.fact)) {
      probes.hit(Probe::condition_polled);
    }
    if (std::holds_alternative<fact::CallbackHeartbeat>(event.fact)) {
      probes.hit(Probe::callback_heartbeat);
    }
    if (const auto* success = std::get_if<fact::OperationSucceeded>(&event.fact)) {
      if (success->replay_children) probes.hit(Probe::replay_children);
    }
    if (const auto* failure = std::get_if<fact::OperationFailed>(&event.fact)) {
      const bool missed = failure->error && failure->error->error_type == "Callback.Heartbeat";
      if (missed) probes.hit(Probe::callback_heartbeat_missed);
      if (failure->error && failure->error->error_type == "Callback.Timeout") {
        probes.hit(Probe::callback_timeout);
      }
      if (failure->status == wire::OperationStatus::cancelled &&
          event.operation < execution_.operation_count()) {
        probes.hit(execution_.operation(event.operation).type() == wire::OperationType::wait
                       ? Probe::wait_cancelled
                       : Probe::chained_invoke_cancelled);
      }
    }
    if (const auto* start = std::get_if<fact::OperationStarted>(&event.fact)) {
      engine::OperationNumber parent = start->info->parent();
      int depth = 0;
      for (; parent != 0 && parent < execution_.operation_count(); ++depth) {
        parent = execution_.operation(parent).info->parent();
      }
      if (depth >= 3) probes.hit(Probe::context_depth_3);
    }
  }
}

void World::probe_state(const Command& command, const engine::Progress& before) {
  Probes& probes = outcome_.probes;
  const engine::Progress& after = execution_.progress();
  const bool was_running = before.status == wire::ExecutionStatus::running;
  const bool closed_now = was_running && !execution_.running();
  if (std::holds_alternative<engine::CompleteCallback>(command) && before.invocation_runs) {
    probes.hit(Probe::callback_completed_while_running);
  }
  if (std::holds_alternative<engine::CompleteChainedInvoke>(command)) {
    probes.hit(Probe::chained_invoke_completed);
  }
  if (closed_now && after.status == wire::ExecutionStatus::stopped) {
    probes.hit(before.invocation_runs ? Probe::stopped_while_running : Probe::stopped_while_idle);
  }
  if (closed_now && after.status == wire::ExecutionStatus::timed_out) {
    probes.hit(Probe::execution_timed_out);
  }
  if (closed_now && std::holds_alternative<engine::Checkpoint>(command)) {
    probes.hit(Probe::closed_by_update);
  }
  const auto* end = std::get_if<engine::EndInvocation>(&command);
  if (end == nullptr) return;
  if (!was_running) probes.hit(Probe::invocation_ended_after_close);
  if (std::holds_alternative<wire::ErrorObject>(end->outcome)) {
    if (was_running) probes.hit(Probe::invocation_crashed);
    if (closed_now) probes.hit(Probe::crash_budget_spent);
    return;
  }
  const auto status = std::get<wire::InvocationOutput>(end->outcome).status;
  if (status == wire::InvocationOutputStatus::pending) {
    if (before.outside_change && was_running) probes.hit(Probe::pending_after_completion);
    if (closed_now) probes.hit(Probe::pending_without_operations);
  } else if (closed_now) {
    probes.hit(Probe::closed_by_answer);
  }
}

void World::mix_event(const Event& event) {
  mix(static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
  mix(event.history_id);
  mix(event.operation);
  mix(event.fact.index());
  if (const auto* success = std::get_if<fact::OperationSucceeded>(&event.fact)) {
    mix(success->result ? success->result->size() + 1 : 0);
    mix(success->attempt);
  }
  if (const auto* start = std::get_if<fact::OperationStarted>(&event.fact)) {
    for (const char c : start->info->id()) mix(static_cast<unsigned char>(c));
  }
}

}  // namespace durable::sim
