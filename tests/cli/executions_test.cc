// SPDX-License-Identifier: Apache-2.0
//
// The commands that show executions: list, get, history, watch, replay.
#include "cli/command_line.h"
#include "cli/fake_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string arn(test_arn);

std::string row(const std::string& name, const std::string& status, int start) {
  return R"({"DurableExecutionArn":"arn:)" + name + R"(","DurableExecutionName":")" + name +
         R"(","FunctionArn":"arn:aws:lambda:r:1:function:order:$LATEST","Status":")" + status +
         R"(","StartTimestamp":)" + std::to_string(1'772'366'400 + start) +
         (status == "RUNNING" ? "" : R"(,"EndTimestamp":1772366460)") + "}";
}

TEST(List, ShowsATable) {
  FakeWorld world;
  world.clock.pass(std::chrono::seconds{90});
  world.network().then(200, R"({"DurableExecutions":[)" + row("a", "RUNNING", 30) + "," +
                                row("bb", "SUCCEEDED", 0) + "]}");

  EXPECT_EQ(world.run({"list", "order", "--utc"}), exit_success);

  EXPECT_EQ(world.out.str(),
            "STATUS     STARTED               DURATION  FUNCTION  NAME  ARN\n"
            "RUNNING    2026-03-01 12:00:30Z  1m        order     a     arn:a\n"
            "SUCCEEDED  2026-03-01 12:00:00Z  1m        order     bb    arn:bb\n");
}

TEST(List, ShowsLocalTimesUnlessAskedForUtc) {
  FakeWorld world;
  world.network().then(200, R"({"DurableExecutions":[)" + row("a", "FAILED", 0) + "]}");

  world.run({"list", "order"});

  EXPECT_THAT(world.out.str(), HasSubstr("2026-03-01 13:00:00 "));
}

TEST(List, ColoursStatusesOnATerminal) {
  FakeWorld world;
  world.screen.out_is_terminal = true;
  world.network().then(200, R"({"DurableExecutions":[)" + row("a", "FAILED", 0) + "]}");
  world.run({"list", "order"});
  EXPECT_THAT(world.out.str(), HasSubstr("\x1b[31mFAILED\x1b[0m"));

  world.network().then(200, R"({"DurableExecutions":[)" + row("a", "FAILED", 0) + "]}");
  world.run({"list", "order", "--color", "never"});
  EXPECT_THAT(world.out.str(), ::testing::Not(HasSubstr("\x1b")));
}

TEST(List, SendsFiltersAndGoesThroughPages) {
  FakeWorld world;
  world.network()
      .then(200, R"({"DurableExecutions":[)" + row("a", "RUNNING", 3) + R"(],"NextMarker":"m"})")
      .then(200, R"({"DurableExecutions":[)" + row("b", "RUNNING", 2) + "," +
                     row("c", "RUNNING", 1) + R"(],"NextMarker":"n"})");

  EXPECT_EQ(
      world.run({"list", "order", "--status", "RUNNING", "--name", "n", "--limit", "2", "--json"}),
      exit_success);

  EXPECT_THAT(world.requests(),
              ElementsAre("GET /2025-12-01/functions/order/durable-executions?"
                          "DurableExecutionName=n&MaxItems=2&Statuses=RUNNING",
                          "GET /2025-12-01/functions/order/durable-executions?"
                          "DurableExecutionName=n&Marker=m&MaxItems=2&Statuses=RUNNING"));
  EXPECT_THAT(world.out.str(), HasSubstr("\"DurableExecutionArn\": \"arn:b\""));
  EXPECT_THAT(world.out.str(), ::testing::Not(HasSubstr("arn:c")));
}

TEST(List, ChoosesFromSeveralStatusesItself) {
  FakeWorld world;
  world.network().then(200, R"({"DurableExecutions":[)" + row("a", "RUNNING", 3) + "," +
                                row("b", "FAILED", 2) + "," + row("c", "STOPPED", 1) + "]}");

  world.run({"list", "order", "--status", "FAILED", "--status", "STOPPED"});

  EXPECT_THAT(world.requests().front(), ::testing::Not(HasSubstr("Statuses")));
  EXPECT_THAT(world.out.str(), ::testing::Not(HasSubstr("arn:a")));
  EXPECT_THAT(world.out.str(), HasSubstr("arn:b"));
  EXPECT_THAT(world.out.str(), HasSubstr("arn:c"));
}

TEST(List, MergesTheFunctionsNewestFirst) {
  FakeWorld world;
  world.network()
      .then(
          200,
          R"({"Functions":[{"FunctionName":"f","FunctionArn":"x","Version":"1","DurableConfig":{}},
                    {"FunctionName":"g","FunctionArn":"x","Version":"1","DurableConfig":{}}]})")
      .then(200, R"({"DurableExecutions":[)" + row("old", "FAILED", 1) + "]}")
      .then(200, R"({"DurableExecutions":[)" + row("new", "FAILED", 2) + "]}");

  world.run({"list"});

  EXPECT_LT(world.out.str().find("arn:new"), world.out.str().find("arn:old"));
}

