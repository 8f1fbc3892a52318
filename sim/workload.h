// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/command.h"
#include "engine/execution.h"

#include <durable/base/random.h>

#include <string>
#include <vector>

namespace durable::sim {

/// What is asked of the engine: mostly what a function and its surroundings would do, at times
/// nonsense. Looks at the execution only to find something worth asking about.
class Workload {
 public:
  explicit Workload(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] engine::StartExecution start();
  /// The next command. `token` is the latest one that the function has.
  [[nodiscard]] engine::Command next(const engine::Execution& execution, const std::string& token,
                                     Timestamp now);
  /// How far time moves before the next command.
  [[nodiscard]] Duration step_time(const engine::Execution& execution, Timestamp now);

  /// For the digest: equal runs end with equal generators.
  [[nodiscard]] std::uint64_t fingerprint() { return random_.next(); }

 private:
  [[nodiscard]] bool chance(std::uint64_t percent) { return random_.below(100) < percent; }
  [[nodiscard]] engine::OperationNumber any_operation(const engine::Execution& execution);
  [[nodiscard]] engine::Command idle(const engine::Execution& execution);
  [[nodiscard]] engine::Command checkpoint(const engine::Execution& execution,
                                           const std::string& token);
  [[nodiscard]] engine::Command end_invocation(const engine::Execution& execution);
  [[nodiscard]] engine::Command from_outside(const engine::Execution& execution);
  void add_update(const engine::Execution& execution, std::vector<wire::OperationUpdate>& updates);
  [[nodiscard]] wire::OperationUpdate new_operation(const engine::Execution& execution);
  [[nodiscard]] wire::OperationUpdate update_of(const engine::Execution& execution,
                                                engine::OperationNumber number);
  void spoil(wire::OperationUpdate& update);
  [[nodiscard]] Payload payload();
  [[nodiscard]] wire::ErrorObject error();

  Random random_;
  std::uint64_t next_id_ = 0;
  engine::OperationNumber last_context_ = 0;  // a guess, for deep nesting
  std::vector<engine::Checkpoint> sent_;      // the last checkpoint, for repeats and stale tokens
};

}  // namespace durable::sim
