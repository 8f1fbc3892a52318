// SPDX-License-Identifier: Apache-2.0
#include "testing/local_host.h"

#include "engine/token.h"
#include "engine/view.h"
#include "testing/print.h"

#include <durable/sdk/invocation.h>
#include <durable/wire/names.h>

#include <array>
#include <cstdio>
#include <limits>
#include <utility>

namespace durable {
namespace {

constexpr std::size_t queue_cleanup_min = 64;

/// 16 hexadecimal digits.
std::string hex(std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; value >>= 4U) text[i] = digits[value & 15U];
  return text;
}

std::string seconds(std::chrono::duration<double> time, int decimals) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, time.count());
  return text.data();
}

engine::Settings settings_of(const ServiceQuotas& quotas) {
  engine::Settings settings;
  if (!quotas.enforced) settings.limits = engine::Limits::unlimited();
  engine::Limits& limits = settings.limits;
  if (quotas.operations_max) {
    if (*quotas.operations_max > std::numeric_limits<std::uint32_t>::max()) {
      throw std::invalid_argument("quotas.operations_max: expected at most 4294967295, found " +
                                  std::to_string(*quotas.operations_max));
    }
    limits.operations_max = static_cast<std::uint32_t>(*quotas.operations_max);
  }
  if (quotas.stored_bytes_max) limits.stored_bytes_max = *quotas.stored_bytes_max;
  if (quotas.payload_bytes_max) limits.payload_bytes_max = *quotas.payload_bytes_max;
  if (quotas.state_page_bytes_max) limits.state_page_bytes_max = *quotas.state_page_bytes_max;
  return settings;
}

std::shared_ptr<detail::RunMonitor> monitor_of(const LocalRunnerOptions& options) {
  if (options.monitor != nullptr || options.faults.undisturbed()) return options.monitor;
  return std::make_shared<detail::RunMonitor>(options.faults);
}

std::unique_ptr<RunnerClock> make_clock(const LocalRunnerOptions& options) {
  if (!options.skip_time) return std::make_unique<RealClock>();
  return std::make_unique<VirtualClock>(options.start_time);
}

}  // namespace

/// What would run a function while a body pretends to work: put back when time stands still again.
class LocalHost::Held {
 public:
  explicit Held(LocalHost& host) : host_(host) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    for (DueQueue::Entry& entry : entries_) host_.queue_.put_back(std::move(entry));
    for (const ExecutionPtr& execution : executions_) host_.schedule(execution);
  }

  void add(DueQueue::Entry entry) { entries_.push_back(std::move(entry)); }
  void add(const ExecutionPtr& execution) { executions_.push_back(execution); }

 private:
  LocalHost& host_;
  std::vector<DueQueue::Entry> entries_;
  std::vector<ExecutionPtr> executions_;
};

LocalHost::LocalHost(Handler handler, LocalRunnerOptions options)
    : options_(std::move(options)),
      settings_(settings_of(options_.quotas)),
      random_(options_.seed),
      identity_(~options_.seed),
      clock_(make_clock(options_)),
      service_(*clock_, options_.on_event, monitor_of(options_), this),
      queue_checked_at_(queue_cleanup_min) {
  require_name("function_name", options_.function_name, 64);
  if (options_.invocation_timeout < std::chrono::seconds{1}) {
    throw std::invalid_argument("invocation_timeout: expected at least 1s, found " +
                                format_duration(options_.invocation_timeout));
  }
  LocalFunction own;
  own.handler = std::move(handler);
  own.execution_timeout = options_.execution_timeout;
  own_function_ = &functions_.add(options_.function_name, std::move(own));
}

ExecutionPtr LocalHost::begin(std::string name, std::optional<Payload> input) {
  return begin(Start{own_function_, "$LATEST", std::move(name), std::move(input),
                     options_.execution_timeout, Random(identity_.next())});
}

