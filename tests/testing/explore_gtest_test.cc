// SPDX-License-Identifier: Apache-2.0
//
// Crash tests as GoogleTest tests: what passes, and what a failure says.
#include <durable/durable.h>
#include <durable/testing/gtest.h>

#include <gtest/gtest-spi.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

struct Output {
  std::string text;
  bool passed = false;
};

/// Runs the program of failing tests, and returns what it writes.
Output run_failing(const std::string& environment, const std::string& arguments) {
  const std::string command = "env -u DURABLE_SCHEDULE -u DURABLE_EXPLORE_CRASHES " + environment +
                              " " + DURABLE_EXPLORE_FAILING + " " + arguments + " 2>&1";
  Output output;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> buffer{};
  while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.text.append(buffer.data(), read);
  }
  output.passed = pclose(pipe) == 0;
  return output;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST(CrashTest, ShowsTheScheduleOfAFailedAssertion) {
  const Output output = run_failing("", "--gtest_filter=Charge.ChargesOnce");
  EXPECT_FALSE(output.passed);
  EXPECT_THAT(
      output.text,
      AllOf(HasSubstr("Which is: 2"), HasSubstr("crash exploration: schedule kill-before-send@2"),
            HasSubstr("the process dies before it sends checkpoint 2"),
            HasSubstr("checkpoint 2 of 3: execution 1, invocation 1: CONTEXT \"pay\" START, STEP "
                      "\"pay/charge\" START, STEP \"pay/charge\" SUCCEED"),
            HasSubstr("to repeat this run alone: DURABLE_SCHEDULE=kill-before-send@2 "
                      "--gtest_filter=Charge.ChargesOnce"),
            HasSubstr("`invocations().size() == 1` cannot hold"),
            HasSubstr("crash exploration stopped at its first failing schedule, "
                      "kill-before-send@2; of 22 runs 17 were not made")));
  EXPECT_EQ(count(output.text, "body runs"), 5U);
}

TEST(CrashTest, RepeatsOneScheduleAlone) {
  const Output output =
      run_failing("DURABLE_SCHEDULE=kill-before-send@2", "--gtest_filter=Charge.ChargesOnce");
  EXPECT_FALSE(output.passed);
  EXPECT_EQ(count(output.text, "body runs"), 1U);
  EXPECT_THAT(output.text, AllOf(HasSubstr("Which is: 2"), HasSubstr("schedule kill-before-send@2"),
                                 Not(HasSubstr("were not made"))));
  const Output passing =
      run_failing("DURABLE_SCHEDULE=kill-reply-lost@2", "--gtest_filter=Charge.ChargesOnce");
  EXPECT_TRUE(passing.passed) << passing.text;
  EXPECT_EQ(count(passing.text, "body runs"), 1U);
}

TEST(CrashTest, RepeatsAScheduleWhoseOutcomeDiffers) {
  const Output first = run_failing("", "--gtest_filter=Charge.ComesToTheSameResult");
  EXPECT_FALSE(first.passed);
  EXPECT_THAT(first.text, AllOf(HasSubstr("an execution did not come to what it came to in the "
                                          "undisturbed run"),
                                HasSubstr("undisturbed: SUCCEEDED -> 1"),
                                HasSubstr("found:       SUCCEEDED -> 2")));
  const std::size_t begin = first.text.find("DURABLE_SCHEDULE=");
  ASSERT_NE(begin, std::string::npos);
  const std::string setting = first.text.substr(begin, first.text.find(' ', begin) - begin);
  EXPECT_THAT(setting, ContainsRegex("^DURABLE_SCHEDULE=kill-[a-z-]+@[0-9],outcome=[0-9a-f]+$"));

  const Output again = run_failing(setting, "--gtest_filter=Charge.ComesToTheSameResult");
  EXPECT_FALSE(again.passed);
  EXPECT_THAT(again.text, HasSubstr("found: SUCCEEDED -> 2"));
}

