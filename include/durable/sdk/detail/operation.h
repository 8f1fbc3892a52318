// SPDX-License-Identifier: Apache-2.0
//
// The parts of a context and of an operation that have no type of the user's: the templates in
// context.h and future.h are thin over these. What crosses between is the payload.
#pragma once

#include <durable/base/boxed.h>
#include <durable/base/payload.h>
#include <durable/base/time.h>
#include <durable/sdk/detail/body.h>
#include <durable/sdk/detail/scheduler.h>
#include <durable/sdk/logger.h>
#include <durable/sdk/serdes.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace durable {
class LogFields;
class ScopedLogger;
class StepContext;
struct ChildOptions;
struct StepOptions;
}  // namespace durable

namespace durable::detail {

struct ContextCore;
class WorkerCall;

/// One durable operation of the running code, owned by its future. Destroying it drops the work
/// that it owns; what is recorded of it stays recorded.
class Operation {
 public:
  enum class Progress : std::uint8_t {
    open,
    succeeded,
    failed,
    detached,  ///< Its context or invocation has ended; awaiting it is an error.
  };

  Operation(ContextCore& context, std::uint64_t number, std::string_view name);
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation();

  /// Whether an await goes on at once. Nothing goes on in an invocation that is over.
  [[nodiscard]] bool settled() const noexcept {
    return progress_ == Progress::detached || (progress_ != Progress::open && !stopped());
  }
  void wait(Waiter& waiter) noexcept { waiters_.push(waiter); }
  /// Null once its context has ended.
  [[nodiscard]] ContextCore* context() const noexcept { return context_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// On the wire. Pre: its context has not ended.
  [[nodiscard]] std::string id() const;
  /// Tells the service that nobody needs the result any more, where the service can be told: for a
  /// wait that is open. Anything else is left as it is.
  virtual void cancel() {}

  /// Throws the recorded error, or the UsageError of a detached operation, if there is one.
  void raise_error() const {
    if (progress_ != Progress::succeeded) raise();
  }
  /// The error that `raise_error` would throw; null if it would not.
  [[nodiscard]] std::exception_ptr error() const;

  /// The result as its type reads it; text `null` where none was recorded. Throws `SerDesError`.
  /// Pre: succeeded.
  [[nodiscard]] Payload payload_or_null() const {
    return payload_ ? from_record(*payload_) : Payload("null");
  }
  /// What `to_record` was given when it made `recorded`. Throws `SerDesError`.
  [[nodiscard]] Payload from_record(const Payload& recorded) const {
    return serdes_ == nullptr ? recorded : deserialize(recorded);
  }
  /// Whether a result is recorded, even an empty one. Pre: succeeded.
  [[nodiscard]] bool has_payload() const noexcept { return payload_.has_value(); }
  /// What is recorded as the result, as it stands there. Pre: succeeded.
  [[nodiscard]] const std::optional<Payload>& recorded() const noexcept { return payload_; }
  /// Whether text types read what is recorded as it is, instead of as JSON.
  [[nodiscard]] bool reads_raw_text() const noexcept { return raw_text_; }
  void use_raw_text() noexcept { raw_text_ = true; }
  /// The text as it is; absent where none was recorded. Throws `SerDesError`. Pre: succeeded.
  [[nodiscard]] std::optional<std::string> raw_text() const;
  /// The same for a type that cannot be absent: throws `SerDesError` where none was recorded.
  [[nodiscard]] std::string require_raw_text() const;
  [[nodiscard]] virtual SerdesContext serdes_context() const noexcept;
  /// What stands between the form of the value's type and the record; null: nothing.
  void use_serdes(const PayloadSerdes* serdes) noexcept { serdes_ = serdes; }
  /// What to record for a result in the form of its type. Throws `SerDesError`.
  [[nodiscard]] std::optional<Payload> to_record(std::optional<Payload> plain) const {
    if (serdes_ == nullptr || !plain) return plain;
    return serialize(*plain);
  }

  /// The code that waited for the operation goes on: what is logged from here on may be new.
  void received() const noexcept {
    if (watched_) note_received();
  }
  [[nodiscard]] Scheduler& scheduler() const noexcept;

 protected:
  friend class PluginHost;
  friend class Runtime;
  friend class UserFunctionRun;
  friend class durable::ScopedLogger;
  friend struct ContextCore;

  /// A newer state of the operation from the service. Called for what is parked, and before
  /// `acknowledged` where `wants_reply_` is set.
  virtual void merge(wire::Operation&& recorded);
  /// The update that this operation waited for is recorded. Settles it, unless overridden.
  virtual void acknowledged();
  /// Its context has ended.
  virtual void detach() noexcept;
  /// What an await throws. Pre: failed.
  [[nodiscard]] virtual std::exception_ptr make_error() const = 0;

  void settle(Progress progress) noexcept;
  void leave_context() noexcept;
  [[nodiscard]] bool stopped() const noexcept;

  ContextCore* context_;       // null once detached
  Operation* next_ = nullptr;  // in the context's list
  Operation* previous_ = nullptr;
  WaiterLine waiters_;
  std::uint64_t number_;      // in its context, from 1; 0: takes no part in anything
  std::uint64_t ticket_ = 0;  // of the update that it waits for; 0: none
  std::string name_;
  std::optional<Payload> payload_;
  Boxed<wire::ErrorObject> error_;
  const PayloadSerdes* serdes_ = nullptr;
  Progress progress_ = Progress::open;
  bool parked_ = false;  // waits for the service itself
  bool wants_reply_ = false;
  bool raw_text_ = false;
  mutable bool watched_ = false;  // recorded by an earlier invocation, and not yet awaited
  bool known_ = false;            // and its outcome, too, was known to that

 private:
  [[nodiscard]] Payload serialize(const Payload& plain) const;
  [[nodiscard]] Payload deserialize(const Payload& stored) const;
  void note_received() const noexcept;
  void count_received() const noexcept;
  void wake(Scheduler& scheduler) noexcept;
  [[noreturn]] void raise() const;
};

using OperationPtr = std::unique_ptr<Operation>;

/// The runtime's side of a DurableContext.
struct ContextCore {
  ContextCore() = default;
  ContextCore(const ContextCore&) = delete;
  ContextCore& operator=(const ContextCore&) = delete;
  ~ContextCore() { close(); }

