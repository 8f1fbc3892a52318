// SPDX-License-Identifier: Apache-2.0
//
// The threads on which offloaded step bodies run. They touch nothing of the workflow's: a body
// comes with all that it uses, and goes back with what it gave.
#pragma once

#include <durable/base/random.h>
#include <durable/sdk/context.h>
#include <durable/sdk/detail/operation.h>
#include <durable/sdk/invocation.h>
#include <durable/sdk/logger.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace durable::detail {

class WorkerCall;

/// Told on the workflow's thread that its body has ended.
class WorkerCallOwner {
 public:
  WorkerCallOwner() = default;
  WorkerCallOwner(const WorkerCallOwner&) = delete;
  WorkerCallOwner& operator=(const WorkerCallOwner&) = delete;
  virtual void call_ended(WorkerCall& call) = 0;

 protected:
  ~WorkerCallOwner() = default;
};

/// A log line of a worker thread, kept until the workflow's thread can write it.
struct KeptLine {
  LogLevel level;
  std::string message;
  LogFields fields;
};

/// One body and its way to a worker thread and back. What it sees of its step and context are
/// copies, since the real ones may end before it does.
class WorkerCall {
 public:
  WorkerCall(WorkerCallOwner& owner, const ContextCore& context, std::uint64_t number,
             std::string_view name, std::uint32_t attempt, const PayloadSerdes* serdes,
             std::unique_ptr<OffloadedBody> body);

  /// Runs the body, on any thread, and keeps what it gave.
  void run() noexcept;

  // What the body gave; valid once it has ended.
  std::optional<Payload> result;
  std::exception_ptr error;
  bool returned = false;  // the body returned, so that `error` is its result's failure

  [[nodiscard]] WorkerCallOwner& owner() const noexcept { return owner_; }
  [[nodiscard]] std::stop_token stop_token() const noexcept { return stop_.get_token(); }

 private:
  friend class Workers;
  enum class State : std::uint8_t { waiting, running, ended };
  class Self;

  WorkerCallOwner& owner_;
  std::unique_ptr<OffloadedBody> body_;
  std::stop_source stop_;
  std::string context_name_;
  ContextCore context_;              // as the body sees it
  std::unique_ptr<Operation> self_;  // the step, as the body sees it
  std::uint32_t attempt_;

  // Guarded by the mutex of the Workers.
  State state_ = State::waiting;
  bool abandoned_ = false;       // nobody waits for it any more; the owner may be gone
  std::uint64_t order_ = 0;      // of being submitted
  std::vector<KeptLine> lines_;  // where an order is asked for
};

/// Runs calls on threads of its own and hands them back. All functions but those that say otherwise
/// are for the workflow's thread.
class Workers {
 public:
  /// News are told through `arrived`, whose mutex is `mutex`. `stop` is handed on to the bodies.
  Workers(std::mutex& mutex, std::condition_variable& arrived, const WorkerOptions& options,
          std::stop_token stop);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() { join(); }

  /// Has a thread run `call`; blocks while too many wait for one. Runs it here if not a single
  /// thread can be had.
  void submit(std::shared_ptr<WorkerCall> call);
  /// Nobody waits for `call` any more: it is not begun, or asked to stop.
  void abandon(WorkerCall& call) noexcept;
  /// Whether a call is on its way that is waited for.
  [[nodiscard]] bool busy() const noexcept { return waited_for_ > 0; }

  /// Whether `take` would give a call, or lines are to be written. Pre: the mutex is held.
  [[nodiscard]] bool has_news() const noexcept;
  /// The next call that has ended and is waited for; null if there is none yet.
  [[nodiscard]] std::shared_ptr<WorkerCall> take();

  /// Keeps a line. For worker threads.
  void keep_line(WorkerCall& call, KeptLine line);
  /// The lines of all calls that wait to be written.
  [[nodiscard]] std::vector<KeptLine> take_lines();

  /// Asks every body to stop and begins no further one.
  void stop() noexcept;
  /// Waits for the threads to end, after `stop`.
  void join() noexcept;

 private:
  using CallPtr = std::shared_ptr<WorkerCall>;  // owners: the step, and the line that it stands in

  using Lock = std::unique_lock<std::mutex>;

  void work() noexcept;
  /// Runs `call` without the lock, which it takes again.
  void run(CallPtr call, Lock& lock) noexcept;
  [[nodiscard]] bool add_thread();
  [[nodiscard]] CallPtr take_ended();
  void keep_lines_of(WorkerCall& call);
  void ask_to_stop() noexcept;

  std::mutex& mutex_;
  std::condition_variable& arrived_;
  const WorkerOptions options_;
  const std::stop_token stop_;

  // Of the workflow's thread alone.
  std::vector<std::thread> threads_;
  std::optional<Random> random_;  // of the order; absent: as they end
  std::deque<CallPtr> shuffled_;
  std::uint64_t submitted_ = 0;
  std::size_t waited_for_ = 0;  // calls neither taken nor abandoned

  // Guarded by mutex_.
  std::condition_variable wanted_;  // there is work, or the end has come
  std::condition_variable room_;    // the line of the waiting has become shorter
  std::deque<CallPtr> waiting_;
  std::vector<CallPtr> running_;
  std::deque<CallPtr> ended_;
  std::vector<KeptLine> lines_;  // to be written now
  std::size_t outstanding_ = 0;  // calls that have not ended and are not abandoned
  bool closed_ = false;

  std::stop_callback<std::function<void()>> on_stop_;  // last: may call at once
};

}  // namespace durable::detail
