// SPDX-License-Identifier: Apache-2.0
//
// One invocation: what the handler has done so far, what the service has recorded, and what is
// still to be sent.
#pragma once

#include <durable/base/random.h>
#include <durable/sdk/context.h>
#include <durable/sdk/detail/operation.h>
#include <durable/sdk/handler.h>
#include <durable/sdk/invocation.h>

#include "sdk/machine/batcher.h"
#include "sdk/machine/journal.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

namespace durable::detail {

class WorkerCall;
class Workers;

/// What a call is, for records and messages.
struct CallKind {
  wire::OperationType type;
  std::string_view sub_type;
  std::string_view call;  // as the user writes it
};

/// Where a call stands.
struct Place {
  std::uint64_t number;
  machine::Journal::Record* record;  // null: nothing is recorded of it
  bool beyond_record = false;  // nothing is, and nothing may be: the call never comes to an end
};

class PluginHost;
class UserFunctionRun;

class Runtime final : public Scheduler {
 public:
  Runtime(const Handler& handler, ServiceClient& client, const InvocationEnvironment& environment,
          wire::InvocationInput input);
  ~Runtime();

  [[nodiscard]] InvocationOutcome run();

  // ---- For operations ----

  /// Whether the code that runs may make a durable call on `context`. False: the invocation is
  /// over, and the call must do nothing. Throws `UsageError`, which then ends the execution.
  [[nodiscard]] bool admit(ContextCore& context, std::string_view call, std::string_view name);
  /// Takes the next number of `context`. Throws `NonDeterministicExecutionError`, which then ends
  /// the execution, if something else is recorded there.
  [[nodiscard]] Place take_place(ContextCore& context, const CallKind& kind, std::string_view name);

  /// A call has been admitted, and `operation` stands for it.
  void opened(Operation& operation, const Place& place);
  /// Whether earlier invocations cannot have known how `record`, at `number` in `context`, ended.
  [[nodiscard]] bool is_fresh(const ContextCore& context, std::uint64_t number,
                              const machine::Journal::Record& record) const noexcept;
  /// What stands between results and their records for a call whose options say `own`.
  [[nodiscard]] const PayloadSerdes* serdes_for(const PayloadSerdes* own) const noexcept {
    return own != nullptr ? own : settings_.serdes.get();
  }

  /// Puts an update of `operation` in the line, to be filled in and passed to `send_async` or
  /// `send_and_wait`.
  [[nodiscard]] wire::OperationUpdate& make_update(const Operation& operation, const CallKind& kind,
                                                   wire::OperationAction action);
  void queue();
  /// The same for an update that `operation` waits for: sent at once if no call is out.
  void queue_for(Operation& operation);
  /// The same, but it may ride with the next update that is sent at once, or wait until nothing
  /// else is to do.
  void queue_later_for(Operation& operation);
  /// The same without sending: what is queued next may travel with it. `send_while_due` follows.
  void enqueue_for(Operation& operation);
  void send_while_due();
  /// The same as `queue` for an update that cancels. The service may refuse one that comes too
  /// late, and all that travels with it; that is then sent again without it.
  void queue_cancel();
  /// Blocks until the update that `operation` waits for is recorded. Other code does not run
  /// meanwhile. False: the invocation is over.
  [[nodiscard]] bool wait_for(const Operation& operation);

  /// `operation` waits for the service to tell of a change.
  void park(Operation& operation);
  void unpark(Operation& operation) noexcept;
  void forget_ticket(std::uint64_t ticket) noexcept;

  /// Ends the execution. The first end counts.
  void fail_execution(wire::ErrorObject error) noexcept;
  void fail_invocation(wire::ErrorObject error) noexcept;
  /// Ends the execution and throws the error.
  [[noreturn]] void misuse(std::string message);
  /// The same on a thread that is not the workflow's.
  [[noreturn]] void foreign_misuse(std::string message);
  /// Lets a death happen that the host has put off until now. True: it did.
  bool pull_trigger() noexcept {
    return environment_.kill_switch != nullptr && environment_.kill_switch->pull_trigger();
  }
  /// Sees whether the host has killed the invocation. True: it is over, for whatever reason.
  [[nodiscard]] bool over() noexcept;

  /// As an operation records it: shortened to what the service takes.
  [[nodiscard]] wire::ErrorObject describe(const std::exception_ptr& error) const;
  /// Ends the execution or the invocation if `error` is one of those that do. True if it did.
  bool end_by(const std::exception_ptr& error);

  class ScopeGuard;
  class DestructionGuard;
  class UserFunctionScope;

  /// Writes a line to the host's logger, with what the plugins add to it.
  void write_log(const LogRecord& line);
  [[nodiscard]] bool logs(LogLevel level) const noexcept {
    return environment_.logger != nullptr && environment_.logger->enabled(level);
  }
  [[nodiscard]] const HandlerSettings& settings() const noexcept { return settings_; }
  [[nodiscard]] bool on_workflow_thread() const noexcept {
    return std::this_thread::get_id() == thread_;
  }

