// SPDX-License-Identifier: Apache-2.0
//
// The service without its thread: one tick after the other decides what was asked, keeps it,
// answers and acts. Whoever calls it owns the time.
#pragma once

#include "engine/decide.h"
#include "service/executions.h"
#include "service/functions.h"
#include "service/identity.h"
#include "service/messages.h"
#include "service/service.h"
#include "service/timers.h"
#include "service/views.h"
#include "service/waiters.h"
#include "store/store.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace durable::service {

/// How many executions whose time has come are taken up in one tick.
inline constexpr std::size_t wakes_per_tick_max = 256;
/// How many commands are decided in one tick, and so how many executions one commit writes to.
inline constexpr std::size_t commands_per_tick_max = 1'024;
/// When the service tries again to keep what it has to keep by itself.
inline constexpr Duration commit_retry_delay = std::chrono::milliseconds{500};
/// Commits to one execution in a row that may meet another revision before it is left alone.
inline constexpr std::uint32_t conflicts_max = 3;
/// How often expired executions are looked for, and how many of them are removed in one tick.
inline constexpr Duration retention_interval = std::chrono::seconds{60};
inline constexpr std::size_t expired_per_tick_max = 100;

/// Callers that may wait for the ends of executions, all together.
inline constexpr std::size_t waiters_max = 100'000;

/// Stored as the due time of an execution that is in the middle of what does not survive the
/// process: its invocation, or the wait for a function that it invoked. A start looks at it first.
inline constexpr Timestamp due_at_once{};

/// Thread-safety: none; all calls come from one thread.
class Core {
 public:
  /// `post` leaves a message for `take`; it is called from the threads of `functions`, also after
  /// the core has gone. Store and functions outlive the core.
  Core(store::Store& store, Functions& functions, const ServiceOptions& options,
       std::function<void(Message)> post);

  /// Takes up what the store holds. Call it once, first. Errors: those of the store.
  [[nodiscard]] Result<void> restore(Timestamp now);

  /// Accepts a message: calls that only read are answered at once, the others in a tick.
  void take(Message message, Timestamp now);
  /// Decides at most one command for each execution, commits all of it once, then answers and acts.
  /// `now` may run backwards; time here does not.
  void tick(Timestamp now);

  /// Whether another tick has something to do at once.
  [[nodiscard]] bool is_ready() const noexcept {
    return !ready_.empty() || !starts_.empty() || expired_left_;
  }
  /// When a tick has something to do by itself; absent: never.
  [[nodiscard]] std::optional<Timestamp> next_due();
  /// Where time may jump to when it is skipped: to the earliest wait or retry. Absent while
  /// anything runs, while a callback is newly open, or when there is none. Deadlines of callbacks
  /// and executions are not jumped to: what comes from outside needs its time.
  [[nodiscard]] std::optional<Timestamp> next_jump();

  /// From now on nothing new is begun: no invocation, no chained invoke.
  void close() noexcept { closing_ = true; }
  /// Whether callers still wait for an answer (not for the end of an execution).
  [[nodiscard]] bool has_calls() const noexcept { return calls_ > 0; }
  /// Answers all that still wait for anything.
  void refuse_all(const Error& error);

  [[nodiscard]] const ServiceMetrics& metrics() const noexcept { return metrics_; }
  [[nodiscard]] std::size_t loaded_count() const noexcept { return executions_.size(); }

 private:
  /// The operation of an execution that a chained invoke belongs to.
  struct Origin {
    store::ExecutionKey parent{};
    std::string operation_id;
  };
  struct StartWork {
    StartCall call;
    Reply<Started> reply;          // of a call from outside
    std::optional<Origin> origin;  // of a chained invoke
  };
  /// An execution that is not there before its commit.
  struct Birth {
    std::unique_ptr<LoadedExecution> execution;
    store::Identity identity;
    StartWork work;
    std::size_t folded = 0;  // events of the decision that its state has already
  };
  /// One decided command, which waits for the commit.
  struct Step {
    LoadedExecution* execution = nullptr;
    engine::Decision* decision = nullptr;
    store::Standing standing;
    std::unique_ptr<Birth> birth;
  };

  // ---- core.cc: the tick ----
  void advance(Timestamp now) { now_ = std::max(now_, now); }
  [[nodiscard]] Timestamp time_of(const LoadedExecution& execution) const;
  void release_stalled();
  void wake_due();
  void remove_expired();
  void decide_all();
  void decide_next(LoadedExecution& execution);
  engine::Decision& next_decision();
  [[nodiscard]] store::Standing standing_after(const LoadedExecution& execution,
                                               const engine::Decision& decision);
  void commit_all();
  void commit_one_by_one(std::size_t first);
  [[nodiscard]] store::Write write_of(const Step& step) const;
  /// The two halves of what follows a commit: first all are told, then all is done.
  void settle(Step& step);
  void perform(Step& step);
  void refuse_step(Step& step, const Error& error);
  void isolate_step(Step& step, const Error& error);
  void isolate(store::ExecutionKey key, const Error& error);
  [[nodiscard]] std::vector<Work> refuse_calls(LoadedExecution& execution, const Error& error);
  void stall(LoadedExecution& execution);

