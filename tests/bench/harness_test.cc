// SPDX-License-Identifier: Apache-2.0
#include "bench/harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace durable::bench {
namespace {

using ::testing::HasSubstr;

Workload workload_that(std::function<std::uint64_t()> run) {
  return {.name = "fake", .unit = "things/s", .question = "Does it work?", .run = std::move(run)};
}

// A stopwatch by which the first run takes a second, the next one two, and so on.
Stopwatch slowing_down() {
  return [now = 0.0, length = 0.0, running = false]() mutable {
    if (running) now += ++length;
    running = !running;
    return Seconds(now);
  };
}

std::vector<Workload> two_workloads() {
  return {{.name = "first", .unit = "", .question = "", .run = [] { return 1U; }},
          {.name = "second", .unit = "", .question = "", .run = [] { return 1U; }}};
}

TEST(TimeRuns, WarmsUpOnceAndRunsAtLeastTheMinimum) {
  int calls = 0;
  const Workload workload = workload_that([&] { return ++calls, 7U; });

  const auto timings =
      time_runs(workload, {.runs_min = 5, .runs_max = 9, .time_min = Seconds(0)}, slowing_down());

  ASSERT_TRUE(timings);
  EXPECT_EQ(calls, 6);
  EXPECT_EQ(timings->amount, 7U);
  EXPECT_THAT(timings->runs,
              ::testing::ElementsAre(Seconds(1), Seconds(2), Seconds(3), Seconds(4), Seconds(5)));
}

TEST(TimeRuns, RepeatsUntilTheRunsTookLongEnoughTogether) {
  const auto timings =
      time_runs(workload_that([] { return 1U; }),
                {.runs_min = 1, .runs_max = 100, .time_min = Seconds(10)}, slowing_down());

  ASSERT_TRUE(timings);
  EXPECT_EQ(timings->runs.size(), 4U);  // 1 + 2 + 3 + 4 seconds.
}

TEST(TimeRuns, StopsAtTheMaximum) {
  const auto timings =
      time_runs(workload_that([] { return 1U; }),
                {.runs_min = 1, .runs_max = 3, .time_min = Seconds(1000)}, slowing_down());

  ASSERT_TRUE(timings);
  EXPECT_EQ(timings->runs.size(), 3U);
}

TEST(TimeRuns, RefusesAWorkloadThatDoesNotAlwaysDoTheSame) {
  std::uint64_t amount = 0;

  const auto timings =
      time_runs(workload_that([&] { return ++amount; }), Repetition{}, slowing_down());

  ASSERT_FALSE(timings);
  EXPECT_THAT(timings.error().message, HasSubstr("expected each run to do 1 as the first one did, "
                                                 "found 2 in run 1"));
}

TEST(Summarize, TakesTheMiddleRunOfAnOddNumber) {
  const Timings timings{.amount = 600, .runs = {Seconds(9), Seconds(1), Seconds(2)}};

  const Measurement measurement = summarize(workload_that(nullptr), timings);

  EXPECT_EQ(measurement.median, Seconds(2));
  EXPECT_EQ(measurement.fastest, Seconds(1));
  EXPECT_EQ(measurement.slowest, Seconds(9));
  EXPECT_EQ(measurement.runs, 3U);
  EXPECT_DOUBLE_EQ(measurement.rate, 300);
}

TEST(Summarize, TakesTheMeanOfTheMiddleTwoOfAnEvenNumber) {
  const Timings timings{.amount = 1, .runs = {Seconds(4), Seconds(1), Seconds(2), Seconds(100)}};

  EXPECT_EQ(summarize(workload_that(nullptr), timings).median, Seconds(3));
}

TEST(Summarize, CountsTheRateInUnits) {
  Workload workload = workload_that(nullptr);
  workload.amount_per_unit = 1024;

  const Measurement measurement = summarize(workload, {.amount = 4096, .runs = {Seconds(2)}});

  EXPECT_DOUBLE_EQ(measurement.rate, 2);
}

TEST(Measure, RunsTheWorkloadInAnotherProcess) {
  int calls = 0;

  const auto measurement = measure(workload_that([&] { return ++calls, 1U; }),
                                   {.runs_min = 5, .runs_max = 5, .time_min = Seconds(0)});

  ASSERT_TRUE(measurement) << measurement.error().message;
  EXPECT_EQ(measurement->runs, 5U);
  EXPECT_EQ(calls, 0);
}

TEST(Measure, KeepsTheMemoryOfWorkloadsApart) {
  constexpr std::size_t mib = std::size_t{1} << 20U;
  const Repetition once{.runs_min = 1, .runs_max = 1, .time_min = Seconds(0)};
  const Workload large = workload_that([] {
    const std::vector<char> memory(96 * mib, 'x');
    return static_cast<std::uint64_t>(memory.size());
  });
  const Workload small = workload_that([] { return 1U; });

  const auto of_large = measure(large, once);
  const auto of_small = measure(small, once);

  ASSERT_TRUE(of_large && of_small);
  EXPECT_GE(of_large->peak_rss_mib, 96);
  EXPECT_LT(of_small->peak_rss_mib, of_large->peak_rss_mib - 48);
}

TEST(Measure, SaysWhatAWorkloadThrew) {
  const auto measurement = measure(
      workload_that([]() -> std::uint64_t { throw std::runtime_error("no luck"); }), Repetition{});

  ASSERT_FALSE(measurement);
  EXPECT_EQ(measurement.error().message, "workload 'fake' threw: no luck");
}

TEST(Measure, SaysHowAWorkloadsProcessDied) {
  const auto measurement = measure(workload_that([]() -> std::uint64_t {
                                     std::raise(SIGKILL);
                                     return 1;
                                   }),
                                   Repetition{});

  ASSERT_FALSE(measurement);
  EXPECT_THAT(measurement.error().message, HasSubstr("'fake' ended early by signal 9"));
}

TEST(ParseArguments, ChoosesAllWorkloadsWhenNoneIsNamed) {
  const auto workloads = two_workloads();

  const auto arguments = parse_arguments({}, workloads);

  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->workloads, ::testing::ElementsAre(&workloads[0], &workloads[1]));
  EXPECT_FALSE(arguments->json);
}

