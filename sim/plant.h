// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/decide.h"

#include <durable/base/random.h>
#include <durable/wire/api.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace durable::sim {

/// A bug put in on purpose between the engine and its host, to prove that the auditor sees it.
enum class Plant : std::uint8_t {
  none,
  double_completion,  ///< An operation completes twice.
  lost_log_event,     ///< An event is folded but not kept.
  early_timer,        ///< A timer fires before its time.
  history_gap,        ///< An EventId is left out.
  skipped_attempt,    ///< An attempt is counted twice.
  event_after_close,  ///< Something is recorded after the end.
  second_invocation,  ///< Two invocations run at once.
  reusable_token,     ///< A checkpoint does not use up its token.
  lost_effect,        ///< The host is not told of an invocation.
  lost_delta,         ///< A changed operation is missing in a checkpoint's answer.
  accepted_refusal    ///< A refused batch leaves something behind.
};

inline constexpr std::array all_plants{
    Plant::double_completion, Plant::lost_log_event,   Plant::early_timer,
    Plant::history_gap,       Plant::skipped_attempt,  Plant::event_after_close,
    Plant::second_invocation, Plant::reusable_token,   Plant::lost_effect,
    Plant::lost_delta,        Plant::accepted_refusal,
};

[[nodiscard]] std::string_view name_of(Plant plant) noexcept;
[[nodiscard]] std::optional<Plant> plant_of(std::string_view name) noexcept;

/// Spoils a decision that the engine has made. Whether the plant found something to spoil.
bool spoil(Plant plant, engine::Decision& decision);

}  // namespace durable::sim