  // ---- core.cc: one execution ----
  void queue(LoadedExecution& execution, engine::Command command, Answer answer);
  void make_ready(LoadedExecution& execution);
  void finish(LoadedExecution& execution);
  void schedule(LoadedExecution& execution);
  void release(LoadedExecution& execution);
  void answer(LoadedExecution& execution, Work& work);
  void refuse(Work& work, const Error& error);
  void closed(LoadedExecution& execution);

  // ---- lookup.cc ----
  /// By ARN, also one that is not in memory. Errors: `resource_not_found`, `service_failure`.
  [[nodiscard]] Result<LoadedExecution*> load(std::string_view arn);
  [[nodiscard]] Result<LoadedExecution*> load(store::ExecutionKey key);
  [[nodiscard]] Result<LoadedExecution*> load(const store::Summary& summary);
  [[nodiscard]] Result<store::Summary> find(std::string_view arn) const;
  [[nodiscard]] bool is_expired(const store::Summary& summary) const;
  [[nodiscard]] Result<const Views::View*> view(
      const store::Summary& summary, std::size_t reach = std::numeric_limits<std::size_t>::max());

  // ---- start.cc ----
  void decide_start(StartWork work);
  void give_birth(StartWork work);
  [[nodiscard]] Result<std::unique_ptr<Birth>> conceive(StartWork& work,
                                                        engine::Decision& decision);
  void found(StartWork work, const store::Summary& summary);
  void born(Step& step);
  void refuse_start(StartWork work, const Error& error);

  // ---- invocations.cc ----
  void invoke(LoadedExecution& execution);
  void end_lost_invocation(LoadedExecution& execution);

  // ---- chained.cc ----
  void start_invoke(LoadedExecution& execution, engine::OperationNumber number);
  void call_plain(LoadedExecution& execution, engine::OperationNumber number,
                  FunctionTarget target);
  void resume_invokes(LoadedExecution& execution);
  void report_child(const Origin& origin, std::string version, std::string arn);
  /// What a child's end means for who waits for it: now, or when it ends.
  void attach_child(const Origin& origin, const store::Summary& child);
  void complete(const Origin& origin, engine::CompleteChainedInvoke command);
  void command_parent(const Origin& origin, engine::Command command);

  // ---- queries.cc: messages as they come ----
  /// Whether there is room for one more call; if not, it is refused.
  template <class T>
  [[nodiscard]] bool admit(const Reply<T>& reply);
  void on(CheckpointMessage message);
  void on(StartMessage message);
  void on(WaitMessage message);
  void on(ForgetMessage message);
  void on(StopMessage message);
  void on(CallbackMessage message);
  void on(StateMessage message);
  void on(GetMessage message);
  void on(HistoryMessage message);
  void on(ListMessage message);
  void on(InvocationEndedMessage message);
  void on(PlainInvokeEndedMessage message);

  store::Store& store_;
  Functions& functions_;
  const ServiceOptions options_;
  const std::function<void(Message)> post_;
  IdSource ids_;
  Timestamp now_ = Timestamp::min();
  bool closing_ = false;

  ExecutionSet executions_;
  Timers timers_;
  Timers jumps_;  // only with TimeMode::skipped
  Timers holds_;  // until when open callbacks forbid a jump; only with TimeMode::skipped
  Waiters waiters_;
  Views views_;
  ServiceMetrics metrics_;

  std::vector<LoadedExecution*> ready_;
  std::vector<StartWork> starts_;
  std::unordered_set<std::string> names_in_tick_;  // of executions that this tick starts
  std::size_t calls_ = 0;                          // that wait for an answer
  std::size_t running_ = 0;                        // invocations, plain ones too

  std::unordered_set<store::ExecutionKey> unrestored_;  // left in the middle of something
  std::unordered_map<store::ExecutionKey, Error> isolated_;
  std::unordered_map<store::ExecutionKey, Origin> parents_;  // by the child

  // What waits for the store to work again.
  std::vector<LoadedExecution*> stalled_;
  std::vector<StartWork> stalled_starts_;
  std::vector<std::pair<Origin, engine::Command>> stalled_commands_;
  std::optional<Timestamp> stalled_until_;

  Timestamp next_retention_ = Timestamp::min();
  bool expired_left_ = false;

  // Of the present tick; kept for their memory.
  std::vector<Step> steps_;
  std::vector<store::Write> writes_;
  std::deque<engine::Decision> decisions_;
  std::size_t decisions_used_ = 0;
  std::vector<LoadedExecution*> taking_part_;
};

/// How a caller is told of a store's error: as the service's own failure.
[[nodiscard]] Error to_caller(const Error& error);
[[nodiscard]] Error no_such_execution();
[[nodiscard]] Error too_busy(std::size_t calls_max);
/// How an execution ended, for who waits for it.
[[nodiscard]] Ended ended_of(const engine::Execution& state);
/// An error as functions see it.
[[nodiscard]] wire::ErrorObject error_object(const Error& error);
/// The end of a chained invoke of a function that could not be invoked.
[[nodiscard]] engine::CompleteChainedInvoke failure_of(const Error& error);

}  // namespace durable::service
