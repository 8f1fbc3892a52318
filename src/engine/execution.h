// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/chunked_vector.h"
#include "engine/event.h"
#include "engine/operation.h"
#include "engine/operation_index.h"

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace durable::engine {

/// The small part of an execution's state: what a decision may have to change while it is made.
struct Progress {
  wire::ExecutionStatus status = wire::ExecutionStatus::unknown;  ///< `unknown`: nothing happened.
  Timestamp last_event_at = Timestamp::min();
  std::uint32_t history_id = 0;       ///< History events so far.
  std::uint32_t operations_used = 0;  ///< As the service meters them; see Limits::operations_max.
  std::uint64_t stored_bytes = 0;
  std::uint32_t open_operations = 0;  ///< Those that something outside will change.

  std::uint32_t invocation = 0;  ///< Number of the running or last invocation, from 1.
  bool invocation_runs = false;
  std::uint32_t checkpoint = 0;         ///< Checkpoints accepted in this invocation.
  std::uint64_t client_token_hash = 0;  ///< Of the last of them; 0: none.
  bool outside_change = false;          ///< Something was completed from outside while it runs.
  Timestamp wanted_at = never;  ///< The next invocation's earliest start; `never`: none is wanted.
  std::uint32_t failures = 0;   ///< Invocations that failed, in a row.
  friend bool operator==(const Progress&, const Progress&) = default;
};

/// A checkpoint token: characters of the base64 alphabet.
using TokenText = std::array<char, 24>;

/// A deadline of one operation.
struct Timer {
  Timestamp deadline{};
  OperationNumber operation = 0;
  bool heartbeat = false;
  friend auto operator<=>(const Timer&, const Timer&) = default;
};

/// The state of one durable execution: a value, made only by folding events (`evolve`). It does not
/// keep the events themselves; the host does.
class Execution {
 public:
  // ---- The execution itself ----
  [[nodiscard]] bool started() const noexcept { return info_ != nullptr; }
  /// Whether it runs: started and not closed.
  [[nodiscard]] bool running() const noexcept {
    return progress_.status == wire::ExecutionStatus::running;
  }
  [[nodiscard]] wire::ExecutionStatus status() const noexcept { return progress_.status; }
  /// Pre (asserted): `started()`.
  [[nodiscard]] const ExecutionInfo& info() const;
  [[nodiscard]] std::string_view arn() const { return info().arn; }
  [[nodiscard]] const Limits& limits() const { return info().settings.limits; }
  /// The id of the EXECUTION operation.
  [[nodiscard]] std::string_view execution_operation_id() const { return operation(0).info->id(); }
  [[nodiscard]] Timestamp started_at() const { return operation(0).started_at; }
  /// Meaningful once closed.
  [[nodiscard]] Timestamp ended_at() const { return operation(0).ended_at; }
  [[nodiscard]] const std::optional<Payload>& result() const noexcept { return result_; }
  [[nodiscard]] const SharedError& error() const noexcept { return error_; }

  // ---- Its operations, in the order of their starts; the first is EXECUTION ----
  [[nodiscard]] OperationNumber operation_count() const noexcept {
    return static_cast<OperationNumber>(operations_.size());
  }
  [[nodiscard]] const OperationState& operation(OperationNumber number) const {
    return operations_[number];
  }
  [[nodiscard]] std::optional<OperationNumber> find(std::string_view id) const {
    return find(id, hash_id(id));
  }
  [[nodiscard]] std::optional<OperationNumber> find(std::string_view id, std::uint32_t hash) const;

  // ---- Invocations ----
  [[nodiscard]] bool invocation_runs() const noexcept { return progress_.invocation_runs; }
  /// Of the running invocation; empty when none runs.
  [[nodiscard]] std::string_view request_id() const noexcept { return request_id_; }
  [[nodiscard]] Timestamp invocation_started_at() const noexcept { return invocation_started_at_; }
  /// The running invocation's present checkpoint token; of no meaning when none runs.
  [[nodiscard]] std::string_view token() const noexcept { return {token_.data(), token_.size()}; }
  /// How many were started so far.
  [[nodiscard]] std::uint32_t invocation_count() const noexcept { return progress_.invocation; }
  /// When the wanted invocation may start; empty when none is wanted.
  [[nodiscard]] std::optional<Timestamp> invocation_wanted_at() const noexcept;

  // ---- Deadlines, while it runs ----
  /// The earliest wait, retry or callback timer.
  [[nodiscard]] std::optional<Timestamp> next_timer() const noexcept;
  /// When the execution as a whole times out.
  [[nodiscard]] std::optional<Timestamp> execution_deadline() const;
  /// The earlier of the two: when `Tick` is due.
  [[nodiscard]] std::optional<Timestamp> next_deadline() const;
  [[nodiscard]] const std::set<Timer>& timers() const noexcept { return timers_; }

  // ---- Counters and bookkeeping ----
  [[nodiscard]] const Progress& progress() const noexcept { return progress_; }
  [[nodiscard]] std::uint32_t operations_used() const noexcept { return progress_.operations_used; }
  [[nodiscard]] std::uint64_t stored_bytes() const noexcept { return progress_.stored_bytes; }
  /// Number of history events so far, and so the last EventId.
  [[nodiscard]] std::uint32_t history_size() const noexcept { return progress_.history_id; }
  /// Operations that changed before the last accepted checkpoint and that the invocation had not
  /// seen: the body of its answer.
  [[nodiscard]] const std::vector<OperationNumber>& last_delta() const noexcept { return delta_; }
  /// Operations that changed from outside since the last completed invocation.
  [[nodiscard]] const std::vector<OperationNumber>& updated() const noexcept { return updated_; }
  /// STARTED chained invokes that the host has not reported as started.
  [[nodiscard]] const std::set<OperationNumber>& unreported_invokes() const noexcept {
    return unreported_invokes_;
  }

  /// Recounts everything from the operations: what must hold between two events. O(operations).
  /// Error: `invalid_usage`, with the broken invariant. For tests and simulators.
  [[nodiscard]] Result<void> invariants() const;

  friend bool operator==(const Execution& a, const Execution& b);

 private:
  friend class Fold;  // the body of `evolve`

  std::shared_ptr<const ExecutionInfo> info_;  // owners: this, and the event that started it
  Progress progress_;
  std::optional<Payload> result_;
  SharedError error_;
  std::string request_id_;
  Timestamp invocation_started_at_{};
  TokenText token_{};  // follows from info_ and progress_; told by an answer, shown by a call
  ChunkedVector<OperationState> operations_;
  OperationIndex index_;
  std::set<Timer> timers_;  // exactly the deadlines of operations while the execution runs
  std::set<OperationNumber> unreported_invokes_;
  std::vector<OperationNumber> unseen_;   // exactly the operations whose `unseen` is set
  std::vector<OperationNumber> delta_;    // what `unseen_` was at the last accepted checkpoint
  std::vector<OperationNumber> updated_;  // exactly the operations whose `updated` is set
};

/// Folds an event that `decide` produced into the state. Total: an event is a fact. O(log timers).
void evolve(Execution& execution, const Event& event);

}  // namespace durable::engine
