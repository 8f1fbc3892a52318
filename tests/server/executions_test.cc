// SPDX-License-Identifier: Apache-2.0
//
// The operations on durable executions over HTTP, each row of the API.
#include "server/api_fixture.h"

#include <gmock/gmock.h>

namespace durable::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr std::string_view unknown_arn =
    "arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST/durable-execution/no/no";

class ExecutionsTest : public ApiTest {
 protected:
  void SetUp() override {
    arn_ = start();
    running_ = functions_.next();
    token_ = member(event_of(running_), "CheckpointToken");
  }
  /// Checkpoints and takes over the next token.
  HttpAnswer record(std::string_view updates) {
    HttpAnswer answer = checkpoint(arn_, token_, updates);
    EXPECT_EQ(answer.status, 200) << answer.body;
    token_ = member(answer, "CheckpointToken");
    return answer;
  }
  /// Ends the invocation with work that is pending.
  void suspend() { answer(running_, R"({"Status":"PENDING"})"); }
  /// Makes a callback and suspends; its id.
  std::string make_callback(std::string_view options = R"({"TimeoutSeconds":60})") {
    const HttpAnswer made = record(
        R"([{"Id":"cb","Type":"CALLBACK","SubType":"Callback","Action":"START","CallbackOptions":)" +
        std::string(options) + "}]");
    const std::string id =
        member(made, "NewExecutionState.Operations.0.CallbackDetails.CallbackId");
    suspend();
    return id;
  }
  [[nodiscard]] static std::string callback(std::string_view id, std::string_view verb) {
    return "/2025-12-01/durable-execution-callbacks/" + http::percent_encode(id) + "/" +
           std::string(verb);
  }
  static void expect_refusal(const HttpAnswer& answer, int status, std::string_view exception,
                             const ::testing::Matcher<std::string>& message) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), exception);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    const std::string lower = member(answer, "message");
    EXPECT_THAT(lower != "absent" ? lower : member(answer, "Message"), message);
  }

  std::string arn_;
  ParkedFunctions::Running running_;
  std::string token_;
};

// ---- Checkpoint ----

TEST_F(ExecutionsTest, ACheckpointAnswersTheNextTokenAndWhatChanged) {
  const std::string before = token_;
  const HttpAnswer answer =
      record(R"([{"Id":"s","Type":"STEP","SubType":"Step","Name":"charge","Action":"START"}])");
  EXPECT_NE(token_, before);
  EXPECT_EQ(member(answer, "NewExecutionState.Operations.0.Id"), "s");
  EXPECT_EQ(member(answer, "NewExecutionState.Operations.0.Status"), "STARTED");
  EXPECT_THAT(member(answer, "NewExecutionState.Operations.0.StartTimestamp"),
              MatchesRegex("[0-9]+(\\.[0-9]+)?"))
      << "seconds, not milliseconds";
}

TEST_F(ExecutionsTest, ARepeatedCheckpointWithItsClientTokenIsAnsweredAsBefore) {
  const std::string body = R"({"CheckpointToken":")" + token_ +
                           R"(","ClientToken":"c1","Updates":[{"Id":"s","Type":"STEP",)"
                           R"("SubType":"Step","Action":"START"}]})";
  const HttpAnswer first = post(execution(arn_, "/checkpoint"), body);
  const HttpAnswer again = post(execution(arn_, "/checkpoint"), body);
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(again.body, first.body);
}

TEST_F(ExecutionsTest, AUsedTokenIsRefused) {
  const std::string used = token_;
  record("[]");
  record(R"([{"Id":"s","Type":"STEP","SubType":"Step","Action":"START"}])");
  expect_refusal(
      checkpoint(arn_, used, R"([{"Id":"t","Type":"STEP","SubType":"Step","Action":"START"}])"),
      400, "InvalidParameterValueException", HasSubstr("Invalid Checkpoint Token"));
}

TEST_F(ExecutionsTest, AnUnknownExecutionHasNoValidToken) {
  expect_refusal(checkpoint(unknown_arn, token_, "[]"), 400, "InvalidParameterValueException",
                 HasSubstr("Checkpoint Token"));
}

