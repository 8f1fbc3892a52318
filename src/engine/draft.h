// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/decide.h"
#include "engine/event.h"
#include "engine/execution.h"
#include "engine/overlay.h"

#include <durable/base/time.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace durable::engine {

/// A decision while it is made: the execution as it would be after the events so far. The execution
/// itself stays as it is; touched operations are copied once and then changed by the very function
/// that `evolve` uses. Every call is O(1), O(log timers) where a deadline moves.
class Draft {
 public:
  /// Writes into `out`, which must outlive the draft, as must `execution`.
  Draft(const Execution& execution, Timestamp now, Decision& out)
      : execution_(execution), now_(now), out_(out), progress_(execution.progress()) {}

  [[nodiscard]] const Execution& execution() const noexcept { return execution_; }
  [[nodiscard]] const Limits& limits() const { return execution_.limits(); }
  [[nodiscard]] Timestamp now() const noexcept { return now_; }
  [[nodiscard]] const Progress& progress() const noexcept { return progress_; }
  [[nodiscard]] bool running() const noexcept {
    return progress_.status == wire::ExecutionStatus::running;
  }

  [[nodiscard]] std::optional<OperationNumber> find(std::string_view id, std::uint32_t hash);
  /// Valid until the next event is recorded.
  [[nodiscard]] const OperationState& operation(OperationNumber number);
  /// The overlay's entry for an operation; made if it is not there yet. Valid as `operation`.
  Overlay::Entry& touch(OperationNumber number);
  /// The entry if this decision has touched the operation; null if not.
  [[nodiscard]] Overlay::Entry* touched(OperationNumber number) {
    return out_.overlay.find(number);
  }

  /// Records a fact of the execution.
  template <class T>
  void record(T fact) {
    fold_execution(add_event(0, std::move(fact)));
  }
  /// Records a fact of an operation that exists.
  template <class T>
  void record(OperationNumber number, T fact) {
    fold_operation(touch(number).state, add_event(number, std::move(fact)));
  }
  /// Records the start of an operation.
  OperationNumber start(std::shared_ptr<const OperationInfo> info);

  /// Derives the effects from what has changed. Last call on a draft.
  void finish();

 private:
  template <class T>
  const Event& add_event(OperationNumber number, T fact) {
    const std::uint32_t history_id = progress_.history_id + (in_history_v<T> ? 1 : 0);
    return out_.events.emplace_back(now_, history_id, number, std::move(fact));
  }
  void fold_execution(const Event& event);
  void fold_operation(OperationState& state, const Event& event);
  [[nodiscard]] WakeUp wake_up();

  const Execution& execution_;
  Timestamp now_;
  Decision& out_;
  Progress progress_;
  OperationNumber started_ = 0;  // operations started by this draft
  bool timers_moved_ = false;
};

}  // namespace durable::engine