TEST(Get, ShowsTheTreeAndHowToCompleteWhatIsOpen) {
  FakeWorld world;
  world.clock.pass(std::chrono::seconds{61});
  world.network().then(200, execution_body("RUNNING")).then(200, page(history_begin()));

  EXPECT_EQ(world.run({"get", arn, "--utc"}), exit_success);

  EXPECT_EQ(world.out.str(),
            "name      order-7\n"
            "function  arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST\n"
            "arn       " +
                arn + R"(
started   2026-03-01 12:00:00.000Z
input     {"id":7}
execution RUNNING since 1m 1s, 0 invocations, 2 operations
├─ STEP charge       SUCCEEDED  1s  -> "paid"
└─ CALLBACK approve  STARTED
open callback "approve": durable callback succeed Y2Ix --result JSON
)");
}

TEST(Get, PrintsWhatTheApiSaysAsJson) {
  FakeWorld world;
  world.network().then(200,
                       execution_body("SUCCEEDED", R"(,"Result":"1","EndTimestamp":1772366402)"));

  EXPECT_EQ(world.run({"get", arn, "--json"}), exit_success);

  EXPECT_EQ(world.out.str(), R"({
    "DurableExecutionArn": ")" + arn +
                                 R"(",
    "DurableExecutionName": "order-7",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST",
    "InputPayload": "{\"id\":7}",
    "Result": "1",
    "StartTimestamp": "2026-03-01T12:00:00.000Z",
    "Status": "SUCCEEDED",
    "EndTimestamp": "2026-03-01T12:00:02.000Z"
}
)");
}

TEST(History, ShowsTheTimeline) {
  FakeWorld world;
  world.network().then(200, page(history_begin() + "," + history_end()));

  EXPECT_EQ(world.run({"history", arn}), exit_success);

  EXPECT_EQ(world.out.str(), R"(execution SUCCEEDED after 32s, 0 invocations, 2 operations
+00:00:00.000       │  ExecutionStarted "order-7"
                    ┊  250ms pass
+00:00:00.250       │  StepStarted "charge"
                    ┊  1s pass
+00:00:01.250       │  StepSucceeded "charge" -> "paid"
                    ┊  250ms pass
+00:00:01.500       │  CallbackStarted "approve"
                    ┊  30s pass
+00:00:31.500       │  CallbackSucceeded "approve"
                    ┊  500ms pass
+00:00:32.000       │  ExecutionSucceeded
)");
}

TEST(History, ShowsTheTreeInstead) {
  FakeWorld world;
  world.network().then(200, page(history_begin() + "," + history_end()));

  EXPECT_EQ(world.run({"history", arn, "--tree"}), exit_success);

  EXPECT_EQ(world.out.str(), R"(execution SUCCEEDED after 32s, 0 invocations, 2 operations
├─ STEP charge       SUCCEEDED  1s  -> "paid"
└─ CALLBACK approve  SUCCEEDED  30s  -> true
result: {"ok":true}
)");
}

TEST(History, GoesThroughPagesAndTurnsAround) {
  FakeWorld world;
  world.network()
      .then(200, R"({"Events":[)" + history_begin() + R"(],"NextMarker":"m"})")
      .then(200, page(history_end()));

  EXPECT_EQ(world.run({"history", arn, "--json", "--reverse"}), exit_success);

  ASSERT_EQ(world.requests().size(), 2U);
  EXPECT_THAT(world.requests()[0], HasSubstr("IncludeExecutionData=false&MaxItems=1000"));
  EXPECT_THAT(world.requests()[1], HasSubstr("Marker=m"));
  EXPECT_LT(world.out.str().find("ExecutionSucceeded"), world.out.str().find("ExecutionStarted"));
}

TEST(History, PrintsJsonThatReplayReads) {
  FakeWorld world;
  world.network().then(200, page(history_begin() + "," + history_end()));
  EXPECT_EQ(world.run({"history", arn, "--json", "--include-data"}), exit_success);
  EXPECT_THAT(world.requests().front(), HasSubstr("IncludeExecutionData=true"));

  world.in.str(world.out.str());
  EXPECT_EQ(world.run({"replay", "-"}), exit_success);

  EXPECT_EQ(world.out.str(), arn + R"(
execution SUCCEEDED after 32s, 0 invocations, 2 operations
├─ STEP charge       SUCCEEDED  1s  -> "paid"
└─ CALLBACK approve  SUCCEEDED  30s  -> true
result: {"ok":true}
)");
  EXPECT_THAT(world.err.str(), HasSubstr("replay_history_file"));
}

