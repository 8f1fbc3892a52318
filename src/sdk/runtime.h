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
};

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

  /// Puts an update of `operation` in the line, to be filled in and passed to `send_async` or
  /// `send_and_wait`.
  [[nodiscard]] wire::OperationUpdate& make_update(const Operation& operation, const CallKind& kind,
                                                   wire::OperationAction action);
  void queue();
  /// The same for an update that `operation` waits for: sent at once if no call is out.
  void queue_for(Operation& operation);
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
  /// Sees whether the host has killed the invocation. True: it is over, for whatever reason.
  [[nodiscard]] bool over() noexcept;

  /// As an operation records it: shortened to what the service takes.
  [[nodiscard]] wire::ErrorObject describe(const std::exception_ptr& error) const;
  /// Ends the execution or the invocation if `error` is one of those that do. True if it did.
  bool end_by(const std::exception_ptr& error);

  class ScopeGuard;
  class DestructionGuard;

  [[nodiscard]] std::uint64_t random_bits() noexcept { return random_.next(); }
  [[nodiscard]] const InvocationEnvironment& environment() const noexcept { return environment_; }
  [[nodiscard]] std::string_view arn() const noexcept { return input_.durable_execution_arn; }
  [[nodiscard]] machine::Journal& journal() noexcept { return journal_; }

 private:
  struct Failed {
    wire::ErrorObject error;
  };
  struct Over {};  // the service has closed the execution
  using End = std::variant<std::monostate, Failed, InvocationFailure, Over>;

  class Root;

  // Start and end of the invocation (invocation.cc).
  [[nodiscard]] bool load();
  [[nodiscard]] bool load_rest(std::optional<std::string> marker);
  void start();
  void run_to_rest();
  void finish();
  void destroy_frames() noexcept;
  void warn_of_leftovers();
  [[nodiscard]] InvocationOutcome answer();
  [[nodiscard]] InvocationOutcome answer_success();
  [[nodiscard]] InvocationOutcome answer_failure(wire::ErrorObject error);
  void record_execution_end(wire::OperationAction action, std::optional<Payload> payload,
                            const wire::ErrorObject* error);

  // Calls to the service (exchange.cc).
  [[nodiscard]] Timestamp now_for_batching() const;
  void seal(Operation* operation);
  /// The next batch as a call, which is out from now on; who waits for it moves to `out_`.
  [[nodiscard]] wire::CheckpointDurableExecutionRequest begin_call();
  void send();
  void send_while_due();
  void wait_for_reply();
  void absorb(Result<wire::CheckpointDurableExecutionResponse>& reply);
  void merge(std::vector<wire::Operation>& operations);
  [[nodiscard]] bool flush();
  void end_by(const Error& error, std::string_view call);

  const Handler& handler_;
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

  bool call_out_ = false;
  bool sending_ = false;  // inside the client's checkpoint()
  std::optional<Result<wire::CheckpointDurableExecutionResponse>> inline_reply_;
  // Guards late_reply_, which the client's thread sets, and foreign_call_, which is what another
  // thread of the user's has called.
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<Result<wire::CheckpointDurableExecutionResponse>> late_reply_;

  std::optional<std::string> foreign_call_;
  std::atomic<bool> has_foreign_call_ = false;

  std::unordered_map<std::string, Operation*> parked_;
  DurableContext root_context_;
  std::unique_ptr<Root> root_;
  std::optional<Payload> result_;
  std::optional<wire::ErrorObject> handler_error_;  // what left the handler
  End end_;
  int destroying_ = 0;  // depth of frames being destroyed
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

/// `name` in quotes, or `(no name)`.
[[nodiscard]] std::string quoted_name(std::string_view name);
/// The path of a context from the handler, e.g. `handler > "ship" (3)`.
[[nodiscard]] std::string path_of(const ContextCore& context);

}  // namespace durable::detail