TEST_F(ExecutionsTest, AnInvalidUpdateIsRefusedWithTheServicesText) {
  expect_refusal(checkpoint(arn_, token_, R"([{"Id":"w","Type":"WAIT","Action":"START"}])"), 400,
                 "InvalidParameterValueException", HasSubstr("WaitOptions"));
}

TEST_F(ExecutionsTest, ABodyOfAnotherShapeIsAWrongParameter) {
  for (const char* body : {"", "{", "[]", R"({"Updates":[]})", R"({"CheckpointToken":7})"}) {
    expect_refusal(post(execution(arn_, "/checkpoint"), body), 400,
                   "InvalidParameterValueException", HasSubstr("Could not parse request body"));
  }
}

// ---- State ----

TEST_F(ExecutionsTest, TheStateIsPagedByMarker) {
  record(R"([{"Id":"a","Type":"STEP","SubType":"Step","Action":"START"},
             {"Id":"b","Type":"STEP","SubType":"Step","Action":"START"}])");
  const std::string base =
      execution(arn_, "/state?MaxItems=2&CheckpointToken=" + http::percent_encode(token_));
  const HttpAnswer first = get(base);
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(member(first, "Operations.0.Type"), "EXECUTION");
  EXPECT_EQ(member(first, "Operations.1.Id"), "a");
  EXPECT_EQ(member(first, "Operations.2"), "absent");
  const HttpAnswer second =
      get(base + "&Marker=" + http::percent_encode(member(first, "NextMarker")));
  EXPECT_EQ(member(second, "Operations.0.Id"), "b");
  EXPECT_EQ(member(second, "NextMarker"), "absent");
}

TEST_F(ExecutionsTest, TheStateNeedsTheToken) {
  EXPECT_EQ(get(execution(arn_, "/state")).status, 400);
  EXPECT_EQ(get(execution(arn_, "/state?CheckpointToken=QUJD")).status, 400);
}

// ---- Get ----

TEST_F(ExecutionsTest, GetDescribesARunningExecution) {
  const HttpAnswer answer = get(execution(arn_));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(member(answer, "DurableExecutionArn"), arn_);
  EXPECT_EQ(member(answer, "FunctionArn"),
            "arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST");
  EXPECT_EQ(member(answer, "Status"), "RUNNING");
  EXPECT_EQ(member(answer, "InputPayload"), R"({"id":7})");
  EXPECT_EQ(member(answer, "Version"), "$LATEST");
  EXPECT_EQ(member(answer, "EndTimestamp"), "absent");
  EXPECT_EQ(member(answer, "Result"), "absent");
  EXPECT_EQ(member(answer, "DurableConfig.ExecutionTimeout"), "600");
  EXPECT_EQ(member(answer, "DurableConfig.RetentionPeriodInDays"), "3");
  EXPECT_EQ(member(answer, "ExecutionDataIncluded"), "true");
}

TEST_F(ExecutionsTest, GetDescribesTheEndAndLeavesDataOutWhenAsked) {
  succeed(running_);
  ASSERT_TRUE(eventually([this] { return member(get(execution(arn_)), "Status") == "SUCCEEDED"; }));
  const HttpAnswer full = get(execution(arn_));
  EXPECT_EQ(member(full, "Result"), R"({"done":true})");
  EXPECT_NE(member(full, "EndTimestamp"), "absent");
  const HttpAnswer brief = get(execution(arn_, "?IncludeExecutionData=false"));
  EXPECT_EQ(member(brief, "Result"), "absent");
  EXPECT_EQ(member(brief, "InputPayload"), "absent");
  EXPECT_EQ(member(brief, "ExecutionDataIncluded"), "false");
  EXPECT_EQ(member(brief, "DurableConfig.RetentionPeriodInDays"), "3");
}

TEST_F(ExecutionsTest, AnUnknownOrMalformedArnIsRefusedByEveryRead) {
  for (const char* rest : {"", "/history"}) {
    expect_refusal(get(execution(unknown_arn, rest)), 404, "ResourceNotFoundException",
                   HasSubstr("does not exist"));
  }
  expect_refusal(post(execution(unknown_arn, "/stop")), 404, "ResourceNotFoundException",
                 HasSubstr("does not exist"));
  for (const char* rest : {"", "/history", "/state"}) {
    expect_refusal(get(execution("not-an-arn", rest)), 400, "ValidationException",
                   HasSubstr("Value 'not-an-arn' at 'durableExecutionArn' failed"));
  }
}