ExecutionPtr LocalHost::begin(Start start) {
  engine::StartExecution command;
  command.name = start.name.empty() ? hex(start.identity.next()) : std::move(start.name);
  command.function_arn.reserve(start.function->arn.size() + start.version.size() + 1);
  command.function_arn.append(start.function->arn).append(":").append(start.version);
  command.version = std::move(start.version);
  command.arn.reserve(command.function_arn.size() + command.name.size() + 40);
  command.arn.append(command.function_arn).append("/durable-execution/").append(command.name);
  command.arn.append("/").append(hex(start.identity.next()));
  command.input = std::move(start.input);
  if (start.execution_timeout) command.execution_timeout = *start.execution_timeout;
  command.token_secret = start.identity.next();
  command.settings = settings_;

  auto execution = std::make_shared<LocalExecution>();
  execution->function = start.function;
  execution->deadline_counts = start.execution_timeout.has_value();
  const Result<void> started = service_.apply(*execution, std::move(command));
  if (!started) {
    throw std::invalid_argument("the execution cannot start: " + started.error().message);
  }
  if (!execution->deadline_counts) {
    first_deadline_ = std::min(first_deadline_, *execution->state.execution_deadline());
  }
  schedule(execution);
  return execution;
}

ExecutionPtr LocalHost::find(std::string_view arn) const {
  if (const auto found = executions_.find(arn); found != executions_.end()) return found->second;
  for (const ExecutionPtr& execution : followed_) {
    if (execution->state.arn() == arn) return execution;
  }
  return nullptr;
}

Result<void> LocalHost::deliver(const ExecutionPtr& execution, const engine::Command& command) {
  Result<void> applied = service_.apply(*execution, command);
  if (!applied) require_applied(*execution, engine::Tick{});
  schedule(execution);
  return applied;
}

void LocalHost::require_applied(LocalExecution& execution, const engine::Command& command) {
  const Result<void> applied = service_.apply(execution, command);
  if (!applied) {
    throw std::logic_error("the local runner broke the engine's protocol: " +
                           applied.error().message);
  }
}

void LocalHost::callback_made(LocalExecution& execution, engine::OperationNumber number) {
  execution.callbacks.push_back(number);
  detail::Script* script = scripts_.take(execution.state, number);
  if (script == nullptr || script->parts.empty()) return;
  push({.at = clock_->now() + script->parts.front().delay,
        .execution = execution.shared_from_this(),
        .script = script,
        .operation = number,
        .kind = DueQueue::Kind::script_part});
  note_completion(execution, number, *script);
}

void LocalHost::note_completion(const LocalExecution& execution, engine::OperationNumber number,
                                const detail::Script& script) {
  Duration delay{};
  for (const detail::Script::Part& part : script.parts) {
    delay += part.delay;
    const auto* success = std::get_if<engine::CallbackSuccess>(&part.action);
    const auto* failed = std::get_if<engine::CallbackFailure>(&part.action);
    if (success == nullptr && failed == nullptr) continue;
    engine::CompleteCallback completion;
    completion.callback_id = engine::make_callback_id(execution.state.info(),
                                                      execution.state.operation(number).info->id());
    if (success != nullptr) {
      completion.outcome = *success;
    } else {
      completion.outcome = *failed;
    }
    return service_.note_scripted(std::move(completion), delay == Duration::zero());
  }
}

void LocalHost::invoke_wanted(LocalExecution& execution, engine::OperationNumber number) {
  push({.at = clock_->now(),
        .execution = execution.shared_from_this(),
        .operation = number,
        .kind = DueQueue::Kind::invoke_start});
}

void LocalHost::execution_closed(LocalExecution& execution) {
  if (execution.caller_operation == 0) return;
  push({.at = clock_->now(),
        .execution = execution.shared_from_this(),
        .kind = DueQueue::Kind::closed});
}

// ---- The queue ----

std::optional<Timestamp> LocalHost::next_due(const LocalExecution& execution, Due due) {
  const engine::Execution& state = execution.state;
  if (!state.running() || !execution.given_up.empty()) return std::nullopt;
  std::optional<Timestamp> next = state.next_timer();
  const auto consider = [&next](std::optional<Timestamp> other) {
    if (other && (!next || *other < *next)) next = other;
  };
  if (due == Due::all) consider(state.invocation_wanted_at());
  if (execution.deadline_counts) consider(state.execution_deadline());
  return next;
}