TEST(Replay, ShowsTheTimelineToo) {
  FakeWorld world;
  world.in.str(page(history_begin()));

  EXPECT_EQ(world.run({"replay", "-", "--timeline"}), exit_success);

  EXPECT_THAT(world.out.str(), HasSubstr("+00:00:01.500       │  CallbackStarted \"approve\""));
}

TEST(Replay, SaysWhatKeepsAHistoryFromBeingReplayed) {
  FakeWorld world;
  world.in.str(R"({"Events":[)" + history_begin() + R"(],"NextMarker":"m"})");
  EXPECT_EQ(world.run({"replay", "-"}), exit_failed);
  EXPECT_THAT(world.err.str(), HasSubstr("NextMarker"));

  world.in.clear();
  world.in.str(page(R"({"EventType":"ExecutionStarted","EventId":1,"EventTimestamp":1,
      "ExecutionStartedDetails":{"Input":{},"ExecutionTimeout":1}})"));
  EXPECT_EQ(world.run({"replay", "-", "--json"}), exit_failed);
  EXPECT_THAT(world.out.str(), HasSubstr("\"Problem\": \"it holds no data"));
}

TEST(Replay, RefusesWhatIsNoHistory) {
  for (const std::string text : {"", "nonsense", "[]", "{}", R"({"Events":[]})"}) {
    FakeWorld world;
    world.in.str(text);
    EXPECT_EQ(world.run({"replay", "-"}), exit_usage) << text;
    EXPECT_THAT(world.err.str(), HasSubstr("standard input is no history")) << text;
  }
  FakeWorld world;
  EXPECT_EQ(world.run({"replay", "/nonexistent.json"}), exit_usage);
}

void script_watch(FakeWorld& world) {
  world.network()
      .then(200, page(history_begin()))
      .then(200, page(history_begin() + "," + history_end()));
}

TEST(Watch, AppendsLinesWhereThereIsNoTerminal) {
  FakeWorld world;
  script_watch(world);

  EXPECT_EQ(world.run({"watch", arn}), exit_success);

  EXPECT_EQ(world.out.str(), R"(+00:00:00.000       │  ExecutionStarted "order-7"
+00:00:00.250       │  StepStarted "charge"
+00:00:01.250       │  StepSucceeded "charge" -> "paid"
+00:00:01.500       │  CallbackStarted "approve"
+00:00:31.500       │  CallbackSucceeded "approve"
+00:00:32.000       │  ExecutionSucceeded
execution SUCCEEDED after 32s, 0 invocations, 2 operations
result: {"ok":true}
)");
}

TEST(Watch, DrawsTheTreeOverAgainOnATerminal) {
  FakeWorld world;
  world.screen.out_is_terminal = true;
  world.variables["NO_COLOR"] = "1";
  script_watch(world);

  EXPECT_EQ(world.run({"watch", arn}), exit_success);

  EXPECT_THAT(world.out.str(), HasSubstr("\r\x1b[Jexecution RUNNING since 1.500s"));
  EXPECT_THAT(world.out.str(), HasSubstr("\x1b[4A\r\x1b[J"));  // over four lines
  EXPECT_TRUE(
      world.out.str().ends_with("└─ CALLBACK approve  SUCCEEDED  30s  -> true\n"
                                "result: {\"ok\":true}\n"));
}

TEST(Watch, NeverDrawsMoreThanTheScreenHolds) {
  FakeWorld world;
  world.screen.out_is_terminal = true;
  world.screen.columns = 20;
  world.screen.rows = 3;
  world.variables["NO_COLOR"] = "1";
  world.network().then(200, page(history_begin()));

  EXPECT_EQ(world.run({"watch", arn, "--timeout", "50ms"}), exit_still_runs) << world.err.str();

  EXPECT_EQ(world.out.str(),
            "\r\x1b[J└─ CALLBACK approve…\nopen callback \"appr…\n"
            "\x1b[2A\r\x1b[J└─ CALLBACK approve…\nopen callback \"appr…\n");
}

TEST(Watch, PrintsAnEventALineAsJson) {
  FakeWorld world;
  script_watch(world);

  EXPECT_EQ(world.run({"watch", arn, "--json"}), exit_success);

  const std::string text = world.out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
  EXPECT_THAT(text, ::testing::StartsWith("{\"EventType\":\"ExecutionStarted\""));
}

TEST(Watch, ExitsWithOneWhenTheExecutionDidNotSucceed) {
  FakeWorld world;
  world.network().then(
      200, page(history_begin() +
                R"(,{"EventType":"ExecutionStopped","EventId":5,"EventTimestamp":1772366402,
                                    "ExecutionStoppedDetails":{"Error":{"Payload":{"ErrorMessage":"not today"}}}})"));
  EXPECT_EQ(world.run({"watch", arn}), exit_failed);
  EXPECT_THAT(world.out.str(), HasSubstr("execution STOPPED after 2s"));
  EXPECT_TRUE(world.out.str().ends_with("error: not today\n"));
}

}  // namespace
}  // namespace durable::cli
