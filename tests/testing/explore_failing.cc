// SPDX-License-Identifier: Apache-2.0
//
// A program of crash tests of which some fail: explore_gtest_test runs it and reads what it says.
#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <iostream>
#include <stdexcept>

namespace {

int charges = 0;

durable::Task<int> charge(durable::DurableContext& ctx) {
  int reserved = co_await ctx.step("reserve", [] { return 1; });
  auto pay = [reserved](durable::DurableContext& inner) -> durable::Task<int> {
    int charged = co_await inner.step("charge", [] { return ++charges; });
    co_return reserved + charged - charges;
  };
  int paid = co_await ctx.run_in_child_context("pay", pay);
  co_return paid;
}

int invocations = 0;

durable::Task<int> count(durable::DurableContext& ctx) {
  const int seen = ++invocations;
  co_await ctx.step("work", [] { return 1; });
  co_return seen;
}

}  // namespace

DURABLE_CRASH_TEST(Charge, ChargesOnce, .handler = charge, .explore = {.same_outcome = false}) {
  charges = 0;
  std::cout << "body runs" << std::endl;
  durable_runner.run();
  EXPECT_EQ(charges, 1);
}

DURABLE_CRASH_TEST(Charge, ComesToTheSameResult, .handler = count) {
  invocations = 0;
  EXPECT_THAT(durable_runner.run(), durable::Succeeded());
}

DURABLE_CRASH_TEST(Charge, Throws, .handler = charge) {
  if (durable_runner.run().invocations().size() > 1) throw std::runtime_error("too many");
}

DURABLE_CRASH_TEST(Charge, IsWrongFromTheStart, .handler = charge) {
  charges = 0;
  durable_runner.run();
  FAIL() << "wrong";
}

DURABLE_TEST(Ordinary, NeedsOneInvocation, .handler = charge) {
  charges = 0;
  EXPECT_EQ(durable_runner.run().invocations().size(), 1U);
}

DURABLE_TEST(Ordinary, Skips, .handler = charge) { GTEST_SKIP() << "not today"; }
