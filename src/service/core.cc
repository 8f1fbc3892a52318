// SPDX-License-Identifier: Apache-2.0
#include "service/core.h"

#include "engine/chained_invoke.h"
#include "engine/view.h"

#include <durable/base/assert.h>

#include <algorithm>
#include <utility>

namespace durable::service {
namespace {

Ended& with_error(Ended& ended, const engine::SharedError& error) {
  if (error) ended.error = *error;
  return ended;
}

bool is_wake(const engine::Command& command) {
  return std::holds_alternative<engine::Tick>(command) ||
         std::holds_alternative<engine::StartInvocation>(command);
}

/// The earliest deadline that nobody outside can change.
Timestamp next_own_timer(const engine::Execution& state) {
  for (const engine::Timer& timer : state.timers()) {
    if (state.operation(timer.operation).type() != wire::OperationType::callback) {
      return timer.deadline;
    }
  }
  return engine::never;
}

/// Until when open callbacks hold the time, each for `grace` from its start.
Timestamp callbacks_hold_until(const engine::Execution& state, Duration grace, Timestamp now) {
  // The newest come last, and hold the longest.
  for (engine::OperationNumber number = state.operation_count(); number-- > 1;) {
    const engine::OperationState& operation = state.operation(number);
    if (operation.started_at + grace <= now) break;
    if (operation.type() != wire::OperationType::callback) continue;
    if (!wire::is_terminal(operation.status)) return operation.started_at + grace;
  }
  return engine::never;
}

/// What the events of a decision leave an execution in, as far as the store is told.
struct Outlook {
  wire::ExecutionStatus status;
  bool invocation_runs;
  bool invokes = false;  // a CHAINED_INVOKE has started