// ---- History ----

TEST_F(ExecutionsTest, TheHistoryIsPagedInBothDirections) {
  record(R"([{"Id":"s","Type":"STEP","SubType":"Step","Action":"START"},
             {"Id":"s","Type":"STEP","SubType":"Step","Action":"SUCCEED","Payload":"\"x\""}])");
  const HttpAnswer all = get(execution(arn_, "/history"));
  EXPECT_EQ(member(all, "Events.0.EventType"), "ExecutionStarted");
  EXPECT_EQ(member(all, "Events.1.EventType"), "StepStarted");
  EXPECT_EQ(member(all, "Events.2.EventType"), "StepSucceeded");
  EXPECT_EQ(member(all, "Events.2.StepSucceededDetails.Result.Payload"), "\"x\"");
  EXPECT_EQ(member(all, "Events.3"), "absent");
  const HttpAnswer last = get(execution(arn_, "/history?ReverseOrder=true&MaxItems=1"));
  EXPECT_EQ(member(last, "Events.0.EventId"), "3");
  const HttpAnswer before =
      get(execution(arn_, "/history?ReverseOrder=true&MaxItems=1&Marker=" +
                              http::percent_encode(member(last, "NextMarker"))));
  EXPECT_EQ(member(before, "Events.0.EventId"), "2");
  const HttpAnswer brief = get(execution(arn_, "/history?IncludeExecutionData=false"));
  EXPECT_EQ(member(brief, "Events.2.StepSucceededDetails.Result.Payload"), "absent");
}

TEST_F(ExecutionsTest, PagesHaveAtMost1000Items) {
  EXPECT_EQ(get(execution(arn_, "/history?MaxItems=0")).status, 200);
  EXPECT_EQ(get(execution(arn_, "/history?MaxItems=1000")).status, 200);
  EXPECT_EQ(get(execution(arn_, "/history?MaxItems=1001")).status, 400);
  EXPECT_EQ(get(execution(arn_, "/history?MaxItems=-1")).status, 400);
  EXPECT_EQ(get(execution(arn_, "/history?MaxItems=many")).status, 400);
  EXPECT_EQ(get(execution(arn_, "/history?Marker=nonsense")).status, 400);
}

// ---- Stop ----

TEST_F(ExecutionsTest, StopEndsTheExecutionWithTheGivenError) {
  const HttpAnswer stopped =
      post(execution(arn_, "/stop"), R"({"ErrorType":"T","ErrorMessage":"m"})");
  EXPECT_EQ(stopped.status, 200);
  EXPECT_THAT(member(stopped, "StopTimestamp"), MatchesRegex("[0-9]+(\\.[0-9]+)?"));
  const HttpAnswer answer = get(execution(arn_));
  EXPECT_EQ(member(answer, "Status"), "STOPPED");
  EXPECT_EQ(member(answer, "Error.ErrorType"), "T");
  EXPECT_EQ(post(execution(arn_, "/stop")).body, stopped.body) << "a second stop changes nothing";
  expect_refusal(
      checkpoint(arn_, token_, R"([{"Id":"s","Type":"STEP","SubType":"Step","Action":"START"}])"),
      400, "InvalidParameterValueException", HasSubstr("Checkpoint Token"));
}

TEST_F(ExecutionsTest, StopNeedsNoBodyButNoOtherThanAnError) {
  expect_refusal(post(execution(arn_, "/stop"), "[1]"), 400, "InvalidParameterValueException",
                 HasSubstr("Could not parse"));
  EXPECT_EQ(post(execution(arn_, "/stop")).status, 200);
}

// ---- Callbacks ----

TEST_F(ExecutionsTest, ACallbackSucceedsWithTheRawBody) {
  const std::string id = make_callback();
  const HttpAnswer done = post(callback(id, "succeed"), "not json: \xC3\xA4");
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.body, "{}");
  const auto next = functions_.next();
  EXPECT_EQ(member(event_of(next), "InitialExecutionState.Operations.1.CallbackDetails.Result"),
            "not json: \xC3\xA4");
  expect_refusal(post(callback(id, "succeed"), "again"), 400, "CallbackTimeoutException",
                 HasSubstr("already completed"));
}

