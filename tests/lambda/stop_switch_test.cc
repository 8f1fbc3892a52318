// SPDX-License-Identifier: Apache-2.0
#include "lambda/stop_switch.h"

#include "lambda/signal_watch.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <csignal>

#include <condition_variable>
#include <mutex>

namespace durable::lambda {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s;

/// Waits until a token is asked to stop.
bool stops(const std::stop_token& token) {
  std::mutex mutex;
  std::condition_variable told;
  bool asked = false;
  const std::stop_callback callback(token, [&] {
    const std::lock_guard lock(mutex);
    asked = true;
    told.notify_one();
  });
  std::unique_lock lock(mutex);
  return told.wait_for(lock, patience, [&] { return asked; });
}

TEST(StopSwitch, AsksAnInvocationToStopAtTheTimeGiven) {
  StopSwitch stop([] {});
  const std::stop_token token = stop.begin_invocation(std::chrono::steady_clock::now() + 5ms);
  EXPECT_TRUE(stops(token));
  stop.end_invocation();
}

TEST(StopSwitch, WatchesOneDeadlineAfterTheOther) {
  StopSwitch stop([] {});
  const auto now = std::chrono::steady_clock::now();
  const std::stop_token first = stop.begin_invocation(now + 1h);
  stop.end_invocation();
  // Earlier than what the thread sleeps for.
  const std::stop_token second = stop.begin_invocation(now + 5ms);
  EXPECT_TRUE(stops(second));
  stop.end_invocation();
  const std::stop_token third = stop.begin_invocation(std::chrono::steady_clock::now() + 5ms);
  EXPECT_TRUE(stops(third));
  EXPECT_FALSE(first.stop_requested());
}

TEST(StopSwitch, LeavesAnInvocationWithoutDeadlineAlone) {
  StopSwitch stop([] {});
  const std::stop_token token = stop.begin_invocation(std::nullopt);
  EXPECT_FALSE(token.stop_requested());
  stop.end_invocation();
}

TEST(StopSwitch, EndsTheProcessAtOnceWhenItIsIdle) {
  int exits = 0;
  StopSwitch stop([&exits] { ++exits; });
  EXPECT_TRUE(stop.begin_idle());
  stop.terminate();
  EXPECT_EQ(exits, 1);
}

TEST(StopSwitch, LetsARunningInvocationEndAndAsksItToHurry) {
  int exits = 0;
  StopSwitch stop([&exits] { ++exits; });
  ASSERT_TRUE(stop.begin_idle());
  stop.end_idle();
  const std::stop_token token = stop.begin_invocation(std::nullopt);
  stop.terminate();
  EXPECT_EQ(exits, 0);
  EXPECT_TRUE(token.stop_requested());
  stop.end_invocation();
  EXPECT_FALSE(stop.begin_idle());
}

TEST(StopSwitch, LeavesAPartOfTheTimeToComeToAnEnd) {
  EXPECT_EQ(time_until_stop(900s), 899s);
  EXPECT_EQ(time_until_stop(3s), 2700ms);
  EXPECT_EQ(time_until_stop(-5s), 0ms);
}

TEST(SignalWatch, TellsOfASignalInsteadOfDying) {
  std::mutex mutex;
  std::condition_variable changed;
  int told = 0;
  const SignalWatch watch(SIGTERM, [&] {
    const std::lock_guard lock(mutex);
    ++told;
    changed.notify_one();
  });
  for (int expected = 1; expected <= 2; ++expected) {
    ASSERT_EQ(kill(getpid(), SIGTERM), 0);
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, patience, [&] { return told == expected; }));
  }
}

}  // namespace
}  // namespace durable::lambda
