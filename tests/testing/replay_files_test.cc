// SPDX-License-Identifier: Apache-2.0
#include "testing/functions.h"

#include <durable/testing/gtest.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace durable::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string greeting(std::string_view event_4) {
  return R"({"Events": [
    {"EventType": "ExecutionStarted", "EventId": 1, "Id": "0b7f", "Name": "order-7",
     "EventTimestamp": "2025-12-04T10:15:22.123000+00:00",
     "ExecutionStartedDetails": {"Input": {"Payload": "\"World\""}, "ExecutionTimeout": 86400}},
    {"EventType": "StepStarted", "SubType": "Step", "EventId": 2, "Id": "1", "Name": "greet",
     "EventTimestamp": "2025-12-04T10:15:22.130000+00:00", "ParentId": "0b7f",
     "StepStartedDetails": {}},
    {"EventType": "StepSucceeded", "SubType": "Step", "EventId": 3, "Id": "1", "Name": "greet",
     "EventTimestamp": 1764843322.2, "StepSucceededDetails":
       {"Result": {"Payload": "\"Hello World!\""}, "RetryDetails": {"CurrentAttempt": 1}}},
    {"EventType": "InvocationCompleted", "EventId": 4, "EventTimestamp": 1764843322.3,
     "InvocationCompletedDetails": {"StartTimestamp": 1764843322.1, "EndTimestamp": 1764843322.3,
                                    "RequestId": "r"}},
    )" + std::string(event_4) +
         "]}";
}
constexpr std::string_view success =
    R"({"EventType": "ExecutionSucceeded", "EventId": 5, "EventTimestamp": 1764843322.3,
        "ExecutionSucceededDetails": {"Result": {"Payload": "\"Hello World!\""}}})";

class ReplayFiles : public ::testing::Test {
 protected:
  ReplayFiles()
      : folder_(std::filesystem::path(::testing::TempDir()) /
                (std::string("durable_replay_") +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~ReplayFiles() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  const std::filesystem::path folder_;
};

TEST(ReplayHistory, ReadsWhatTheCommandLinePrintsWithEitherFormOfTime) {
  EXPECT_THAT(replay_history(greet, greeting(success)), ReplaysWithoutDivergence());
}

TEST(ReplayHistory, TakesEventsInAnyOrderAndPassesOverTypesThatItDoesNotKnow) {
  const std::string text = R"({"Events": [
    {"EventType": "SomethingNew", "EventId": 6, "Id": "9", "EventTimestamp": 1764843322.3},
    )" + greeting(success).substr(12);
  const auto report = replay_history(greet, text);

  EXPECT_THAT(report, ReplaysWithoutDivergence());
  EXPECT_EQ(report.operations, 1U);
}

TEST(ReplayHistory, SaysWhereTheJsonIsWrong) {
  const auto report = replay_history(greet, "{\n  \"Events\": [\n    {\"EventType\" }\n]}");

  EXPECT_FALSE(report.ok());
  EXPECT_THAT(report.problem, HasSubstr("line 3, column"));
  EXPECT_THAT(replay_history(greet, R"({"Events": [{"EventType": "StepStarted", "EventId": "x"}]})")
                  .problem,
              HasSubstr("Events[0].EventId: expected integer, found string"));
}

TEST(ReplayHistory, SaysWhenTheBeginOrTheRestIsMissing) {
  EXPECT_THAT(replay_history(greet, "{}").problem,
              HasSubstr("does not begin with an ExecutionStarted event"));
  std::string page = greeting(success);
  page.insert(page.size() - 1, R"(, "NextMarker": "bWFya2Vy")");
  EXPECT_THAT(replay_history(greet, page).problem, HasSubstr("it has a NextMarker"));
  std::string items = greeting(success);
  items.insert(items.size() - 1, R"(, "NextToken": "bWFya2Vy")");
  EXPECT_THAT(replay_history(greet, items).problem, HasSubstr("it has a NextToken"));
}

TEST(ReplayHistory, SaysWhichDataIsTruncated) {
  std::string text = greeting(success);
  const std::string whole = R"({"Payload": "\"Hello World!\""}, "Retry)";
  text.replace(text.find(whole), whole.size(), R"({"Truncated": true}, "Retry)");

  const auto report = replay_history(greet, text);

  EXPECT_EQ(
      report.problem,
      "the history does not hold all data: the result in event 3 (StepSucceeded) is truncated. "
      "Export it with --include-execution-data; what the service cut off even so cannot be "
      "replayed");
}

