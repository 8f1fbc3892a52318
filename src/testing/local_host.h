// SPDX-License-Identifier: Apache-2.0
//
// The world that the functions of one runner live in: their executions, the functions that they
// invoke, the scripts that answer them, all in one time. One thing happens after the other, in the
// order of its time; an invocation never runs inside another, except where a step body itself calls
// the runner.
#pragma once

#include "testing/due_queue.h"
#include "testing/function_table.h"
#include "testing/local_service.h"
#include "testing/scripts.h"

#include <durable/base/random.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace durable {

using ExecutionPtr = std::shared_ptr<LocalExecution>;

/// Counts the real time of one call, for its limit and for messages.
struct Stopwatch {
  using Time = std::chrono::steady_clock::time_point;
  Duration timeout;
  std::string_view awaited = "Execution did not complete";  ///< How its message begins.
  Time begin = std::chrono::steady_clock::now();

  [[nodiscard]] Time limit() const { return begin + timeout; }
  [[nodiscard]] std::chrono::duration<double> elapsed() const {
    return std::chrono::steady_clock::now() - begin;
  }
};

/// How far a call drives the world.
struct Goal {
  ExecutionPtr target;  ///< Whose progress is awaited; null: none, only time.
  std::function<bool()> reached = {};
  std::optional<Timestamp> until = {};  ///< Time passes up to here; absent: as far as it must.
  /// False while a step body pretends to work: then everything that would run a function waits.
  bool functions_run = true;
};

class LocalHost final : private LocalServiceObserver {
 public:
  /// Throws `std::invalid_argument` for options out of range.
  LocalHost(Handler handler, LocalRunnerOptions options);

  [[nodiscard]] const LocalRunnerOptions& options() const noexcept { return options_; }
  [[nodiscard]] const LocalService& service() const noexcept { return service_; }
  [[nodiscard]] Timestamp now() const { return clock_->now(); }
  [[nodiscard]] FunctionTable& functions() noexcept { return functions_; }
  [[nodiscard]] ScriptBook& scripts() noexcept { return scripts_; }
  [[nodiscard]] const ScriptBook& scripts() const noexcept { return scripts_; }

  /// Starts an execution of the runner's own function; an empty name is replaced by one that is
  /// made. Throws `std::invalid_argument` when the service would refuse it.
  ExecutionPtr begin(std::string name, std::optional<Payload> input);
  /// Makes an execution known by its ARN for good.
  void keep(const ExecutionPtr& execution) {
    executions_.try_emplace(execution->state.arn(), execution);
  }
  /// Null: there is none.
  [[nodiscard]] ExecutionPtr find(std::string_view arn) const;

  /// Lets things happen until the goal is reached. Throws `RunIncompleteError` when they do not
  /// lead there.
  void drive(const Goal& goal, const Stopwatch& stopwatch);

  /// As `engine::decide`, for a command from outside; what is due happens also when it is refused.
  Result<void> deliver(const ExecutionPtr& execution, const engine::Command& command);

  /// Whether a step body, a plain function or an answer is what calls the runner.
  [[nodiscard]] bool in_function() const noexcept { return !running_.empty(); }
  /// Whether an offloaded step body is: a thread beside the one that runs the function.
  [[nodiscard]] bool on_worker_thread() const noexcept {
    const std::thread::id id = function_thread_.load(std::memory_order_relaxed);
    return id != std::thread::id() && id != std::this_thread::get_id();
  }
  /// Moves the clock and nothing else. Thread-safety: may be called from any thread.
  void pass_alone(Duration by);
  /// Throws `std::logic_error` when no invocation is running.
  [[noreturn]] void crash_invocation();

  /// The execution that `run` follows is known by its ARN while it does.
  class Followed {
   public:
    Followed(LocalHost& host, ExecutionPtr execution) : host_(host) {
      host_.followed_.push_back(std::move(execution));
    }
    Followed(const Followed&) = delete;
    Followed& operator=(const Followed&) = delete;
    ~Followed() { host_.followed_.pop_back(); }

   private:
    LocalHost& host_;
  };

