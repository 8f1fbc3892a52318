// SPDX-License-Identifier: Apache-2.0
//
// What happens to the invocations and the processes of one function. Decides only: processes are
// started, answers are sent and the time is read by its owner, who performs the effects.
#pragma once

#include "functions/host.h"

#include <durable/base/time.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace durable::functions {

using Instant = std::chrono::steady_clock::time_point;

/// A process that the host started, or the time in which an attached process waits or works.
enum class WorkerId : std::uint64_t {};
/// A held call of `next`.
enum class NextId : std::uint64_t {};
/// Whose Runtime API was called: a started process's, or (absent) that of attached ones.
using Caller = std::optional<WorkerId>;

/// Larger answers are refused with 413 and fail their invocation; Lambda's limit.
inline constexpr std::size_t answer_bytes_max = 6'291'556;
/// After the second start in a row that failed; doubled for each further one.
inline constexpr Duration start_delay_min = std::chrono::milliseconds{100};
inline constexpr Duration start_delay_max = std::chrono::seconds{5};
/// A process that has just answered is expected to ask again within this, so no other is started.
inline constexpr Duration between_calls_max = std::chrono::milliseconds{20};
/// Ended invocations that are remembered, so that a late answer is told what happened.
inline constexpr std::size_t ended_invocations_max = 256;

struct PoolOptions {
  bool starts_processes = true;
  std::size_t concurrency_max = 10;
  std::optional<Duration> timeout;
  Duration init_timeout{};
  Duration idle_timeout{};
  Duration stop_grace{};
  std::size_t waiting_max = 0;
};

struct PoolInvocation {
  std::string invocation_id;
  Event event;
  std::function<void(Outcome)> ended;
};

/// How a process ended: one of the two is set.
struct ExitStatus {
  std::optional<int> code;
  std::optional<int> signal;
};

/// Which invocation a call of the Runtime API is about.
struct InvocationIds {
  std::string_view request_id;
  std::optional<std::string_view> invocation_id;
};

/// How a call of the Runtime API is answered; an empty type stands for success.
struct Reply {
  int status = 202;
  std::string error_type;
  std::string error_message;
};

struct ProcessOrder {
  enum class Kind : std::uint8_t {
    start,
    stop,  ///< Politely.
    kill,  ///< With all that it started.
  };
  Kind kind = Kind::start;
  WorkerId worker{};
};
struct Deliver {
  NextId next;
  std::string invocation_id;
  Event event;
  std::optional<Duration> timeout;
};
struct RefuseNext {
  NextId next;
  Reply reply;
};
struct End {
  std::function<void(Outcome)> ended;
  Outcome outcome;
};
/// What is to be done, each kind in its order. (A list for each kind: GCC 12 warns of moved
/// variants.)
struct Effects {
  std::vector<ProcessOrder> orders;
  std::vector<Deliver> deliveries;
  std::vector<RefuseNext> refusals;
  std::vector<End> ends;
};

/// Not thread-safe. Every function appends what is to be done to `effects`.
class Pool {
 public:
  explicit Pool(PoolOptions options) : options_(options) {}

  void invoke(PoolInvocation invocation, Instant now, Effects& effects);

  void next(Caller caller, NextId next, Instant now, Effects& effects);
  /// The client of a held `next` has gone.
  void abandoned(NextId next);
  [[nodiscard]] Reply response(Caller caller, const InvocationIds& ids, std::string body,
                               Instant now, Effects& effects);
  [[nodiscard]] Reply error(Caller caller, const InvocationIds& ids, Failure failure, Instant now,
                            Effects& effects);
  [[nodiscard]] Reply init_error(Caller caller, Failure failure, Instant now, Effects& effects);

  void start_failed(WorkerId worker, std::string reason, Instant now, Effects& effects);
  void exited(WorkerId worker, ExitStatus status, Instant now, Effects& effects);

  /// Does what is due at `now`.
  void on_time(Instant now, Effects& effects);
  /// When `on_time` is to be called; absent: not before another call changes something.
  [[nodiscard]] std::optional<Instant> next_due(Instant now) const;

  /// Ends all invocations and stops all processes. Later invocations fail.
  void close(Instant now, Effects& effects);

  /// The request id that the worker's output belongs to; empty between invocations.
  [[nodiscard]] std::string_view request_of(WorkerId worker) const;

  [[nodiscard]] std::size_t processes() const;
  [[nodiscard]] std::size_t running() const;
  [[nodiscard]] std::size_t attached() const;
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  enum class State : std::uint8_t {
    starting,  ///< Until its first `next`.
    ready,     ///< Holds a `next`.
    running,
    between,   ///< Has answered and not asked again, or its `next` was given up.
    stopping,  ///< Asked or forced to end; gets nothing any more.
  };
  struct Worker {
    WorkerId id{};
    bool attached = false;
    State state = State::starting;
    Instant since{};  ///< When it came into its state.
    std::optional<NextId> held;
    std::optional<PoolInvocation> invocation;
    bool killed = false;
  };
  struct Ended {
    std::string request_id;
    std::string invocation_id;
  };

  [[nodiscard]] std::string first_waiting() const;
  Worker* find(WorkerId id);
  std::variant<Worker*, Reply> find_running(Caller caller, const InvocationIds& ids);
  Worker* free_worker();
  Worker& add_worker(bool attached, Instant now);
  static void enter(Worker& worker, State state, Instant now);
  void next_of_attached(NextId next, Instant now, Effects& effects);
  void dispatch(Instant now, Effects& effects);
  void start_processes(Instant now, Effects& effects);
  void hand_over(Worker& worker, Instant now, Effects& effects);
  void finish(Worker& worker, Outcome outcome, Effects& effects);
  void settle(Worker& worker, Outcome outcome, Instant now, Effects& effects);
  void fail_lost(Worker& worker, Effects& effects);
  void fail_start(Failure failure, Instant now, Effects& effects);
  void stop(Worker& worker, Instant now, Effects& effects);
  void kill(Worker& worker, Instant now, Effects& effects);
  void remove(WorkerId id, Effects& effects);
  bool act_on_time(Worker& worker, Instant now, Effects& effects);
  [[nodiscard]] std::optional<Instant> due(const Worker& worker) const;

  PoolOptions options_;
  std::map<WorkerId, Worker> workers_;
  std::deque<PoolInvocation> waiting_;
  std::deque<Ended> ended_;  // without an answer, while their process may still send one
  std::uint64_t last_worker_ = 0;
  std::size_t failed_starts_ = 0;  // in a row
  Instant start_not_before_{};
  bool closed_ = false;
};

/// `exit status 1`, `signal: killed`: as Lambda writes it.
[[nodiscard]] std::string describe(const ExitStatus& status);

}  // namespace durable::functions