TEST(ParseArguments, ChoosesTheNamedWorkloadsInTheirOrder) {
  const auto workloads = two_workloads();
  const std::vector<std::string_view> given{"second", "--json", "first"};

  const auto arguments = parse_arguments(given, workloads);

  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->workloads, ::testing::ElementsAre(&workloads[1], &workloads[0]));
  EXPECT_TRUE(arguments->json);
}

TEST(ParseArguments, ListsTheWorkloadsWhenANameIsUnknown) {
  const std::vector<std::string_view> given{"third"};

  const auto arguments = parse_arguments(given, two_workloads());

  ASSERT_FALSE(arguments);
  EXPECT_EQ(arguments.error().message, "there is no workload 'third'; choose from: first, second");
}

TEST(ParseArguments, RefusesAnUnknownOption) {
  const std::vector<std::string_view> given{"--jsn"};

  const auto arguments = parse_arguments(given, two_workloads());

  ASSERT_FALSE(arguments);
  EXPECT_EQ(arguments.error().message, "expected --json, --list or --help, found '--jsn'");
}

TEST(JsonRow, IsOneObjectWithTheDocumentedMembers) {
  const Measurement measurement{
      .rate = 1234.56, .median = Seconds(0.0081), .peak_rss_mib = 12.34, .runs = 11};

  EXPECT_EQ(json_row(workload_that(nullptr), measurement),
            R"({"workload":"fake","rate":1234.6,"unit":"things/s","median_s":0.008100000,)"
            R"("peak_rss_mib":12.3,"runs":11})");
}

TEST(TableRow, StandsBelowItsHead) {
  const Measurement measurement{.rate = 1234.56,
                                .median = Seconds(0.0081),
                                .fastest = Seconds(0.0000805),
                                .slowest = Seconds(2),
                                .peak_rss_mib = 12.34,
                                .runs = 11};

  const std::string row = table_row(workload_that(nullptr), measurement);

  EXPECT_EQ(table_head(),
            "workload                 rate unit               median    fastest    slowest  peak "
            "MiB  runs");
  EXPECT_EQ(row,
            "fake                     1235 things/s          8.10 ms    80.5 us     2.00 s      "
            "12.3    11");
}

}  // namespace
}  // namespace durable::bench
