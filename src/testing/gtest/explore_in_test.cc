// SPDX-License-Identifier: Apache-2.0
//
// Crash exploration within a GoogleTest test.
#include "testing/gtest/mode.h"

#include <durable/testing/gtest.h>

#include <cstdlib>
#include <string_view>

namespace durable {
namespace {

constexpr const char* schedule_variable = "DURABLE_SCHEDULE";

/// Empty when it is not set.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::string_view(value) : std::string_view();
}

int count_failures(const ::testing::TestInfo& info) {
  const ::testing::TestResult& result = *info.result();
  int failures = 0;
  for (int i = 0; i < result.total_part_count(); ++i) {
    if (result.GetTestPartResult(i).failed()) ++failures;
  }
  return failures;
}

std::string how_to_repeat(const Schedule& schedule, const ::testing::TestInfo& info) {
  if (schedule.undisturbed()) return "";
  return std::string("\n  to repeat this run alone: ") + schedule_variable + "=" +
         schedule.to_string() + " --gtest_filter=" + info.test_suite_name() + "." + info.name();
}

std::string how_many_are_left(const detail::Exploration& exploration) {
  if (exploration.schedule().undisturbed()) {
    return "crash exploration did not begin: the undisturbed run failed";
  }
  return "crash exploration stopped at its first failing schedule, " +
         exploration.schedule().to_string() + "; of " + std::to_string(exploration.schedules()) +
         " runs " + std::to_string(exploration.schedules() - exploration.runs()) +
         " were not made (.explore = {.keep_going = true} makes them)";
}

}  // namespace

bool detail::exploration_asked_for() {
  const std::string_view explore = environment(explore_variable);
  return (!explore.empty() && explore != "0") || !environment(schedule_variable).empty();
}

void detail::explore_in_test(const Handler& handler, const LocalRunnerOptions& local,
                             const ExploreOptions& options, const ExploreBody& body) {
  const ::testing::TestInfo& info = *::testing::UnitTest::GetInstance()->current_test_info();
  ExploreOptions asked = options;
  if (const std::string_view text = environment(schedule_variable); !text.empty()) {
    try {
      asked.only = Schedule::parse(text);
    } catch (const std::invalid_argument& error) {
      FAIL() << schedule_variable << ": " << error.what();
    }
  }
  Exploration exploration(handler, local, asked);
  bool failed = false;
  while (exploration.next()) {
    const int failures = count_failures(info);
    const ::testing::ScopedTrace trace(
        info.file(), info.line(),
        exploration.describe() + how_to_repeat(exploration.schedule(), info));
    const std::vector<std::string> problems = exploration.run(body);
    for (const std::string& problem : problems) {
      ADD_FAILURE_AT(info.file(), info.line()) << problem;
    }
    if (!problems.empty() || count_failures(info) > failures) {
      failed = true;
      exploration.mark_failed();
    }
    if (::testing::Test::IsSkipped()) return;
  }
  if (failed && !asked.only && !asked.keep_going) {
    ADD_FAILURE_AT(info.file(), info.line()) << how_many_are_left(exploration);
  }
  if (!asked.only && !failed) {
    ::testing::Test::RecordProperty("durable_schedules", std::to_string(exploration.runs()));
  }
}

}  // namespace durable