  // Checks of a record (replay_check.cc).

  /// Whether this invocation only checks whether the code does what is recorded.
  [[nodiscard]] bool checks_replay() const noexcept { return environment_.replay_check != nullptr; }
  /// Reports a divergence and ends the execution. Pre: `checks_replay()`.
  void diverge(ReplayDivergence divergence);
  /// The body of a context that is recorded as finished runs again, until it comes to its end.
  void check_begins(const ContextCore& context);
  void check_ends(const ContextCore& context) noexcept;

  // Bodies on worker threads (offload.cc).

  /// Has a worker thread run `call`, whose owner is told when it has ended. `scope` is the body's.
  /// False: the invocation is over, and it does not run.
  [[nodiscard]] bool offload(std::shared_ptr<WorkerCall> call, Scope& scope);
  /// The owner of `call` waits no more. Pre: it has not been told.
  void abandon(WorkerCall& call) noexcept;
  /// Keeps a log line of a worker thread until the workflow's thread writes it. For worker threads.
  void keep_line(WorkerCall& call, const LogRecord& record);
  /// Tells the log that a body runs inline although its context asks for offloaded ones.
  void warn_of_inline_body(std::string_view step);

  [[nodiscard]] std::uint64_t random_bits() noexcept { return random_.next(); }
  [[nodiscard]] const InvocationEnvironment& environment() const noexcept { return environment_; }
  [[nodiscard]] std::string_view arn() const noexcept { return input_.durable_execution_arn; }
  [[nodiscard]] machine::Journal& journal() noexcept { return journal_; }
  [[nodiscard]] std::size_t updated_operations_count() const noexcept {
    return input_.updated_operation_ids ? input_.updated_operation_ids->size() : 0;
  }

 private:
  struct Failed {
    wire::ErrorObject error;
  };
  struct Over {};  // the service has closed the execution
  using End = std::variant<std::monostate, Failed, InvocationFailure, Over>;

  class Root;
  friend class PluginHost;

  // Start and end of the invocation (invocation.cc).
  [[nodiscard]] bool load();
  [[nodiscard]] bool load_rest(std::optional<std::string> marker);
  void start();
  void run_to_rest();
  [[nodiscard]] Waiter* next_ready();
  void finish();
  void destroy_frames() noexcept;
  void run_handler();
  void warn_of_leftovers();
  [[nodiscard]] InvocationOutcome answer();
  [[nodiscard]] InvocationOutcome answer_success();
  [[nodiscard]] InvocationOutcome answer_failure(wire::ErrorObject error);
  void record_execution_end(wire::OperationAction action, std::optional<Payload> payload,
                            const wire::ErrorObject* error);
  /// Writes what was done before the code made the execution fail.
  void flush_before_failing();

  [[nodiscard]] bool deliver_body();
  [[nodiscard]] bool waits_for_bodies() const noexcept;
  /// Waits for the reply that is out or for a body that runs.
  void wait_for_news();
  void stop_bodies() noexcept;
  void join_bodies();
  void write_kept_lines();

  [[nodiscard]] bool is_recorded_as_finished(const ContextCore& context) const noexcept;
  void note_divergence(ReplayDivergence divergence);
  void check_at_rest();
  void note_leftovers();

  // Calls to the service (exchange.cc).
  [[nodiscard]] Timestamp now_for_batching() const;
  void seal(Operation* operation, machine::Batcher::Urgency urgency);
  /// The next batch as a call, which is out from now on; who waits for it moves to `out_`.
  [[nodiscard]] wire::CheckpointDurableExecutionRequest begin_call();
  void send();
  void send_if_held_too_long();
  void keep_without_cancels(const wire::CheckpointDurableExecutionRequest& request);
  [[nodiscard]] ServiceClient::CheckpointDone reply_taker();
  void called();
  void send_again();
  void take_inline_reply();
  void wait_for_reply();
  void absorb(Result<wire::CheckpointDurableExecutionResponse>& reply);
  void merge(std::vector<wire::Operation>& operations);
  [[nodiscard]] bool flush();
  void end_by(const Error& error, std::string_view call);

  const Handler& handler_;
  const HandlerSettings settings_;
  ServiceClient& client_;
  const InvocationEnvironment& environment_;
  wire::InvocationInput input_;
  std::string token_;
  Random random_;
  machine::Journal journal_;
  machine::Batcher batcher_;
  const int exceptions_at_start_;
  const std::thread::id thread_;

