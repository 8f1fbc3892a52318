// SPDX-License-Identifier: Apache-2.0
//
// Knows what must be true of an execution, whatever happens to it, and keeps its own small record
// of what did. It trusts events and answers only, not the engine's state, except to compare with
// it.
#pragma once

#include "engine/decide.h"
#include "engine/event.h"
#include "engine/execution.h"

#include <durable/wire/api.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace durable::sim {

class Auditor {
 public:
  /// An event, in the order of the log, before it is folded.
  void event(const engine::Event& event);
  /// The effects of the decision whose events came last.
  void effects(const std::vector<engine::Effect>& effects);
  /// A checkpoint was accepted with this token; `fresh` unless it was answered as a repeat.
  void accepted_token(const std::string& token, bool fresh);
  /// What an invocation was told as it began.
  void told_all();
  /// What a checkpoint was answered, all pages.
  void told(const std::vector<std::string>& ids, bool fresh);
  /// After everything of a command is folded.
  void settled(const engine::Execution& execution, Timestamp now, bool all_due_fired);

  /// The first thing that was wrong; empty: nothing so far.
  [[nodiscard]] const std::string& finding() const noexcept { return finding_; }
  /// Adds a finding of somebody else's, for example of the world.
  void report(std::string what);

 private:
  struct Operation {
    std::shared_ptr<const engine::OperationInfo> info;
    wire::OperationStatus status = wire::OperationStatus::started;
    Timestamp started_at{};
    Timestamp due = engine::never;
    Timestamp heartbeat_due = engine::never;
    std::uint32_t attempt = 0;
    bool reported = false;
  };

  void check(bool condition, const std::string& what);
  void check_order(const engine::Event& event);
  Operation* find(const engine::Event& event);
  void end(const engine::Event& event, Operation& operation, wire::OperationStatus status);
  void attempt(Operation& operation, std::uint32_t attempt);

  // One for each fact.
  void on(const engine::Event& event, const engine::fact::ExecutionStarted& fact);
  void on(const engine::Event& event, const engine::fact::ExecutionSucceeded& fact);
  void on(const engine::Event& event, const engine::fact::ExecutionFailed& fact);
  void on(const engine::Event& event, const engine::fact::InvocationStarted& fact);
  void on(const engine::Event& event, const engine::fact::InvocationCompleted& fact);
  void on(const engine::Event& event, const engine::fact::CheckpointAccepted& fact);
  void on(const engine::Event& event, const engine::fact::OperationStarted& fact);
  void on(const engine::Event& event, const engine::fact::StepRestarted& fact);
  void on(const engine::Event& event, const engine::fact::StepRetried& fact);
  void on(const engine::Event& event, const engine::fact::ConditionPolled& fact);
  void on(const engine::Event& event, const engine::fact::StepReady& fact);
  void on(const engine::Event& event, const engine::fact::OperationSucceeded& fact);
  void on(const engine::Event& event, const engine::fact::OperationFailed& fact);
  void on(const engine::Event& event, const engine::fact::CallbackHeartbeat& fact);
  void on(const engine::Event& event, const engine::fact::ChainedInvokeReported& fact);

  void check_obligations(const engine::Execution& execution);

  std::string finding_;
  Timestamp last_at_ = Timestamp::min();
  std::uint32_t history_id_ = 0;
  std::uint32_t operations_used_ = 0;
  bool started_ = false;
  bool closed_ = false;
  bool invocation_runs_ = false;
  Timestamp deadline_ = engine::never;
  Timestamp not_before_ = engine::never;  // of the next invocation, as the events imply
  std::map<engine::OperationNumber, Operation> operations_;
  std::set<std::string> changed_;  // ids that changed and that the invocation was not told
  std::set<std::string> told_last_;
  std::set<std::string> tokens_;
  // What the host still has to do, from effects alone.
  std::optional<engine::WakeUp> wake_up_;
  std::optional<Timestamp> invoke_;
  std::set<engine::OperationNumber> invokes_;
};

}  // namespace durable::sim