  void see(const engine::Event& event) {
    if (const auto* failed = std::get_if<engine::fact::ExecutionFailed>(&event.fact)) {
      status = failed->status;
    } else if (std::holds_alternative<engine::fact::ExecutionSucceeded>(event.fact)) {
      status = wire::ExecutionStatus::succeeded;
    } else if (std::holds_alternative<engine::fact::InvocationStarted>(event.fact)) {
      invocation_runs = true;
    } else if (std::holds_alternative<engine::fact::InvocationCompleted>(event.fact)) {
      invocation_runs = false;
    } else if (const auto* start = std::get_if<engine::fact::OperationStarted>(&event.fact)) {
      invokes = invokes || start->info->chained_invoke() != nullptr;
    }
  }
};

}  // namespace

Ended ended_of(const engine::Execution& state) {
  Ended ended;
  ended.arn = std::string(state.arn());
  ended.status = state.status();
  ended.result = state.result();
  return with_error(ended, state.error());
}

Core::Core(store::Store& store, Functions& functions, const ServiceOptions& options,
           std::function<void(Message)> post)
    : store_(store),
      functions_(functions),
      options_(options),
      post_(std::move(post)),
      ids_(options.seed),
      executions_(options.loaded_executions_max),
      views_(store) {}

Result<void> Core::restore(Timestamp now) {
  advance(now);
  const Result<std::vector<store::OpenExecution>> open = store_.open_executions();
  if (!open) return open.error();
  for (const store::OpenExecution& execution : *open) {
    const bool left_in_the_middle = execution.due_at == due_at_once;
    if (left_in_the_middle) unrestored_.insert(execution.key);
    // What may be jumped over is known only of executions that were in memory.
    const bool look = options_.time_mode == TimeMode::skipped;
    timers_.set(execution.key, look ? due_at_once : execution.due_at);
  }
  metrics_.running = open->size();
  next_retention_ = now_;
  return {};
}

Timestamp Core::time_of(const LoadedExecution& execution) const {
  return std::max(now_, execution.state.progress().last_event_at);
}

void Core::take(Message message, Timestamp now) {
  advance(now);
  std::visit([this](auto& taken) { on(std::move(taken)); }, message);
}

void Core::tick(Timestamp now) {
  advance(now);
  while (holds_.pop(now_)) {
  }
  release_stalled();
  wake_due();
  remove_expired();
  decide_all();
  commit_all();
}

std::optional<Timestamp> Core::next_due() {
  std::optional<Timestamp> due = timers_.next();
  const auto consider = [&due](std::optional<Timestamp> other) {
    if (other && (!due || *other < *due)) due = other;
  };
  consider(stalled_until_);
  consider(next_retention_);
  consider(holds_.next());
  return due;
}

std::optional<Timestamp> Core::next_jump() {
  if (is_ready() || running_ > 0 || stalled_until_) return std::nullopt;
  if (holds_.next()) return std::nullopt;
  return jumps_.next();
}

// ---- What a tick begins with ----

void Core::release_stalled() {
  if (!stalled_until_ || *stalled_until_ > now_) return;
  stalled_until_.reset();
  for (LoadedExecution* execution : std::exchange(stalled_, {})) {
    execution->is_stalled = false;
    make_ready(*execution);
  }
  for (StartWork& start : std::exchange(stalled_starts_, {})) starts_.push_back(std::move(start));
  for (auto& [origin, command] : std::exchange(stalled_commands_, {})) {
    command_parent(origin, std::move(command));
  }
}

void Core::wake_due() {
  if (closing_) return;
  for (std::size_t i = 0; i < wakes_per_tick_max; ++i) {
    const auto key = timers_.pop(now_);
    if (!key) return;
    const Result<LoadedExecution*> loaded = load(*key);
    if (loaded) {
      schedule(**loaded);
      release(**loaded);
    } else {
      jumps_.remove(*key);
      if (loaded.error().retryable()) timers_.set(*key, now_ + commit_retry_delay);
    }
  }
}

void Core::remove_expired() {
  if (!expired_left_ && now_ < next_retention_) return;
  next_retention_ = now_ + retention_interval;
  views_.clean(now_);
  const auto removed = store_.remove_expired(now_, expired_per_tick_max);
  expired_left_ = removed && removed->size() == expired_per_tick_max;
}

// ---- Decide ----

engine::Decision& Core::next_decision() {
  if (decisions_used_ == decisions_.size()) decisions_.emplace_back();
  return decisions_[decisions_used_++];
}

void Core::decide_all() {
  names_in_tick_.clear();
  for (StartWork& start : std::exchange(starts_, {})) decide_start(std::move(start));
  taking_part_.swap(ready_);
  std::size_t decided = 0;
  for (LoadedExecution* execution : taking_part_) {
    if (decided++ < commands_per_tick_max) {
      execution->is_ready = false;
      decide_next(*execution);
    } else {
      ready_.push_back(execution);
    }
  }
  taking_part_.clear();
}

void Core::decide_next(LoadedExecution& execution) {
  Work& work = execution.queue[execution.next];
  if (closing_ && is_wake(work.command)) return finish(execution);  // The next start sees to it.
  engine::Decision& decision = next_decision();
  const Result<void> decided =
      engine::decide(execution.state, work.command, time_of(execution), decision);
  if (decided && !decision.events.empty()) {
    steps_.push_back({&execution, &decision, standing_after(execution, decision), nullptr});
    return;
  }
  --decisions_used_;
  if (decided) {
    answer(execution, work);
  } else {
    refuse(work, decided.error());
  }
  finish(execution);
}

store::Standing Core::standing_after(const LoadedExecution& execution,
                                     const engine::Decision& decision) {
  const engine::Execution& state = execution.state;
  if (!state.running()) return execution.standing;  // An invocation ends after its execution.
  Outlook outlook{state.status(), state.invocation_runs()};
  for (const engine::Event& event : decision.events) outlook.see(event);

  store::Standing standing;
  standing.status = outlook.status;
  if (is_terminal(outlook.status)) {
    standing.ended_at = decision.events.back().at;
    const auto extras = extras_.find(execution.key);
    std::int64_t days = DurableConfig{}.retention_days;
    if (extras != extras_.end()) {
      days = extras->second.retention_days;
    } else if (const auto target = functions_.resolve(state.info().function_arn, std::nullopt);
               target && target->durable) {
      days = target->durable->retention_days;
    }
    standing.expires_at = *standing.ended_at + std::chrono::hours{24 * days};
    return standing;
  }
  standing.due_at = due_at_once;
  if (outlook.invocation_runs || outlook.invokes || execution.open_invokes > 0) return standing;
  standing.due_at = *state.next_deadline();
  std::optional<Timestamp> wanted = state.invocation_wanted_at();
  for (const engine::Effect& effect : decision.effects) {
    if (const auto* wake_up = std::get_if<engine::WakeUp>(&effect)) standing.due_at = wake_up->at();
    if (const auto* invoke = std::get_if<engine::Invoke>(&effect)) wanted = invoke->not_before;
  }
  if (wanted) standing.due_at = std::min(standing.due_at, *wanted);
  return standing;
}

// ---- Commit ----

store::Write Core::write_of(const Step& step) const {
  const store::Identity* identity = step.birth ? &step.birth->identity : nullptr;
  return {step.execution->key, step.execution->revision, step.decision->events, step.standing,
          identity};
}

void Core::commit_all() {
  if (!steps_.empty()) {
    writes_.clear();
    for (const Step& step : steps_) writes_.push_back(write_of(step));
    const Result<void> committed = store_.commit(writes_);
    metrics_.commits += 1;
    if (committed) {
      for (Step& step : steps_) settle(step);
      for (Step& step : steps_) perform(step);
    } else if (committed.error().code == ErrorCode::storage) {
      for (Step& step : steps_) refuse_step(step, committed.error());
    } else if (steps_.size() == 1) {
      isolate_step(steps_.front(), committed.error());
    } else {
      commit_one_by_one(0);
    }
    steps_.clear();
  }
  decisions_used_ = 0;
}

void Core::commit_one_by_one(std::size_t first) {
  for (std::size_t i = first; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    const store::Write write = write_of(step);
    const Result<void> committed = store_.commit({&write, 1});
    metrics_.commits += 1;
    if (committed) {
      settle(step);
      perform(step);
    } else if (committed.error().code == ErrorCode::storage) {
      refuse_step(step, committed.error());
    } else {
      isolate_step(step, committed.error());
    }
  }
}

void Core::settle(Step& step) {
  LoadedExecution& execution = *step.execution;
  const engine::Progress& progress = execution.state.progress();
  const std::size_t folded = step.birth ? step.birth->folded : 0;
  const std::uint32_t operations = folded > 0 ? 0 : progress.operations_used;
  const std::uint64_t stored = folded > 0 ? 0 : progress.stored_bytes;
  fold(execution, std::span<const engine::Event>(step.decision->events).subspan(folded));
  metrics_.operations += progress.operations_used - operations;
  metrics_.stored_bytes += progress.stored_bytes - stored;
  execution.revision += step.decision->events.size();
  execution.standing = step.standing;
  execution.conflicts = 0;
  if (step.birth) return born(step);
  Work& work = execution.queue[execution.next];
  if (std::holds_alternative<engine::Checkpoint>(work.command)) metrics_.checkpoints += 1;
  answer(execution, work);
}

void Core::perform(Step& step) {
  LoadedExecution& execution = *step.execution;
  bool invokes = step.birth && execution.state.invocation_runs();
  if (!step.birth) {
    const Work& work = execution.queue[execution.next];
    invokes = std::holds_alternative<engine::StartInvocation>(work.command);
  }
  if (invokes) invoke(execution);
  for (const engine::Effect& effect : step.decision->effects) {
    if (const auto* start = std::get_if<engine::StartChainedInvoke>(&effect)) {
      start_invoke(execution, start->operation);
    } else if (std::holds_alternative<engine::Closed>(effect)) {
      closed(execution);
    }
  }
  if (!step.birth) return finish(execution);
  schedule(execution);
  release(execution);
}

std::vector<Work> Core::refuse_calls(LoadedExecution& execution, const Error& error) {
  std::vector<Work> own;
  for (std::size_t i = execution.next; i < execution.queue.size(); ++i) {
    Work& work = execution.queue[i];
    if (work.is_own()) {
      own.push_back(std::move(work));
    } else {
      refuse(work, error);
    }
  }
  execution.queue.clear();
  execution.next = 0;
  return own;
}

void Core::stall(LoadedExecution& execution) {
  stalled_until_ = now_ + commit_retry_delay;
  execution.is_stalled = true;
  stalled_.push_back(&execution);
}

void Core::refuse_step(Step& step, const Error& error) {
  if (step.birth) {
    if (!step.birth->work.origin) return refuse_start(std::move(step.birth->work), error);
    stalled_until_ = now_ + commit_retry_delay;
    stalled_starts_.push_back(std::move(step.birth->work));
    return;
  }
  LoadedExecution& execution = *step.execution;
  execution.queue = refuse_calls(execution, error);
  if (execution.has_work()) return stall(execution);
  schedule(execution);
  release(execution);
}

void Core::isolate_step(Step& step, const Error& error) {
  if (step.birth) return refuse_start(std::move(step.birth->work), error);
  LoadedExecution& execution = *step.execution;
  const store::ExecutionKey key = execution.key;
  const std::uint32_t conflicts = execution.conflicts + 1;
  const std::size_t running_invokes = execution.running_invokes;
  std::vector<Work> own = refuse_calls(execution, error);
  executions_.drop(execution);
  if (error.code != ErrorCode::conflict || conflicts >= conflicts_max) return isolate(key, error);

  const Result<LoadedExecution*> loaded = load(key);
  if (!loaded) {
    if (loaded.error().retryable()) {
      unrestored_.insert(key);
      timers_.set(key, now_ + commit_retry_delay);
    }
    return;
  }
  LoadedExecution& again = **loaded;
  again.conflicts = conflicts;
  again.running_invokes = running_invokes;
  for (Work& work : own) {
    again.wakes = again.wakes || is_wake(work.command);
    queue(again, std::move(work.command), {});
  }
  schedule(again);
  release(again);
}

void Core::isolate(store::ExecutionKey key, const Error& error) {
  if (!isolated_.emplace(key, error).second) return;
  metrics_.isolated += 1;
  timers_.remove(key);
  jumps_.remove(key);
  holds_.remove(key);
  waiters_.tell(key, to_caller(error));
  if (const auto parent = parents_.extract(key)) {
    complete(parent.mapped(), failure_of(to_caller(error)));
  }
}

// ---- One execution ----

void Core::queue(LoadedExecution& execution, engine::Command command, Answer answer) {
  if (!std::holds_alternative<std::monostate>(answer)) ++calls_;
  execution.queue.push_back({std::move(command), std::move(answer)});
  make_ready(execution);
}

void Core::make_ready(LoadedExecution& execution) {
  executions_.use(execution);
  if (execution.is_ready || execution.is_stalled) return;
  execution.is_ready = true;
  ready_.push_back(&execution);
}

void Core::finish(LoadedExecution& execution) {
  if (is_wake(execution.queue[execution.next].command)) execution.wakes = false;
  execution.pop_work();
  if (execution.has_work()) make_ready(execution);
  schedule(execution);
  release(execution);
}

void Core::schedule(LoadedExecution& execution) {
  const engine::Execution& state = execution.state;
  if (!state.running()) {
    timers_.remove(execution.key);
    jumps_.remove(execution.key);
    holds_.remove(execution.key);
    return;
  }
  const Timestamp now = time_of(execution);
  const Timestamp deadline = *state.next_deadline();
  const Timestamp wanted = state.invocation_wanted_at().value_or(engine::never);
  if (!execution.wakes && !closing_ && std::min(deadline, wanted) <= now) {
    execution.wakes = true;
    // What is due comes first: it may end the execution, and then no invocation is wanted.
    if (deadline <= now) {
      queue(execution, engine::Tick{}, {});
    } else {
      queue(execution, engine::StartInvocation{ids_.uuid()}, {});
    }
  }
  timers_.set(execution.key, execution.wakes ? engine::never : std::min(deadline, wanted));
  if (options_.time_mode == TimeMode::skipped) {
    jumps_.set(execution.key, std::min(next_own_timer(state), wanted));
    holds_.set(execution.key, callbacks_hold_until(state, options_.callback_grace, now));
  }
}

void Core::release(LoadedExecution& execution) {
  if (execution.is_idle()) executions_.rest(execution);
}

void Core::answer(LoadedExecution& execution, Work& work) {
  if (work.is_own()) return;
  --calls_;
  using Checkpointed = Reply<wire::CheckpointDurableExecutionResponse>;
  if (const auto* checkpointed = std::get_if<Checkpointed>(&work.answer)) {
    (*checkpointed)(engine::checkpoint_response(execution.state));
  } else if (const auto* stopped =
                 std::get_if<Reply<wire::StopDurableExecutionResponse>>(&work.answer)) {
    (*stopped)(wire::StopDurableExecutionResponse{execution.state.ended_at()});
  } else if (const auto* done = std::get_if<Reply<void>>(&work.answer)) {
    (*done)({});
  }
}

void Core::refuse(Work& work, const Error& error) {
  if (work.is_own()) return;  // It came too late: another command has ended what it was about.
  --calls_;
  const auto tell = [&error]<class Replying>(const Replying& reply) {
    if constexpr (!std::is_same_v<Replying, std::monostate>) reply(to_caller(error));
  };
  std::visit(tell, work.answer);
}

void Core::closed(LoadedExecution& execution) {
  const engine::Execution& state = execution.state;
  metrics_.running -= 1;
  metrics_.duration_ms +=
      static_cast<std::uint64_t>((state.ended_at() - state.started_at()).count());
  switch (state.status()) {
    case wire::ExecutionStatus::succeeded:
      metrics_.succeeded += 1;
      break;
    case wire::ExecutionStatus::timed_out:
      metrics_.timed_out += 1;
      break;
    case wire::ExecutionStatus::stopped:
      metrics_.stopped += 1;
      break;
    case wire::ExecutionStatus::failed:
    case wire::ExecutionStatus::running:
    case wire::ExecutionStatus::unknown:
      metrics_.failed += 1;
      break;
  }
  extras_.erase(execution.key);
  if (waiters_.any(execution.key)) waiters_.tell(execution.key, ended_of(state));
  if (const auto parent = parents_.extract(execution.key)) {
    complete(parent.mapped(), engine::chained_outcome(state));
  }
}

void Core::refuse_all(const Error& error) {
  for (LoadedExecution* execution : ready_) execution->queue = refuse_calls(*execution, error);
  for (LoadedExecution* execution : stalled_) execution->queue = refuse_calls(*execution, error);
  for (StartWork& start : std::exchange(starts_, {})) refuse_start(std::move(start), error);
  waiters_.tell_all(error);
}

}  // namespace durable::service
