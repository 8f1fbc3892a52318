// SPDX-License-Identifier: Apache-2.0
#include <durable/base/system_clock.h>

#include <gtest/gtest.h>
#include <chrono>

namespace durable {
namespace {

TEST(SystemClock, TellsTheMachinesTimeInMilliseconds) {
  const SystemClock clock;

  const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const Timestamp now = clock.now();

  EXPECT_GE(now, before);
}

TEST(SystemClock, NeverRunsBackwards) {
  const SystemClock clock;
  Timestamp last = clock.now();
  for (int i = 0; i < 1000; ++i) {
    const Timestamp now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace durable
