// SPDX-License-Identifier: Apache-2.0
//
// What goes wrong in the runs of one runner, and what is seen of them.
#pragma once

#include "engine/execution.h"

#include <durable/base/payload.h>
#include <durable/base/random.h>
#include <durable/sdk/invocation_observer.h>
#include <durable/testing/schedule.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace durable::detail {

/// A checkpoint call as the function made it.
struct CheckpointNote {
  std::uint64_t digest = 0;  ///< Of what it is about, without payloads.
  std::string text;          ///< For people; empty unless asked for.
};

/// What an execution came to.
struct ExecutionNote {
  std::string arn;
  std::string function_arn;
  std::optional<Payload> input;
  wire::ExecutionStatus status = wire::ExecutionStatus::running;
  std::optional<Payload> result;
  engine::SharedError error;
};

/// Counts the calls of the executions of one runner, says which of them go wrong, and checks what
/// must hold for any function. Owned by the runner and, if there is one, by the exploration.
///
/// Thread-safety: none.
class RunMonitor {
 public:
  /// Texts of checkpoints cost time: one run in an exploration keeps them.
  enum class Texts : std::uint8_t { leave_out, keep };

  explicit RunMonitor(Schedule schedule, Texts texts = Texts::leave_out);

  /// The calls of the undisturbed run: those of this run must be the same until something goes
  /// wrong. Must outlive this.
  void expect(const std::vector<CheckpointNote>& checkpoints) { expected_ = &checkpoints; }

  // ---- Asked by the local service ----
  /// A call arrives. Returns what goes wrong with it.
  [[nodiscard]] std::optional<FaultKind> at_checkpoint(
      const engine::Execution& execution, const std::vector<wire::OperationUpdate>& updates);
  [[nodiscard]] std::optional<FaultKind> at_state_read();
  [[nodiscard]] std::optional<FaultKind> at_callback_completion();
  /// A callback is made that a script completes; `at_once`: without letting time pass.
  [[nodiscard]] std::optional<FaultKind> at_scripted_callback(bool at_once);
  /// Something has happened to `execution`.
  void note(const engine::Execution& execution);
  /// A body is about to run in `execution`, whose present state this is.
  void step_body_starts(const engine::Execution& execution, const StepBodyStart& start);
  [[nodiscard]] std::size_t choose_ready(std::size_t ready);
  [[nodiscard]] bool delay_reply();

  // ---- What was seen ----
  [[nodiscard]] const Schedule& schedule() const noexcept { return schedule_; }
  [[nodiscard]] const std::vector<CheckpointNote>& checkpoints() const noexcept {
    return checkpoints_;
  }
  [[nodiscard]] std::uint32_t state_reads() const noexcept { return state_reads_; }
  [[nodiscard]] std::uint32_t callback_completions() const noexcept {
    return callback_completions_;
  }
  [[nodiscard]] std::uint32_t scripted_callbacks() const noexcept { return scripted_callbacks_; }
  /// Those that are completed at once, by their numbers.
  [[nodiscard]] const std::vector<std::uint32_t>& prompt_callbacks() const noexcept {
    return prompt_callbacks_;
  }
  /// By function and input, so that the order of starts does not matter.
  [[nodiscard]] std::vector<ExecutionNote> outcomes() const;
  /// What did not hold, as sentences.
  [[nodiscard]] const std::vector<std::string>& violations() const noexcept { return violations_; }
  /// The faults that were planned and did not happen.
  [[nodiscard]] std::vector<Fault> missed() const;

 private:
  [[nodiscard]] std::optional<FaultKind> take(bool (*fits)(FaultKind), std::uint32_t number);
  void compare(const engine::Execution& execution,
               const std::vector<wire::OperationUpdate>& updates, std::uint64_t digest);
  [[nodiscard]] std::size_t number_of(const engine::Execution& execution) const;

  Schedule schedule_;
  Texts texts_;
  const std::vector<CheckpointNote>* expected_ = nullptr;
  std::vector<bool> happened_;  // by fault
  bool disturbed_ = false;      // something has gone wrong by now, or the order is another
  bool diverged_ = false;       // said once
  Random order_;
  std::vector<CheckpointNote> checkpoints_;
  std::uint32_t state_reads_ = 0;
  std::uint32_t callback_completions_ = 0;
  std::uint32_t scripted_callbacks_ = 0;
  std::vector<std::uint32_t> prompt_callbacks_;
  std::vector<ExecutionNote> executions_;  // in the order of their start
  std::map<std::string, std::size_t, std::less<>> by_arn_;
  std::set<std::pair<std::string, std::uint32_t>> at_most_once_;  // ARN and id, attempt
  std::vector<std::string> violations_;
};

/// A digest of what executions came to; equal for equal ones.
[[nodiscard]] std::uint64_t digest_of(const std::vector<ExecutionNote>& outcomes);

/// Whether two executions came to the same: status, result, error.
[[nodiscard]] bool same_outcome(const ExecutionNote& a, const ExecutionNote& b);

/// E.g. `SUCCEEDED -> 42`, `FAILED ! StepError: no card`.
[[nodiscard]] std::string describe(const ExecutionNote& execution);

}  // namespace durable::detail