void LocalHost::schedule(const ExecutionPtr& execution, Due due) {
  const std::optional<Timestamp> next = next_due(*execution, due);
  if (execution->queued != 0 && next == execution->queued_at) return;
  execution->queued = 0;
  if (!next) return;
  execution->queued_at = *next;
  execution->queued = queue_.push({.at = *next, .execution = execution});
}

void LocalHost::push(DueQueue::Entry entry) { queue_.push(std::move(entry)); }

bool LocalHost::is_valid(const DueQueue::Entry& entry) {
  const LocalExecution& execution = *entry.execution;
  switch (entry.kind) {
    case DueQueue::Kind::execution:
      return execution.queued == entry.order && execution.state.running();
    case DueQueue::Kind::invoke_start:
    case DueQueue::Kind::script_part:
      return execution.state.running() && execution.state.operation(entry.operation).open();
    case DueQueue::Kind::closed:
      break;
  }
  return true;
}

const DueQueue::Entry* LocalHost::next_entry() {
  if (queue_.size() > queue_checked_at_) {
    queue_.remove_if([](const DueQueue::Entry& entry) { return !is_valid(entry); });
    queue_checked_at_ = std::max(queue_cleanup_min, 2 * queue_.size());
  }
  while (!queue_.empty()) {
    if (is_valid(queue_.top())) return &queue_.top();
    queue_.pop();
  }
  return nullptr;
}

void LocalHost::count_deadlines_until(Timestamp then) {
  first_deadline_ = Timestamp::max();
  const auto consider = [&](const ExecutionPtr& execution) {
    const std::optional<Timestamp> deadline = execution->state.execution_deadline();
    if (!deadline || execution->deadline_counts) return;
    if (*deadline > then) {
      first_deadline_ = std::min(first_deadline_, *deadline);
    } else {
      execution->deadline_counts = true;
      schedule(execution);
    }
  };
  for (const auto& [arn, execution] : executions_) consider(execution);
  for (const ExecutionPtr& execution : followed_) consider(execution);
}

void LocalHost::pass_until(Timestamp then, Stopwatch::Time limit) {
  const std::lock_guard lock(passing_);
  clock_->pass_until(then, limit);
}

void LocalHost::pass_alone(Duration by) {
  const std::lock_guard lock(passing_);
  clock_->pass_until(clock_->now() + by, Stopwatch::Time::max());
}

bool LocalHost::deliver_late() {
  const std::vector<ExecutionPtr> changed = service_.deliver_late();
  for (const ExecutionPtr& execution : changed) schedule(execution);
  return !changed.empty();
}

bool LocalHost::await_next(const Goal& goal, const Stopwatch& stopwatch) {
  for (;;) {
    const DueQueue::Entry* next = next_entry();
    if (next != nullptr && next->at <= clock_->now()) break;
    if (deliver_late()) continue;
    if (next != nullptr && next->at > first_deadline_) {
      count_deadlines_until(next->at);
      continue;
    }
    if (goal.until && (next == nullptr || next->at > *goal.until)) {
      if (*goal.until > clock_->now()) pass_until(*goal.until, stopwatch.limit());
      return false;
    }
    if (next == nullptr) {
      if (goal.target->state.invocation_runs()) {
        give_up(goal.target, stopwatch,
                "it is stuck: what waits for it is a step body of its own, which has to end first");
      }
      give_up(goal.target, stopwatch,
              "it is stuck: nothing is running and nothing will become due. It waits for:" +
                  list_waiting(*this, goal.target));
    }
    pass_until(next->at, stopwatch.limit());
    break;
  }
  if (goal.target != nullptr && std::chrono::steady_clock::now() >= stopwatch.limit()) {
    give_up(goal.target, stopwatch,
            "it is out of real time; `timeout` in the run's options sets how much it has. "
            "Open operations:" +
                list_waiting(*this, goal.target));
  }
  return true;
}

