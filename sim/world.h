// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/decide.h"
#include "engine/event.h"
#include "engine/execution.h"
#include "sim/auditor.h"
#include "sim/plant.h"
#include "sim/probes.h"
#include "sim/workload.h"

#include <cstdint>
#include <string>

namespace durable::sim {

/// What one seed led to.
struct Outcome {
  std::string finding;       ///< Empty: all was as it must be.
  std::uint64_t digest = 0;  ///< Equal for equal runs.
  std::uint32_t commands = 0;
  bool planted = false;  ///< The planted bug found an occasion.
  Probes probes;
};

/// One execution and its host: decides, keeps, folds, answers, and now and then dies and starts
/// again from its log. Deterministic: the same seed and plant give the same outcome.
class World {
 public:
  World(std::uint64_t seed, Plant plant) : plant_(plant), workload_(seed), random_(~seed) {}

  [[nodiscard]] Outcome run(std::uint32_t commands);

 private:
  void perform(const engine::Command& command);
  void keep();
  void refused(const engine::Command& command, const Error& error);
  void answer(const engine::Command& command, bool fresh);
  void begin_invocation();
  void answer_checkpoint(const engine::Checkpoint& command, bool fresh);
  void restart();
  void check_history();
  void probe_events(const engine::Command& command);
  void probe_state(const engine::Command& command, const engine::Progress& before);
  void mix(std::uint64_t value) { digest_ = (digest_ ^ value) * 0x100000001B3ULL; }
  void mix_event(const engine::Event& event);

  Plant plant_;
  Workload workload_;
  Random random_;  // the world's own choices; the workload's are apart
  engine::Execution execution_;
  engine::EventLog log_;
  engine::Decision decision_;
  Auditor auditor_;
  Timestamp now_{Duration{1'000'000}};
  std::string token_;
  std::uint64_t digest_ = 0xCBF29CE484222325ULL;
  Outcome outcome_;
};

}  // namespace durable::sim