TEST(ReplayHistory, SaysWhenThereIsNoDataAtAll) {
  const auto report = replay_history(greet, R"({"Events": [
    {"EventType": "ExecutionStarted", "EventId": 1, "Id": "0b7f", "EventTimestamp": 1764843322.1,
     "ExecutionStartedDetails": {"Input": {}, "ExecutionTimeout": 86400}},
    {"EventType": "StepStarted", "SubType": "Step", "EventId": 2, "Id": "1", "Name": "greet",
     "EventTimestamp": 1764843322.1, "StepStartedDetails": {}},
    {"EventType": "StepSucceeded", "SubType": "Step", "EventId": 3, "Id": "1", "Name": "greet",
     "EventTimestamp": 1764843322.2,
     "StepSucceededDetails": {"Result": {}, "RetryDetails": {"CurrentAttempt": 1}}}]})");

  EXPECT_FALSE(report.ok());
  EXPECT_THAT(report.to_string(),
              HasSubstr("replay: the history holds no data at all: export it with "
                        "--include-execution-data. What was found without:\n  where: "));
}

TEST(ReplayHistory, ReadsCallbacksInvokesAndCancelledWaits) {
  const std::string text = R"({"Events": [
    {"EventType": "ExecutionStarted", "EventId": 1, "Id": "0b7f", "EventTimestamp": 1764843322.1,
     "ExecutionStartedDetails": {"Input": {"Payload": "null"}, "ExecutionTimeout": 86400}},
    {"EventType": "WaitStarted", "SubType": "Wait", "EventId": 2, "Id": "1", "Name": "w",
     "EventTimestamp": 1764843322.1, "WaitStartedDetails":
     {"Duration": 60, "ScheduledEndTimestamp": "2025-12-04T10:16:22+00:00"}},
    {"EventType": "CallbackStarted", "SubType": "Callback", "EventId": 3, "Id": "2", "Name": "c",
     "EventTimestamp": 1764843322.1, "CallbackStartedDetails": {"CallbackId": "Y2I="}},
    {"EventType": "ChainedInvokeStarted", "SubType": "ChainedInvoke", "EventId": 4, "Id": "3",
     "Name": "i", "EventTimestamp": 1764843322.1, "ChainedInvokeStartedDetails":
     {"FunctionName": "f"}},
    {"EventType": "WaitCancelled", "EventId": 5, "Id": "1", "EventTimestamp": 1764843322.2,
     "WaitCancelledDetails": {}}]})";
  const auto report = replay_history(
      [](DurableContext& ctx) -> Task<int> {
        auto wait = ctx.wait("w", std::chrono::seconds(60));
        wait.cancel();
        co_return co_await ctx.step("s", [] { return 1; });
      },
      text);

  ASSERT_TRUE(report.divergence);
  EXPECT_EQ(report.divergence->where, "call 2 in handler");
  EXPECT_EQ(report.divergence->recorded, "CALLBACK (Callback) \"c\"");
}

TEST_F(ReplayFiles, SavedRunReplaysFromItsFile) {
  const auto result = DurableFunctionTestRunner(nested).run();
  result.save_history(folder_ / "nested.json");

  const auto report = replay_history_file(nested, folder_ / "nested.json");

  EXPECT_THAT(report, ReplaysWithoutDivergence());
  EXPECT_EQ(report.source, (folder_ / "nested.json").string());
  EXPECT_THROW(result.save_history(folder_ / "no" / "such.json"), std::runtime_error);
}

TEST_F(ReplayFiles, FolderIsReplayedAndEachFileNamed) {
  DurableFunctionTestRunner(greet).run("World").save_history(folder_ / "b.json");
  DurableFunctionTestRunner(nested).run().save_history(folder_ / "a.json");
  write("c.json", "[");
  write("notes.txt", "not a history");

  const auto reports = replay_histories(greet, folder_);

  EXPECT_FALSE(reports.ok());
  ASSERT_THAT(reports.reports, SizeIs(3));
  EXPECT_FALSE(reports.reports[0].ok());
  EXPECT_TRUE(reports.reports[1].ok());
  EXPECT_THAT(reports.to_string(),
              AllOf(HasSubstr("replay of " + (folder_ / "a.json").string() + ": "),
                    HasSubstr("c.json: "), HasSubstr("1 of 3 histories replay clean")));
}

TEST_F(ReplayFiles, FolderWithoutHistoriesAndMissingFilesAreProblems) {
  EXPECT_FALSE(replay_histories(greet, folder_).ok());
  EXPECT_THAT(replay_histories(greet, folder_).to_string(),
              HasSubstr("expected histories, files named *.json, found none"));
  EXPECT_THAT(replay_histories(greet, folder_ / "none").to_string(),
              HasSubstr("the folder cannot be read"));
  EXPECT_EQ(replay_history_file(greet, folder_ / "none.json").problem, "the file cannot be read");
}

TEST(ReplayMatcher, FailureShowsTheReport) {
  const auto report = replay_history(nested, greeting(success));

  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(report, ReplaysWithoutDivergence()),
                          "recorded: STEP (Step) \"greet\"");
}

}  // namespace
}  // namespace durable::test
