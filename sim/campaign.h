// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/plant.h"
#include "sim/probes.h"
#include "sim/world.h"

#include <cstdint>
#include <optional>
#include <string>

namespace durable::sim {

struct CampaignOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 100;
  std::uint32_t commands = 300;  ///< At most, in each run.
  Plant plant = Plant::none;
};

struct CampaignResult {
  std::uint64_t runs = 0;
  std::uint64_t commands = 0;
  std::uint64_t planted_runs = 0;
  std::uint64_t digest = 0;  ///< Of all runs, in order.
  Probes probes;
  /// The first seed that failed, with the fewest commands that still show it.
  std::optional<std::uint64_t> failed_seed;
  std::uint32_t failed_commands = 0;
  std::string finding;
};

/// Runs seed after seed up to the first failure.
[[nodiscard]] CampaignResult run_campaign(const CampaignOptions& options);

}  // namespace durable::sim
