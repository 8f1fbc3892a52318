// SPDX-License-Identifier: Apache-2.0
//
// Functions in processes behind the local server: they crash, write lines and are completed.
#include "conformance/served.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace durable::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Requirement requirement_of(const std::string& id, std::string_view yaml) {
  auto parsed = parse_requirement(yaml, "suite", id);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *std::move(parsed) : Requirement();
}

class Served : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = ServedTarget::open({.command = {DURABLE_CONFORMANCE_PROGRAM}});
    ASSERT_TRUE(opened) << opened.error().message;
    target = *std::move(opened);
  }
  Observation run(const Requirement& requirement) {
    auto seen =
        target->run({.requirement = requirement, .bindings = {}, .input = requirement.input});
    EXPECT_TRUE(seen) << seen.error().message;
    return seen ? *std::move(seen) : Observation();
  }

  std::unique_ptr<ServedTarget> target;
};

/// Of the events of a type, how many have `text` in them.
std::size_t count(const Observation& seen, std::string_view type, std::string_view text) {
  std::size_t found = 0;
  for (const json::Value& event : seen.history) {
    const std::string all = event.dump().value();
    if (*event.find("EventType")->as_string() == type && all.find(text) != std::string::npos) {
      ++found;
    }
  }
  return found;
}

TEST_F(Served, ProcessesReallyCrashAndWriteLines) {
  const Observation seen = run(requirement_of("1-18", "{Input: Ada, ExpectedLogs: [{match: {}}]}"));
  EXPECT_EQ(seen.status, "SUCCEEDED") << seen.tree;
  EXPECT_EQ(count(seen, "InvocationCompleted", "Runtime.ExitError"), 1U) << seen.tree;
  std::size_t lines = 0;
  for (const json::Value& line : seen.log_lines) {
    if (*line.find("message")->as_string() == "Ada") ++lines;
  }
  EXPECT_EQ(lines, 2U);
}

TEST_F(Served, CrashesAreRememberedByTheNextProcess) {
  const Observation seen = run(requirement_of("3-12", "{Input: Ada}"));
  EXPECT_EQ(seen.status, "SUCCEEDED") << seen.tree;
  EXPECT_EQ(seen.result, "\"Ada\"");
  EXPECT_EQ(count(seen, "InvocationCompleted", "Runtime.ExitError"), 1U) << seen.tree;
}

TEST_F(Served, SkipsTheTimeOfWaits) {
  const Observation seen = run(
      requirement_of("2-4", "{AsyncInvoke: true, ExpectedResult: {ExecutionStatus: SUCCEEDED}}"));
  EXPECT_EQ(seen.status, "SUCCEEDED") << seen.tree;
  EXPECT_THAT(seen.tree, HasSubstr("1m"));
}

TEST_F(Served, CompletesCallbacksInRealTime) {
  const Requirement requirement =
      requirement_of("4-16", "{AsyncInvoke: true, Input: ask, CallbackActions: [{Payload: 42}]}");
  EXPECT_TRUE(needs_real_time(requirement));
  const Observation seen = run(requirement);
  EXPECT_EQ(seen.status, "SUCCEEDED") << seen.tree;
  EXPECT_EQ(count(seen, "CallbackSucceeded", "42"), 1U) << seen.tree;
}

TEST_F(Served, HasTheFunctionsOfTheProgram) {
  EXPECT_TRUE(target->has(requirement_of("10-1", "{}")).value());
  EXPECT_FALSE(target->has(requirement_of("99-1", "{}")).value());
}

TEST(NeedsRealTime, WhereverACallbackIsExpected) {
  EXPECT_FALSE(needs_real_time(requirement_of("2-1", "{Input: 1}")));
  EXPECT_FALSE(needs_real_time(
      requirement_of("2-1", "{ExpectedExecutionHistory: [{EventId: 2, EventType: WaitStarted}]}")));
  EXPECT_TRUE(needs_real_time(requirement_of(
      "4-1", "{ExpectedExecutionHistory: [{EventId: 2, EventType: CallbackTimedOut}]}")));
}

}  // namespace
}  // namespace durable::conformance
