// SPDX-License-Identifier: Apache-2.0
//
// Histories of earlier versions, replayed against the code of today; the code of
// docs/replay-history.md.
#include "hello_world.h"

#include <durable/testing/gtest.h>

#include <filesystem>
#include <string>

using examples::hello_world;

namespace {

TEST(Histories, OfEarlierVersionsStillReplay) {
  EXPECT_THAT(durable::replay_histories(hello_world, DURABLE_EXAMPLE_HISTORIES),
              durable::ReplaysWithoutDivergence());
}

TEST(Histories, CanBeSavedFromALocalRun) {
  const auto file = std::filesystem::path(testing::TempDir()) / "hello_world.json";
  auto result = durable::DurableFunctionTestRunner(hello_world).run("World");
  result.save_history(file);

  EXPECT_THAT(durable::replay_history_file(hello_world, file), durable::ReplaysWithoutDivergence());
}

}  // namespace