  // Who waits for each update in the line and in the call that is out; null: nobody (any more).
  // The n-th of a line has the ticket `base + n`.
  struct Tickets {
    std::uint64_t base = 1;
    std::vector<Operation*> operations;
    std::size_t head = 0;
  };
  Tickets queued_;
  std::vector<Operation*> out_;
  std::uint64_t out_base_ = 0;

  // Of updates in the line; and, while a call with some is out, the same call without them.
  std::size_t cancels_queued_ = 0;
  std::optional<wire::CheckpointDurableExecutionRequest> without_cancels_;
  bool send_again_ = false;

  bool call_out_ = false;
  bool sending_ = false;  // inside the client's checkpoint()
  std::optional<Result<wire::CheckpointDurableExecutionResponse>> inline_reply_;
  bool crowded_ = false;  // held_updates_max is reached: replies are taken at once until a rest
  // Guards late_reply_, which the client's thread sets, foreign_call_, which is what another thread
  // of the user's has called, and what the workers share. News of all are told by arrived_.
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<Result<wire::CheckpointDurableExecutionResponse>> late_reply_;

  std::optional<std::string> foreign_call_;
  std::atomic<bool> has_foreign_call_ = false;

  std::unique_ptr<PluginHost> plugins_;  // null: there are none
  std::unique_ptr<Workers> workers_;     // null until a body is offloaded
  bool warned_of_inline_body_ = false;

  std::vector<const ContextCore*> checked_;  // contexts whose bodies are checked, innermost last
  wire::OperationUpdate unsent_;             // what a check would have sent

  std::unordered_map<std::string, Operation*> parked_;
  DurableContext root_context_;
  std::unique_ptr<Root> root_;
  std::optional<Payload> result_;
  std::optional<wire::ErrorObject> handler_error_;  // what left the handler
  End end_;
  bool refused_ = false;  // the service has ended it, so nothing more is sent
  int destroying_ = 0;    // depth of frames being destroyed
};

/// Makes `scope` the current one while it lives.
class Runtime::ScopeGuard {
 public:
  ScopeGuard(Runtime& runtime, Scope& scope) noexcept
      : runtime_(runtime), saved_(runtime.current_) {
    runtime.current_ = &scope;
  }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;
  ~ScopeGuard() { runtime_.current_ = saved_; }

 private:
  Runtime& runtime_;
  Scope* saved_;
};

/// Marks that frames are being destroyed: what runs are destructors, in which no operation can
/// start.
class Runtime::DestructionGuard {
 public:
  explicit DestructionGuard(Runtime* runtime) noexcept : runtime_(runtime) {
    if (runtime_ != nullptr) ++runtime_->destroying_;
  }
  DestructionGuard(const DestructionGuard&) = delete;
  DestructionGuard& operator=(const DestructionGuard&) = delete;
  ~DestructionGuard() {
    if (runtime_ != nullptr) --runtime_->destroying_;
  }

 private:
  Runtime* runtime_;
};

/// Tells the plugins of a run of a user's function: from its construction to `ended`, or to its end
/// for one that did not come to its own. Used on the workflow's thread.
class Runtime::UserFunctionScope {
 public:
  UserFunctionScope() = default;
  /// A body of `operation`. `attempt`: from 1; 0 where there are no attempts. `replaying_children`:
  /// the body's own operations are recorded.
  UserFunctionScope(Runtime& runtime, const Operation& operation, const CallKind& kind,
                    std::uint32_t attempt, bool replaying_children) {
    if (runtime.plugins_ != nullptr) {
      begin(runtime, operation, kind, attempt, replaying_children);
    }
  }
  /// The handler.
  explicit UserFunctionScope(Runtime& runtime) {
    if (runtime.plugins_ != nullptr) begin(runtime);
  }
  UserFunctionScope(UserFunctionScope&&) noexcept = default;
  UserFunctionScope& operator=(UserFunctionScope&&) noexcept = default;
  ~UserFunctionScope() { unfinished(); }

  /// The function has returned, or thrown `error`.
  void ended(const std::exception_ptr& error) noexcept {
    if (run_ != nullptr) end(&error);
  }
  /// The function will not go on.
  void unfinished() noexcept {
    if (run_ != nullptr) end(nullptr);
  }

 private:
  struct Delete {
    void operator()(UserFunctionRun* run) const noexcept;
  };
  void begin(Runtime& runtime, const Operation& operation, const CallKind& kind,
             std::uint32_t attempt, bool replaying_children);
  void begin(Runtime& runtime);
  void end(const std::exception_ptr* error) noexcept;

  std::unique_ptr<UserFunctionRun, Delete> run_;  // null: nobody is told
};

/// `name` in quotes, or `(no name)`.
[[nodiscard]] std::string quoted_name(std::string_view name);
/// The path of a context from the handler, e.g. `handler > "ship" (3)`.
[[nodiscard]] std::string path_of(const ContextCore& context);

}  // namespace durable::detail
