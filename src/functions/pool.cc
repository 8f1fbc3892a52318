// SPDX-License-Identifier: Apache-2.0
#include "functions/pool.h"

#include <durable/base/assert.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <utility>

namespace durable::functions {
namespace {

std::string_view signal_name(int signal) {
  switch (signal) {
    case SIGHUP:
      return "hangup";
    case SIGINT:
      return "interrupt";
    case SIGQUIT:
      return "quit";
    case SIGILL:
      return "illegal instruction";
    case SIGTRAP:
      return "trace/breakpoint trap";
    case SIGABRT:
      return "aborted";
    case SIGBUS:
      return "bus error";
    case SIGFPE:
      return "floating point exception";
    case SIGKILL:
      return "killed";
    case SIGUSR1:
      return "user defined signal 1";
    case SIGSEGV:
      return "segmentation fault";
    case SIGUSR2:
      return "user defined signal 2";
    case SIGPIPE:
      return "broken pipe";
    case SIGALRM:
      return "alarm clock";
    case SIGTERM:
      return "terminated";
    default:
      return {};
  }
}

std::string seconds_text(Duration duration) {
  char text[48];
  const int size =
      std::snprintf(text, sizeof text, "%.2f", std::chrono::duration<double>(duration).count());
  return {text, static_cast<std::size_t>(size)};
}

std::string of_request(const std::string& request_id, const std::string& text) {
  return "RequestId: " + request_id + " Error: " + text;
}

Failure platform_failure(std::string type, std::string text) {
  return {.error_type = std::move(type), .error_message = std::move(text), .stack_trace = {}};
}

Failure exit_failure(const std::string& request_id, const ExitStatus& status) {
  const bool reasonless = status.code == 0;
  return platform_failure(
      "Runtime.ExitError",
      of_request(request_id, reasonless ? "Runtime exited without providing a reason"
                                        : "Runtime exited with error: " + describe(status)));
}

Failure timeout_failure(std::string text) {
  return {.error_type = "Sandbox.Timedout",
          .error_message = std::move(text),
          .stack_trace = {},
          .timed_out = true};
}

Reply invalid_transition(std::string text) {
  return {403, "InvalidStateTransition", std::move(text)};
}

}  // namespace

std::string describe(const ExitStatus& status) {
  if (!status.signal) return "exit status " + std::to_string(status.code.value_or(0));
  const std::string_view name = signal_name(*status.signal);
  if (name.empty()) return "signal: signal " + std::to_string(*status.signal);
  return "signal: " + std::string(name);
}

void Pool::invoke(PoolInvocation invocation, Instant now, Effects& effects) {
  if (closed_) {
    effects.ends.push_back(End{
        std::move(invocation.ended),
        platform_failure("Runtime.HostStopped", of_request(invocation.event.request_id,
                                                           "The host of functions has stopped"))});
    return;
  }
  waiting_.push_back(std::move(invocation));
  dispatch(now, effects);
  if (waiting_.size() <= options_.waiting_max) return;
  PoolInvocation refused = std::move(waiting_.back());
  waiting_.pop_back();
  std::string text = of_request(
      refused.event.request_id,
      "Rate exceeded: " + std::to_string(options_.waiting_max) +
          " invocations of the function wait for a process already; allow more processes, or "
          "invoke it less often");
  effects.ends.push_back(
      End{std::move(refused.ended), platform_failure("TooManyRequestsException", std::move(text))});
}

void Pool::next(Caller caller, NextId next, Instant now, Effects& effects) {
  if (!caller) return next_of_attached(next, now, effects);
  Worker* const worker = find(*caller);
  if (worker == nullptr) {
    effects.refusals.push_back(RefuseNext{next, invalid_transition("The process has ended")});
    return;
  }
  if (worker->held) {
    // One loop asks once at a time, so the older call's client has lost its connection.
    effects.refusals.push_back(
        RefuseNext{*worker->held, invalid_transition("Another call of next came after this one")});
  }
  worker->held = next;
  if (worker->state == State::stopping) return;  // held until it ends
  if (worker->invocation) fail_lost(*worker, effects);
  failed_starts_ = 0;
  start_not_before_ = {};
  enter(*worker, State::ready, now);
  dispatch(now, effects);
}

void Pool::next_of_attached(NextId next, Instant now, Effects& effects) {
  // A process that asks while as many invocations run as processes may be attached replaces one
  // that was restarted, or stopped in the debugger: its invocation has nobody any more.
  std::size_t busy = 0;
  Worker* oldest = nullptr;
  for (auto& [id, worker] : workers_) {
    if (!worker.attached || !worker.invocation) continue;
    ++busy;
    if (oldest == nullptr) oldest = &worker;
  }
  if (oldest != nullptr && busy >= options_.concurrency_max) {
    fail_lost(*oldest, effects);
    workers_.erase(oldest->id);
  }
  Worker& worker = add_worker(true, now);
  worker.held = next;
  enter(worker, State::ready, now);
  dispatch(now, effects);
}

void Pool::abandoned(NextId next) {
  for (auto& [id, worker] : workers_) {
    if (worker.held != next) continue;
    worker.held.reset();
    if (worker.attached) {
      workers_.erase(id);
    } else if (worker.state == State::ready) {
      worker.state = State::between;  // and idle since it was ready
    }
    return;
  }
}

Reply Pool::response(Caller caller, const InvocationIds& ids, std::string body, Instant now,
                     Effects& effects) {
  const auto found = find_running(caller, ids);
  if (const auto* refusal = std::get_if<Reply>(&found)) return *refusal;
  Worker& worker = *std::get<Worker*>(found);
  if (body.size() > answer_bytes_max) {
    std::string text = "Response payload size (" + std::to_string(body.size()) +
                       " bytes) exceeded maximum allowed payload size (" +
                       std::to_string(answer_bytes_max) + " bytes).";
    settle(worker, platform_failure("Function.ResponseSizeTooLarge", text), now, effects);
    return {413, "RequestEntityTooLarge", std::move(text)};
  }
  settle(worker, Answer{std::move(body)}, now, effects);
  return {};
}

Reply Pool::error(Caller caller, const InvocationIds& ids, Failure failure, Instant now,
                  Effects& effects) {
  const auto found = find_running(caller, ids);
  if (const auto* refusal = std::get_if<Reply>(&found)) return *refusal;
  settle(*std::get<Worker*>(found), std::move(failure), now, effects);
  return {};
}

Reply Pool::init_error(Caller caller, Failure failure, Instant now, Effects& effects) {
  if (!caller) {
    fail_start(std::move(failure), now, effects);
    return {};
  }
  Worker* const worker = find(*caller);
  if (worker == nullptr || worker->state != State::starting) {
    return invalid_transition("init/error is for a process that has not asked for an invocation");
  }
  stop(*worker, now, effects);
  fail_start(std::move(failure), now, effects);
  dispatch(now, effects);
  return {};
}

void Pool::start_failed(WorkerId id, std::string reason, Instant now, Effects& effects) {
  remove(id, effects);
  fail_start(
      platform_failure("Runtime.InvalidEntrypoint", of_request(first_waiting(), std::move(reason))),
      now, effects);
  dispatch(now, effects);
}

void Pool::exited(WorkerId id, ExitStatus status, Instant now, Effects& effects) {
  Worker* const worker = find(id);
  DURABLE_ASSERT(worker != nullptr);
  const bool was_starting = worker->state == State::starting;
  if (worker->invocation) {
    finish(*worker, exit_failure(worker->invocation->event.request_id, status), effects);
  }
  remove(id, effects);
  if (was_starting) fail_start(exit_failure(first_waiting(), status), now, effects);
  dispatch(now, effects);
}

void Pool::on_time(Instant now, Effects& effects) {
  for (auto entry = workers_.begin(); entry != workers_.end();) {
    Worker& worker = entry->second;
    ++entry;  // the worker may be removed
    const std::optional<Instant> at = due(worker);
    if (at && *at <= now && act_on_time(worker, now, effects)) workers_.erase(worker.id);
  }
  dispatch(now, effects);
}

std::optional<Instant> Pool::next_due(Instant now) const {
  std::optional<Instant> first;
  const auto consider = [&](Instant at) { first = first ? std::min(*first, at) : at; };
  if (!waiting_.empty() && start_not_before_ > now) consider(start_not_before_);
  for (const auto& [id, worker] : workers_) {
    if (const std::optional<Instant> at = due(worker)) consider(*at);
    const Instant expected = worker.since + between_calls_max;
    if (!waiting_.empty() && worker.state == State::between && expected > now) consider(expected);
  }
  return first;
}

void Pool::close(Instant now, Effects& effects) {
  closed_ = true;
  const auto end = [&](PoolInvocation& invocation) {
    effects.ends.push_back(
        End{std::move(invocation.ended),
            platform_failure("Runtime.HostStopped",
                             of_request(invocation.event.request_id,
                                        "The host of functions stopped before the answer"))});
  };
  for (PoolInvocation& invocation : waiting_) end(invocation);
  waiting_.clear();
  for (auto entry = workers_.begin(); entry != workers_.end();) {
    Worker& worker = entry->second;
    ++entry;
    if (worker.invocation) end(*worker.invocation);
    worker.invocation.reset();
    if (worker.attached) {
      remove(worker.id, effects);
    } else if (worker.state != State::stopping) {
      stop(worker, now, effects);
    }
  }
}

std::string_view Pool::request_of(WorkerId id) const {
  const auto entry = workers_.find(id);
  if (entry == workers_.end() || !entry->second.invocation) return {};
  return entry->second.invocation->event.request_id;
}

std::size_t Pool::processes() const {
  return static_cast<std::size_t>(std::count_if(
      workers_.begin(), workers_.end(), [](const auto& entry) { return !entry.second.attached; }));
}

std::size_t Pool::running() const {
  return static_cast<std::size_t>(
      std::count_if(workers_.begin(), workers_.end(),
                    [](const auto& entry) { return entry.second.invocation.has_value(); }));
}

std::string Pool::first_waiting() const {
  return waiting_.empty() ? std::string() : waiting_.front().event.request_id;
}

std::size_t Pool::attached() const {
  return static_cast<std::size_t>(std::count_if(
      workers_.begin(), workers_.end(),
      [](const auto& entry) { return entry.second.attached && entry.second.held.has_value(); }));
}

Pool::Worker* Pool::find(WorkerId id) {
  const auto entry = workers_.find(id);
  return entry == workers_.end() ? nullptr : &entry->second;
}

std::variant<Pool::Worker*, Reply> Pool::find_running(Caller caller, const InvocationIds& ids) {
  bool other_invocation = false;
  for (auto& [id, worker] : workers_) {
    const bool callers = caller ? id == *caller : worker.attached;
    if (callers && worker.state == State::starting) {
      return invalid_transition("The process has not asked for an invocation yet");
    }
    if (!callers || !worker.invocation) continue;
    if (worker.invocation->event.request_id != ids.request_id) continue;
    if (!ids.invocation_id || worker.invocation->invocation_id == *ids.invocation_id) {
      return &worker;
    }
    other_invocation = true;  // a retry has the request id now
  }
  const bool has_ended =
      other_invocation || std::any_of(ended_.begin(), ended_.end(), [&](const Ended& ended) {
        return ended.request_id == ids.request_id &&
               (!ids.invocation_id || ended.invocation_id == *ids.invocation_id);
      });
  if (has_ended) return Reply{410, "InvocationTimedOut", "The invocation has timed out or ended"};
  return Reply{400, "InvalidRequestID", "Invalid request ID"};
}

Pool::Worker* Pool::free_worker() {
  // Attached ones first: somebody is watching them. Among processes the one that was used last, so
  // that those that are not needed become idle.
  Worker* best = nullptr;
  for (auto& [id, worker] : workers_) {
    if (worker.state != State::ready) continue;
    if (worker.attached) return &worker;
    if (best == nullptr || worker.since >= best->since) best = &worker;
  }
  return best;
}

Pool::Worker& Pool::add_worker(bool attached, Instant now) {
  const WorkerId id{++last_worker_};
  Worker& worker = workers_[id];
  worker.id = id;
  worker.attached = attached;
  worker.since = now;
  return worker;
}

void Pool::enter(Worker& worker, State state, Instant now) {
  worker.state = state;
  worker.since = now;
}

void Pool::dispatch(Instant now, Effects& effects) {
  while (!waiting_.empty()) {
    Worker* const worker = free_worker();
    if (worker == nullptr) break;
    hand_over(*worker, now, effects);
  }
  if (!waiting_.empty()) start_processes(now, effects);
}

void Pool::start_processes(Instant now, Effects& effects) {
  if (!options_.starts_processes || closed_ || now < start_not_before_) return;
  std::size_t coming = 0;
  for (const auto& [id, worker] : workers_) {
    const bool asks_soon = worker.state == State::between && now < worker.since + between_calls_max;
    if (worker.state == State::starting || asks_soon) ++coming;
  }
  for (std::size_t count = processes();
       coming < waiting_.size() && count < options_.concurrency_max; ++coming, ++count) {
    effects.orders.push_back({ProcessOrder::Kind::start, add_worker(false, now).id});
  }
}

void Pool::hand_over(Worker& worker, Instant now, Effects& effects) {
  PoolInvocation& invocation = worker.invocation.emplace(std::move(waiting_.front()));
  waiting_.pop_front();
  std::string payload = std::move(invocation.event.payload);
  invocation.event.payload.clear();
  Event event = invocation.event;  // small: the ids are needed until the end, the payload once
  event.payload = std::move(payload);
  effects.deliveries.push_back(
      Deliver{*worker.held, invocation.invocation_id, std::move(event), options_.timeout});
  worker.held.reset();
  enter(worker, State::running, now);
}

void Pool::finish(Worker& worker, Outcome outcome, Effects& effects) {
  effects.ends.push_back(End{std::move(worker.invocation->ended), std::move(outcome)});
  worker.invocation.reset();
}

void Pool::settle(Worker& worker, Outcome outcome, Instant now, Effects& effects) {
  finish(worker, std::move(outcome), effects);
  if (worker.attached) {
    workers_.erase(worker.id);
  } else {
    enter(worker, State::between, now);
  }
}

void Pool::fail_lost(Worker& worker, Effects& effects) {
  PoolInvocation& invocation = *worker.invocation;
  ended_.push_back({invocation.event.request_id, invocation.invocation_id});
  if (ended_.size() > ended_invocations_max) ended_.pop_front();
  finish(worker,
         platform_failure("Runtime.ExitError",
                          of_request(invocation.event.request_id,
                                     "Runtime asked for the next invocation without an answer to "
                                     "this one: was it restarted?")),
         effects);
}

void Pool::fail_start(Failure failure, Instant now, Effects& effects) {
  ++failed_starts_;
  if (failed_starts_ > 1) {
    const std::size_t doublings = std::min<std::size_t>(failed_starts_ - 2, 16);
    start_not_before_ = now + std::min(start_delay_min * (1 << doublings), start_delay_max);
  }
  if (waiting_.empty()) return;
  PoolInvocation invocation = std::move(waiting_.front());
  waiting_.pop_front();
  failure.at_start = true;
  effects.ends.push_back(End{std::move(invocation.ended), std::move(failure)});
}

void Pool::stop(Worker& worker, Instant now, Effects& effects) {
  enter(worker, State::stopping, now);
  effects.orders.push_back({ProcessOrder::Kind::stop, worker.id});
}

void Pool::kill(Worker& worker, Instant now, Effects& effects) {
  enter(worker, State::stopping, now);
  worker.killed = true;
  effects.orders.push_back({ProcessOrder::Kind::kill, worker.id});
}

void Pool::remove(WorkerId id, Effects& effects) {
  Worker* const worker = find(id);
  if (worker == nullptr) return;
  if (worker->held) {
    effects.refusals.push_back(
        RefuseNext{*worker->held, invalid_transition("The process is stopped")});
  }
  workers_.erase(id);
}

std::optional<Instant> Pool::due(const Worker& worker) const {
  switch (worker.state) {
    case State::starting:
      return worker.since + options_.init_timeout;
    case State::ready:
    case State::between:
      if (worker.attached) return std::nullopt;
      return worker.since + options_.idle_timeout;
    case State::running:
      if (!options_.timeout) return std::nullopt;
      return worker.since + *options_.timeout;
    case State::stopping:
      if (worker.killed) return std::nullopt;
      return worker.since + options_.stop_grace;
  }
  return std::nullopt;
}

bool Pool::act_on_time(Worker& worker, Instant now, Effects& effects) {
  switch (worker.state) {
    case State::starting:
      kill(worker, now, effects);
      fail_start(
          timeout_failure(of_request(
              first_waiting(), "Runtime did not ask for an invocation within " +
                                   seconds_text(options_.init_timeout) + " seconds of its start")),
          now, effects);
      return false;
    case State::ready:
    case State::between:
      stop(worker, now, effects);
      return false;
    case State::running: {
      const PoolInvocation& invocation = *worker.invocation;
      ended_.push_back({invocation.event.request_id, invocation.invocation_id});
      if (ended_.size() > ended_invocations_max) ended_.pop_front();
      finish(worker,
             timeout_failure(of_request(
                 invocation.event.request_id,
                 "Task timed out after " + seconds_text(*options_.timeout) + " seconds")),
             effects);
      if (worker.attached) return true;
      kill(worker, now, effects);
      return false;
    }
    case State::stopping:
      kill(worker, now, effects);
      return false;
  }
  return false;
}

}  // namespace durable::functions
