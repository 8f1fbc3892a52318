// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace durable::sim {

/// Rare things that a campaign must have seen at least once: a simulator that never gets there
/// proves nothing about them.
enum class Probe : std::uint8_t {
  batch_refused,
  stale_token_refused,
  repeat_answered,
  repeat_answered_after_close,
  timer_fired_by_checkpoint,
  timer_fired_by_tick,
  step_restarted,
  condition_polled,
  wait_cancelled,
  callback_completed_while_running,
  callback_heartbeat,
  callback_timeout,
  callback_heartbeat_missed,
  late_callback_refused,
  chained_invoke_completed,
  chained_invoke_cancelled,
  context_depth_3,
  replay_children,
  invocation_crashed,
  crash_budget_spent,
  quota_refused,
  pending_after_completion,
  pending_without_operations,
  closed_by_update,
  closed_by_answer,
  stopped_while_running,
  stopped_while_idle,
  execution_timed_out,
  invocation_ended_after_close,
  event_paged,
  delta_paged,
  restarted,
  count  // Not a probe.
};

[[nodiscard]] std::string_view name_of(Probe probe) noexcept;

class Probes {
 public:
  void hit(Probe probe) { hit_.insert(probe); }
  void add(const Probes& other) { hit_.insert(other.hit_.begin(), other.hit_.end()); }
  [[nodiscard]] std::vector<Probe> missed() const;

 private:
  std::set<Probe> hit_;
};

}  // namespace durable::sim