  /// Ends the context: operations that outlive it are detached.
  void close() noexcept;
  [[nodiscard]] std::string wire_id(std::uint64_t of_number) const;
  /// What the context logs from here on is new.
  void go_live() noexcept {
    if (!replay_only) replaying = false;
  }
  /// Those that the loggers of this context add; null: none.
  [[nodiscard]] const std::shared_ptr<const LogFields>& inherited_log_fields() const noexcept {
    const ContextCore* with_fields = this;
    while (!with_fields->log_fields && with_fields->parent != nullptr) {
      with_fields = with_fields->parent;
    }
    return with_fields->log_fields;
  }

  Scope scope;
  Runtime* runtime = nullptr;           // null once closed
  const ContextCore* parent = nullptr;  // null for the handler's
  void* record = nullptr;               // its machine::Journal::Record; null: nothing recorded
  std::string id;                       // its operation's id; empty for the handler's
  std::string_view name;                // its operation's name
  Operation* operations = nullptr;      // those that live, latest first
  std::uint64_t number = 0;             // of the last call
  std::uint64_t received = 0;           // operations of earlier invocations whose outcome was taken
  std::uint64_t draws = 0;              // ids and random sequences that were made
  std::shared_ptr<const LogFields> log_fields;  // with the inherited ones; null: those of `parent`
  std::uint32_t depth = 0;
  bool replay_only =
      false;                // the body runs again for its result alone: nothing new may be recorded
  bool replaying = false;   // log lines of this context were written by an earlier invocation
  bool ended = false;       // the body has run to its end
  bool is_virtual = false;  // not recorded: its operations are recorded as its parent's
  bool offload_bodies = false;        // bodies that own what they use run on worker threads
  WorkerCall* worker_call = nullptr;  // set for what an offloaded body sees as its context
};

inline Scheduler& Operation::scheduler() const noexcept { return *context_->scope.scheduler; }

// ---- Starting operations ----
// Each takes the next id and returns the operation as far as it comes at once. Throws
// `ValidationError` and `UsageError`.

/// Runs a step's body and writes its result. Sets `returned` once the body has returned, so that
/// what is thrown afterwards is the result's failure to be written.
using StepFunction = std::optional<Payload> (*)(void* body, StepContext& context,
                                                const SerdesContext& serdes, bool& returned);
[[nodiscard]] OperationPtr run_step(ContextCore& context, std::string_view name,
                                    const StepOptions* options, void* body, StepFunction function);

/// A step body that is a coroutine.
class StepBody {
 public:
  StepBody() = default;
  StepBody(const StepBody&) = delete;
  StepBody& operator=(const StepBody&) = delete;
  virtual ~StepBody() = default;
  virtual PromiseBase& create(StepContext& context) = 0;
  [[nodiscard]] virtual std::optional<Payload> result(const SerdesContext& context) = 0;
};
[[nodiscard]] OperationPtr run_task_step(ContextCore& context, std::string_view name,
                                         const StepOptions* options, void* body,
                                         std::unique_ptr<StepBody> (*make)(void* body));

/// A step body that owns all that it uses, so that it can run on a worker thread.
class OffloadedBody {
 public:
  OffloadedBody() = default;
  OffloadedBody(const OffloadedBody&) = delete;
  OffloadedBody& operator=(const OffloadedBody&) = delete;
  virtual ~OffloadedBody() = default;
  /// As a StepFunction. Called once.
  [[nodiscard]] virtual std::optional<Payload> run(StepContext& context,
                                                   const SerdesContext& serdes, bool& returned) = 0;
};
[[nodiscard]] OperationPtr run_offloaded_step(ContextCore& context, std::string_view name,
                                              const StepOptions* options, void* body,
                                              std::unique_ptr<OffloadedBody> (*make)(void* body));

[[nodiscard]] OperationPtr run_wait(ContextCore& context, std::string_view name, Duration duration);
[[nodiscard]] OperationPtr run_now(ContextCore& context, std::string_view name);

/// `options` may be null.
[[nodiscard]] OperationPtr run_child(ContextCore& context, std::string_view name,
                                     const ChildOptions* options, void* body,
                                     std::unique_ptr<Body> (*make)(void* body));

/// Throws the UsageError for the await of a future that was moved from.
[[noreturn]] void raise_empty_future();

}  // namespace durable::detail