TEST(CrashTest, ReportsWhatTheBodyThrowsWithItsSchedule) {
  const Output output = run_failing("", "--gtest_filter=Charge.Throws");
  EXPECT_THAT(output.text, AllOf(HasSubstr("the test's body threw: too many"),
                                 HasSubstr("schedule kill-before-send@1")));
}

TEST(CrashTest, DoesNotExploreWhatFailsUndisturbed) {
  const Output output = run_failing("", "--gtest_filter=Charge.IsWrongFromTheStart");
  EXPECT_THAT(
      output.text,
      AllOf(HasSubstr("crash exploration: the undisturbed run, in which nothing goes wrong"),
            HasSubstr("crash exploration did not begin: the undisturbed run failed")));
  EXPECT_EQ(count(output.text, "wrong\nGoogle Test trace"), 1U) << output.text;
}

TEST(CrashTest, RefusesAScheduleThatIsNone) {
  const Output output = run_failing("DURABLE_SCHEDULE=explode@1", "--gtest_filter=Charge.Throws");
  EXPECT_FALSE(output.passed);
  EXPECT_THAT(output.text, HasSubstr("DURABLE_SCHEDULE: schedule: expected items such as "
                                     "kill-reply-lost@7"));
}

TEST(ExploreFlag, MakesCrashTestsOfOrdinaryOnes) {
  const std::string filter = "--gtest_filter=Ordinary.*";
  EXPECT_TRUE(run_failing("", filter).passed);
  for (const Output& output : {run_failing("", "--explore-crashes " + filter),
                               run_failing("DURABLE_EXPLORE_CRASHES=1", filter)}) {
    EXPECT_FALSE(output.passed);
    EXPECT_THAT(output.text, AllOf(HasSubstr("schedule kill-before-send@1"),
                                   HasSubstr("[  SKIPPED ] Ordinary.Skips"),
                                   Not(HasSubstr("[  FAILED  ] Ordinary.Skips"))));
  }
  EXPECT_TRUE(run_failing("DURABLE_EXPLORE_CRASHES=0", filter).passed);
}

TEST(ExploreFlag, IsExplainedByHelpAndRemovedFromTheArguments) {
  const Output help = run_failing("", "--help");
  EXPECT_TRUE(help.passed);
  EXPECT_THAT(help.text, AllOf(HasSubstr("--explore-crashes"), HasSubstr("DURABLE_SCHEDULE=TEXT"),
                               HasSubstr("--gtest_filter=")));

  std::string program = "program";
  std::string other = "--other";
  std::array<char*, 3> arguments{program.data(), other.data(), nullptr};
  int size = 2;
  init(&size, arguments.data());
  EXPECT_EQ(size, 2);
  EXPECT_EQ(arguments[1], other);
}

// ---- Within this program ----

Task<int> add(int count, DurableContext& ctx) {
  int total = 0;
  for (int i = 0; i < count; ++i) {
    int one = co_await ctx.step("one", [] { return 1; });
    total += one;
  }
  co_return total;
}

DURABLE_CRASH_TEST(PassingCrashTest, RunsTheBodyForEachSchedule, .handler = add) {
  const auto result = durable_runner.run(3);
  EXPECT_THAT(result, HasResult(3));
  EXPECT_THAT(result.get_step("one", 2), CompletedOnce());
}

TEST(CrashTest, ReportsWhatItChecksItself) {
  const Handler counts = [invocations =
                              std::make_shared<int>(0)](DurableContext& ctx) -> Task<int> {
    const int seen = ++*invocations;
    co_await ctx.step("work", [] { return 1; });
    co_return seen;
  };
  const auto explore = [&counts] {
    detail::explore_in_test(counts, {}, {.only = Schedule::parse("kill-reply-lost@1,outcome=1")},
                            [](DurableTestRunner& runner) { runner.run(); });
  };
  EXPECT_NONFATAL_FAILURE(explore(), "found: SUCCEEDED -> 2");
}

}  // namespace
}  // namespace durable