 private:
  class Held;
  /// User code that runs now, the innermost last.
  struct Running {
    KillSwitch* kill_switch = nullptr;  ///< Null: it is no invocation.
    std::string_view request_id;
    ExecutionPtr execution;
  };
  /// Keeps `running_` true to what runs, however it ends.
  class RunningGuard {
   public:
    RunningGuard(LocalHost& host, Running running) : host_(host) {
      host_.running_.push_back(std::move(running));
      host_.function_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    }
    RunningGuard(const RunningGuard&) = delete;
    RunningGuard& operator=(const RunningGuard&) = delete;
    ~RunningGuard() {
      host_.running_.pop_back();
      if (host_.running_.empty()) host_.function_thread_.store({}, std::memory_order_relaxed);
    }

   private:
    LocalHost& host_;
  };
  struct Start {
    const LocalFunction* function = nullptr;
    std::string version;
    std::string name;
    std::optional<Payload> input;
    std::optional<Duration> execution_timeout;
    Random identity;  ///< Makes what tells it from other executions.
  };

  // LocalServiceObserver
  void callback_made(LocalExecution& execution, engine::OperationNumber number) override;
  /// Tells the service how `script` will complete the callback, if it does.
  void note_completion(const LocalExecution& execution, engine::OperationNumber number,
                       const detail::Script& script);
  void invoke_wanted(LocalExecution& execution, engine::OperationNumber number) override;
  void execution_closed(LocalExecution& execution) override;

  ExecutionPtr begin(Start start);
  void require_applied(LocalExecution& execution, const engine::Command& command);

  // ---- The queue ----
  enum class Due { all, deadlines };
  [[nodiscard]] static std::optional<Timestamp> next_due(const LocalExecution& execution, Due due);
  /// Puts an execution's next event into the queue, where it is not the one that is there.
  void schedule(const ExecutionPtr& execution, Due due = Due::all);
  void push(DueQueue::Entry entry);
  [[nodiscard]] static bool is_valid(const DueQueue::Entry& entry);
  /// The next thing that is still to happen; null: nothing is. Stays valid until the queue changes.
  const DueQueue::Entry* next_entry();
  void pass_until(Timestamp then, Stopwatch::Time limit);
  /// Delivers what a fault has held back; false when there is nothing.
  bool deliver_late();
  /// Lets time pass to the next thing; false when the goal's time ends before.
  bool await_next(const Goal& goal, const Stopwatch& stopwatch);
  /// Executions without a time-out of the test's own end at the service's maximum, where the time
  /// until `then` leads beyond it.
  void count_deadlines_until(Timestamp then);

  // ---- What happens ----
  void perform(DueQueue::Entry entry, Held* held);
  void step_execution(const ExecutionPtr& execution, Held* held);
  void invoke(const ExecutionPtr& execution);
  void play(const DueQueue::Entry& entry);
  void start_invoke(const DueQueue::Entry& entry);
  void start_child(const ExecutionPtr& caller, engine::OperationNumber number,
                   const LocalFunction& function);
  void call_plain(const ExecutionPtr& caller, engine::OperationNumber number,
                  const detail::InvokeFunction& function);
  void complete_invoke(const ExecutionPtr& caller, engine::OperationNumber number,
                       engine::CompleteChainedInvoke outcome);
  void return_to_caller(const LocalExecution& execution);

  [[noreturn]] void give_up(const ExecutionPtr& execution, const Stopwatch& stopwatch,
                            const std::string& why) const;

  LocalRunnerOptions options_;
  engine::Settings settings_;
  Random random_;    // for invocations
  Random identity_;  // for executions, which so are the same however often one is invoked
  std::unique_ptr<RunnerClock> clock_;
  LocalService service_;
  FunctionTable functions_;
  const LocalFunction* own_function_;
  ScriptBook scripts_;
  DueQueue queue_;
  std::size_t queue_checked_at_;                         // its size that calls for a clean-up
  std::map<std::string_view, ExecutionPtr> executions_;  // by ARN, which the execution owns
  std::vector<ExecutionPtr> followed_;
  std::vector<Running> running_;
  std::atomic<std::thread::id> function_thread_ = std::thread::id();  // of what runs; none: nothing
  std::mutex passing_;                                                // held while time is moved
  Timestamp first_deadline_ = Timestamp::max();  // not after the first deadline that does not count
};

/// The operations that only something outside can move on, also in the executions that they wait
/// for.
[[nodiscard]] std::string list_waiting(const LocalHost& host, const ExecutionPtr& execution);

}  // namespace durable
