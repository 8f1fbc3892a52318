// SPDX-License-Identifier: Apache-2.0
#include "sim/probes.h"

#include <array>

namespace durable::sim {
namespace {

constexpr std::size_t probe_count = static_cast<std::size_t>(Probe::count);
constexpr std::array<std::string_view, probe_count> names{
    "batch_refused",
    "stale_token_refused",
    "repeat_answered",
    "repeat_answered_after_close",
    "timer_fired_by_checkpoint",
    "timer_fired_by_tick",
    "step_restarted",
    "condition_polled",
    "wait_cancelled",
    "callback_completed_while_running",
    "callback_heartbeat",
    "callback_timeout",
    "callback_heartbeat_missed",
    "late_callback_refused",
    "chained_invoke_completed",
    "chained_invoke_cancelled",
    "context_depth_3",
    "replay_children",
    "invocation_crashed",
    "crash_budget_spent",
    "quota_refused",
    "pending_after_completion",
    "pending_without_operations",
    "closed_by_update",
    "closed_by_answer",
    "stopped_while_running",
    "stopped_while_idle",
    "execution_timed_out",
    "invocation_ended_after_close",
    "event_paged",
    "delta_paged",
    "restarted",
};
static_assert(!names.back().empty(), "one name for each probe, in the order of the enumeration");

}  // namespace

std::string_view name_of(Probe probe) noexcept { return names.at(static_cast<std::size_t>(probe)); }

std::vector<Probe> Probes::missed() const {
  std::vector<Probe> missed;
  for (std::size_t i = 0; i < probe_count; ++i) {
    const auto probe = static_cast<Probe>(i);
    if (!hit_.contains(probe)) missed.push_back(probe);
  }
  return missed;
}

}  // namespace durable::sim