void LocalHost::drive(const Goal& goal, const Stopwatch& stopwatch) {
  // A step body calls: what its own invocation has begun is due like everything else.
  for (const Running& running : running_) {
    if (running.execution != nullptr) schedule(running.execution);
  }
  std::optional<Held> held;
  if (!goal.functions_run) held.emplace(*this);
  while (!goal.reached || !goal.reached()) {
    if (goal.target != nullptr && !goal.target->given_up.empty()) {
      give_up(goal.target, stopwatch, goal.target->given_up);
    }
    if (!await_next(goal, stopwatch)) return;
    perform(queue_.pop(), held ? &*held : nullptr);
  }
}

// ---- What happens ----

void LocalHost::perform(DueQueue::Entry entry, Held* held) {
  const bool runs_function =
      entry.kind == DueQueue::Kind::invoke_start ||
      (entry.kind == DueQueue::Kind::script_part &&
       std::holds_alternative<detail::InvokeFunction>(entry.script->parts[entry.part].action));
  if (runs_function && held != nullptr) return held->add(std::move(entry));
  switch (entry.kind) {
    case DueQueue::Kind::execution:
      return step_execution(entry.execution, held);
    case DueQueue::Kind::invoke_start:
      return start_invoke(entry);
    case DueQueue::Kind::script_part:
      return play(entry);
    case DueQueue::Kind::closed:
      return return_to_caller(*entry.execution);
  }
}

void LocalHost::step_execution(const ExecutionPtr& execution, Held* held) {
  execution->queued = 0;
  const engine::Execution& state = execution->state;
  const Timestamp now = clock_->now();
  if (const auto deadline = state.next_deadline(); deadline && *deadline <= now) {
    require_applied(*execution, engine::Tick{});
  }
  const std::optional<Timestamp> wanted = state.invocation_wanted_at();
  if (wanted && *wanted <= now) {
    if (held != nullptr) {
      held->add(execution);
      return schedule(execution, Due::deadlines);
    }
    if (state.invocation_count() < options_.invocations_max) {
      invoke(execution);
    } else {
      execution->given_up = "it is endless: it has used its " +
                            std::to_string(options_.invocations_max) +
                            " invocations (LocalRunnerOptions::invocations_max) and wants another";
    }
  }
  schedule(execution);
}

void LocalHost::invoke(const ExecutionPtr& execution) {
  const std::string request_id = hex(random_.next());
  require_applied(*execution, engine::StartInvocation{request_id});

  KillSwitch kill_switch;
  LocalClient client(service_, *execution, *clock_, kill_switch,
                     clock_->now() + options_.invocation_timeout);
  InvocationEnvironment environment;
  environment.request_id = request_id;
  environment.clock = clock_.get();
  environment.logger = options_.logger;
  environment.random_seed = random_.next();
  environment.workers.order_seed = environment.random_seed;
  environment.kill_switch = &kill_switch;
  environment.observer = client.observer();

  const auto run = [&] {
    const RunningGuard guard(*this, {&kill_switch, request_id, execution});
    return run_invocation(*execution->function->handler, engine::invocation_input(execution->state),
                          client, environment);
  };
  InvocationOutcome outcome = run();

  engine::EndInvocation end{request_id, {}};
  if (auto* output = std::get_if<wire::InvocationOutput>(&outcome)) {
    end.outcome = std::move(*output);
  } else {
    end.outcome = std::move(std::get_if<InvocationFailure>(&outcome)->error);
  }
  require_applied(*execution, end);
}

void LocalHost::crash_invocation() {
  if (running_.empty() || running_.back().kill_switch == nullptr) {
    throw std::logic_error(
        "crash_invocation: expected to be called from a step body, found no running invocation");
  }
  running_.back().kill_switch->kill_here(crashed_error(running_.back().request_id));
}

void LocalHost::give_up(const ExecutionPtr& execution, const Stopwatch& stopwatch,
                        const std::string& why) const {
  const std::string status(wire::to_string(execution->state.status()));
  throw RunIncompleteError(
      std::string(stopwatch.awaited) + " within " + seconds(stopwatch.timeout, 0) + "s (elapsed: " +
          seconds(stopwatch.elapsed(), 1) + "s, last status: " + status + "): " + why,
      DurableFunctionTestResult(service_.record(execution)));
}

}  // namespace durable
