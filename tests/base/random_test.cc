// SPDX-License-Identifier: Apache-2.0
#include <durable/base/random.h>

#include <gtest/gtest.h>

#include <array>

namespace {

using durable::Random;

TEST(Random, GivesThePublishedNumbersOfSplitMix64) {
  // First outputs of the reference implementation for seed 1234567.
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
  EXPECT_EQ(random.next(), 4593380528125082431U);
  EXPECT_EQ(random.next(), 16408922859458223821U);
}

TEST(Random, RepeatsWithItsSeed) {
  Random a(42);
  Random b(42);
  Random c(43);
  const std::uint64_t first = a.next();
  EXPECT_EQ(first, b.next());
  EXPECT_NE(first, c.next());
}

TEST(Random, StaysBelowItsBound) {
  Random random(1);
  EXPECT_EQ(random.below(0), 0U);
  EXPECT_EQ(random.below(1), 0U);
  std::array<int, 7> hits{};
  for (int i = 0; i < 7'000; ++i) ++hits.at(random.below(hits.size()));
  for (const int hit : hits) {
    EXPECT_GT(hit, 800);
    EXPECT_LT(hit, 1'200);
  }
}

}  // namespace
