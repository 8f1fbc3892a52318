// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign.h"

namespace durable::sim {
namespace {

/// A run of fewer commands is the beginning of the longer one, so the shortest failing one is found
/// by halving.
std::uint32_t fewest_commands(std::uint64_t seed, Plant plant, std::uint32_t enough) {
  std::uint32_t low = 1;
  while (low < enough) {
    const std::uint32_t middle = low + (enough - low) / 2;
    if (World(seed, plant).run(middle).finding.empty()) {
      low = middle + 1;
    } else {
      enough = middle;
    }
  }
  return enough;
}

}  // namespace

CampaignResult run_campaign(const CampaignOptions& options) {
  CampaignResult result;
  for (std::uint64_t i = 0; i < options.seeds; ++i) {
    const std::uint64_t seed = options.first_seed + i;
    Outcome outcome = World(seed, options.plant).run(options.commands);
    result.runs += 1;
    result.commands += outcome.commands;
    result.planted_runs += outcome.planted ? 1 : 0;
    result.digest = (result.digest ^ outcome.digest) * 0x100000001B3ULL;
    result.probes.add(outcome.probes);
    if (outcome.finding.empty()) continue;
    result.failed_seed = seed;
    result.failed_commands = fewest_commands(seed, options.plant, options.commands);
    result.finding = std::move(outcome.finding);
    break;
  }
  return result;
}

}  // namespace durable::sim
