// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace durable::sim {

/// For GoogleTest, which would name a test by the bytes of it.
static void PrintTo(Plant planted, std::ostream* out) { *out << name_of(planted); }

namespace {

TEST(Campaign, FindsNothingAndHasSeenEverythingRare) {
  CampaignOptions options;
  options.seeds = 400;
  const CampaignResult result = run_campaign(options);

  EXPECT_FALSE(result.failed_seed.has_value())
      << "seed " << result.failed_seed.value_or(0) << ", commands " << result.failed_commands
      << ": " << result.finding;
  for (const Probe probe : result.probes.missed()) {
    ADD_FAILURE() << "never happened: " << name_of(probe);
  }
}

TEST(Campaign, TheSameSeedGivesTheSameRun) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Outcome first = World(seed, Plant::none).run(300);
    const Outcome second = World(seed, Plant::none).run(300);
    EXPECT_EQ(first.digest, second.digest) << "seed " << seed;
    EXPECT_EQ(first.commands, second.commands) << "seed " << seed;
  }
  EXPECT_NE(World(1, Plant::none).run(300).digest, World(2, Plant::none).run(300).digest);
}

class PlantedBug : public ::testing::TestWithParam<Plant> {};

TEST_P(PlantedBug, IsSeen) {
  CampaignOptions options;
  options.seeds = 100;
  options.plant = GetParam();
  const CampaignResult result = run_campaign(options);
  EXPECT_TRUE(result.failed_seed.has_value())
      << name_of(GetParam()) << " was put in " << result.planted_runs << " runs and never seen";
}

INSTANTIATE_TEST_SUITE_P(All, PlantedBug, ::testing::ValuesIn(all_plants),
                         [](const auto& planted) { return std::string(name_of(planted.param)); });

}  // namespace
}  // namespace durable::sim