TEST_F(ExecutionsTest, ACallbacksResultMustBeTextThatTheHistoryCanShow) {
  const std::string id = make_callback();
  expect_refusal(post(callback(id, "succeed"), "\xFF\xFE binary"), 400,
                 "InvalidParameterValueException", HasSubstr("expected UTF-8 text"));
  EXPECT_EQ(post(callback(id, "succeed"), "text").status, 200) << "it is still open";
  EXPECT_EQ(get(execution(arn_, "/history")).status, 200);
}

TEST_F(ExecutionsTest, ACallbackFailsWithAnErrorObject) {
  const std::string id = make_callback();
  EXPECT_EQ(post(callback(id, "fail"),
                 R"({"ErrorMessage":"m","ErrorType":"T","ErrorData":"d","StackTrace":["s"]})")
                .status,
            200);
  const json::Value given = event_of(functions_.next());
  const std::string details = "InitialExecutionState.Operations.1.CallbackDetails.Error.";
  EXPECT_EQ(member(given, details + "ErrorMessage"), "m");
  EXPECT_EQ(member(given, details + "ErrorType"), "T");
  EXPECT_EQ(member(given, details + "ErrorData"), "d");
  EXPECT_EQ(member(given, details + "StackTrace.0"), "s");
}

TEST_F(ExecutionsTest, ACallbackMayFailWithoutABody) {
  const std::string id = make_callback();
  expect_refusal(post(callback(id, "fail"), "nonsense"), 400, "InvalidParameterValueException",
                 HasSubstr("Could not parse"));
  EXPECT_EQ(post(callback(id, "fail")).status, 200);
}

TEST_F(ExecutionsTest, AHeartbeatIsAcceptedWhileTheCallbackIsOpen) {
  const std::string id = make_callback(R"({"HeartbeatTimeoutSeconds":60})");
  EXPECT_EQ(post(callback(id, "heartbeat")).status, 200);
  EXPECT_EQ(post(callback(id, "succeed")).status, 200);
  expect_refusal(post(callback(id, "heartbeat")), 400, "CallbackTimeoutException",
                 HasSubstr("already completed"));
}

TEST_F(ExecutionsTest, AnIdThatIsNoCallbackIdIsRefused) {
  for (const char* verb : {"succeed", "fail", "heartbeat"}) {
    expect_refusal(post(callback("!!", verb)), 400, "InvalidParameterValueException",
                   HasSubstr("Invalid callback id"));
  }
}

TEST_F(ExecutionsTest, ACallbacksResultHasALimit) {
  const std::string id = make_callback();
  EXPECT_EQ(post(callback(id, "succeed"), std::string(1024 * 1024 + 1, 'x')).status, 400);
  EXPECT_EQ(post(callback(id, "succeed"), std::string(1024 * 1024, 'x')).status, 200);
}

// ---- List ----

class ListTest : public ApiTest {
 protected:
  std::vector<std::string> names(const std::string& query, std::string_view of = "order") {
    const HttpAnswer answer =
        get("/2025-12-01/functions/" + std::string(of) + "/durable-executions" + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return names_of(json_of(answer));
  }
  static std::vector<std::string> names_of(const json::Value& body) {
    std::vector<std::string> found;
    const json::Value* const list = body.find("DurableExecutions");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      found.push_back(member(*list->at(i), "DurableExecutionName"));
    }
    return found;
  }
};

TEST_F(ListTest, ExecutionsAreListedNewestFirstInPages) {
  for (const char* name : {"a", "b", "c"}) start("{}", name);
  EXPECT_THAT(names(""), ElementsAre("c", "b", "a"));
  EXPECT_THAT(names("?ReverseOrder=true"), ElementsAre("a", "b", "c"));
  const HttpAnswer first = get("/2025-12-01/functions/order/durable-executions?MaxItems=2");
  EXPECT_THAT(names_of(json_of(first)), ElementsAre("c", "b"));
  EXPECT_THAT(names("?MaxItems=2&Marker=" + http::percent_encode(member(first, "NextMarker"))),
              ElementsAre("a"));
  EXPECT_EQ(member(first, "DurableExecutions.0.Status"), "RUNNING");
  EXPECT_EQ(member(first, "DurableExecutions.0.FunctionArn"),
            "arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST");
  EXPECT_NE(member(first, "DurableExecutions.0.StartTimestamp"), "absent");
}

TEST_F(ListTest, FiltersPickByNameStatusVersionAndTime) {
  const std::string stopped = start("{}", "a");
  start("{}", "b");
  EXPECT_EQ(post(execution(stopped, "/stop")).status, 200);
  EXPECT_THAT(names("?DurableExecutionName=a"), ElementsAre("a"));
  EXPECT_THAT(names("?Statuses=RUNNING"), ElementsAre("b"));
  EXPECT_THAT(names("?Statuses=RUNNING&Statuses=STOPPED"), ElementsAre("b", "a"));
  EXPECT_THAT(names("?Qualifier=%24LATEST"), ElementsAre("b", "a"));
  EXPECT_THAT(names("?Qualifier=7"), ElementsAre());
  EXPECT_THAT(names("?StartedAfter=2020-01-01T00%3A00%3A00Z"), ElementsAre("b", "a"));
  EXPECT_THAT(names("?StartedBefore=2020-01-01T00%3A00%3A00Z"), ElementsAre());
  EXPECT_THAT(names("", "yearly"), ElementsAre());
}

TEST_F(ListTest, AWrongFilterIsRefused) {
  const std::string base = "/2025-12-01/functions/order/durable-executions";
  EXPECT_EQ(get(base + "?Statuses=DONE").status, 400);
  EXPECT_EQ(get(base + "?StartedAfter=soon").status, 400);
  EXPECT_EQ(get(base + "?DurableExecutionName=a%20b").status, 400);
  EXPECT_EQ(get(base + "?Marker=nonsense").status, 400);
  EXPECT_EQ(get("/2025-12-01/functions/none/durable-executions").status, 404);
}

TEST_F(ListTest, ExecutionsOfAllFunctionsAreListedTogether) {
  start("{}", "a");
  const HttpAnswer other = call("POST", "/2015-03-31/functions/yearly:1/invocations", "{}",
                                "X-Amz-Invocation-Type: Event\r\n"
                                "X-Amz-Durable-Execution-Name: y\r\n");
  ASSERT_EQ(other.status, 202);
  EXPECT_THAT(names_of(json_of(get("/durable/executions"))), ElementsAre("y", "a"));
  EXPECT_THAT(names_of(json_of(get("/durable/executions?Statuses=STOPPED"))), ElementsAre());
}

TEST_F(ListTest, LocalRunnersListWithFiltersOfTheirOwnNames) {
  const std::string stopped = start("{}", "a");
  EXPECT_EQ(post(execution(stopped, "/stop")).status, 200);
  start("{}", "b");
  const auto listed = [this](const std::string& query) {
    return names_of(json_of(get("/2025-12-01/durable-executions" + query)));
  };
  EXPECT_THAT(listed(""), ElementsAre("b", "a"));
  EXPECT_THAT(listed("?FunctionName=order&ReverseOrder=true"), ElementsAre("a", "b"));
  EXPECT_THAT(listed("?FunctionName=yearly"), ElementsAre());
  EXPECT_THAT(listed("?FunctionName=order&FunctionVersion=7"), ElementsAre());
  EXPECT_THAT(listed("?StatusFilter=STOPPED"), ElementsAre("a"));
  EXPECT_THAT(listed("?TimeAfter=2020-01-01T00%3A00%3A00Z&MaxItems=1"), ElementsAre("b"));
  EXPECT_THAT(listed("?TimeBefore=2020-01-01T00%3A00%3A00Z"), ElementsAre());
  EXPECT_EQ(get("/2025-12-01/durable-executions?StatusFilter=DONE").status, 400);
  EXPECT_EQ(get("/2025-12-01/durable-executions?FunctionName=a%20b").status, 400);
}

}  // namespace
}  // namespace durable::server
