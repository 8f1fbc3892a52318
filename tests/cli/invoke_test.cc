// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/fake_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace durable::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string arn_path =
    "/2025-12-01/durable-executions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3A"
    "order%3A%24LATEST%2Fdurable-execution%2Forder-7%2F1";

http::Headers started() { return {{"X-Amz-Durable-Execution-Arn", std::string(test_arn)}}; }

/// The answers of an execution that needs two polls.
void script_success(FakeWorld& world) {
  world.network()
      .then(200, function_body(true))
      .then(202, "", started())
      .then(200, page(history_begin()))
      .then(200, page(history_begin() + "," + history_end()))
      .then(200,
            execution_body("SUCCEEDED", R"(,"Result":"{\"ok\":true}","EndTimestamp":1772366432)"));
}

TEST(Invoke, StartsADurableFunctionFollowsItAndPrintsItsResult) {
  FakeWorld world;
  script_success(world);

  EXPECT_EQ(world.run({"invoke", "order", R"({"id":7})", "--name", "order-7"}), exit_success);

  EXPECT_EQ(world.out.str(), "{\"ok\":true}\n");
  EXPECT_THAT(
      world.requests(),
      ElementsAre(
          "GET /2015-03-31/functions/order/configuration",
          "POST /2015-03-31/functions/order/invocations?Qualifier=%24LATEST",
          "GET " + arn_path + "/history?IncludeExecutionData=true&MaxItems=1000&ReverseOrder=true",
          "GET " + arn_path + "/history?IncludeExecutionData=true&MaxItems=100&ReverseOrder=true",
          "GET " + arn_path + "?IncludeExecutionData=true"));
  const http::OutboundRequest& invoke = world.network().requests()[1];
  EXPECT_EQ(invoke.body, R"({"id":7})");
  EXPECT_EQ(cloud::header_of(invoke, "X-Amz-Invocation-Type"), "Event");
  EXPECT_EQ(cloud::header_of(invoke, "X-Amz-Durable-Execution-Name"), "order-7");
}

TEST(Invoke, ShowsEachEventAsALineWhereThereIsNoTerminal) {
  FakeWorld world;
  script_success(world);

  world.run({"invoke", "order"});

  EXPECT_EQ(world.err.str(), "execution " + std::string(test_arn) + R"(
+00:00:00.000       │  ExecutionStarted "order-7"
+00:00:00.250       │  StepStarted "charge"
+00:00:01.250       │  StepSucceeded "charge" -> "paid"
+00:00:01.500       │  CallbackStarted "approve"
+00:00:31.500       │  CallbackSucceeded "approve"
+00:00:32.000       │  ExecutionSucceeded
)");
}

TEST(Invoke, DrawsOneLineOverAgainOnATerminalAndTakesItAway) {
  FakeWorld world;
  world.screen.err_is_terminal = true;
  world.variables["NO_COLOR"] = "1";
  script_success(world);

  world.run({"invoke", "order"});

  const std::string text = world.err.str();
  EXPECT_THAT(text, HasSubstr("\r\x1b[K⠋ 0.0s  CallbackStarted \"approve\""));
  EXPECT_TRUE(text.ends_with("\r\x1b[K"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);  // that of the line with the ARN
}

TEST(Invoke, SaysNothingWhenQuiet) {
  FakeWorld world;
  world.screen.err_is_terminal = true;
  script_success(world);

  EXPECT_EQ(world.run({"invoke", "order", "-q"}), exit_success);

  EXPECT_EQ(world.err.str(), "");
}

TEST(Invoke, ExitsWithOneAndTheErrorWhenTheExecutionFailed) {
  FakeWorld world;
  world.network()
      .then(200, function_body(true))
      .then(202, "", started())
      .then(200, page(history_begin() +
                      R"(,{"EventType":"ExecutionFailed","EventId":5,"EventTimestamp":1772366402,
                         "ExecutionFailedDetails":{"Error":{"Payload":{"ErrorType":"Declined"}}}})"))
      .then(200, execution_body("FAILED", R"(,"EndTimestamp":1772366402,
          "Error":{"ErrorType":"Declined","ErrorMessage":"no funds"})"));

  EXPECT_EQ(world.run({"invoke", "order", "-q"}), exit_failed);

  EXPECT_EQ(world.out.str(), "");
  EXPECT_EQ(world.err.str(),
            "execution FAILED after 2s: Declined: no funds\nWhat happened: durable get '" +
                std::string(test_arn) + "'\n");
}

TEST(Invoke, TellsTheErrorOfAFailedExecutionAsAWhole) {
  const std::string message(500, 'm');
  FakeWorld world;
  world.network()
      .then(200, function_body(true))
      .then(202, "", started())
      .then(200, page(history_begin() +
                      R"(,{"EventType":"ExecutionFailed","EventId":5,"EventTimestamp":1772366402,
                         "ExecutionFailedDetails":{"Error":{"Payload":{"ErrorType":"Declined"}}}})"))
      .then(200, execution_body("FAILED", R"(,"EndTimestamp":1772366402,
          "Error":{"ErrorType":"Declined","ErrorMessage":")" +
                                              message + "\"}"));

  EXPECT_EQ(world.run({"invoke", "order", "-q"}), exit_failed);

  EXPECT_THAT(world.err.str(), HasSubstr("Declined: " + message + "\n"));
}

TEST(Invoke, SaysWhatANameThatIsTakenMeans) {
  FakeWorld world;
  world.network()
      .then(200, function_body(true))
      .then(409, R"({"Type":"User","Message":"Execution already started: arn"})",
            {{"x-amzn-ErrorType", "DurableExecutionAlreadyStartedException"}});

  EXPECT_EQ(world.run({"invoke", "order", "-q", "--name", "order-7"}), exit_service);

  EXPECT_THAT(world.err.str(), HasSubstr("Execution already started: arn\nA name stands for one"));
}

TEST(Invoke, StopsWaitingAfterTheTimeout) {
  FakeWorld world;
  world.network()
      .then(200, function_body(true))
      .then(202, "", started())
      .then(200, page(history_begin()));
  for (int i = 0; i < 3; ++i) world.network().then(200, page(history_begin()));

  EXPECT_EQ(world.run({"invoke", "order", "-q", "--timeout", "700ms"}), exit_still_runs);

  EXPECT_EQ(world.clock.now() - test_start, std::chrono::milliseconds{700});
  EXPECT_THAT(world.err.str(), HasSubstr("durable watch '" + std::string(test_arn) + "'\n"));
}

TEST(Invoke, StopsWaitingForTheAnswerOfOneRequestToo) {
  FakeWorld world;
  world.network()
      .then(200, function_body(false))
      .then([&world](const http::OutboundRequest& request) -> Result<http::Response> {
        EXPECT_LE(request.timeout, std::chrono::milliseconds{700});
        world.clock.pass(std::chrono::milliseconds{700});
        return cloud::answer_lost();
      });

  EXPECT_EQ(world.run({"invoke", "order", "--timeout", "700ms"}), exit_still_runs);
  EXPECT_THAT(world.err.str(), HasSubstr("the invocation goes on"));

  world.network().then(200, function_body(true)).then(cloud::answer_lost());
  EXPECT_EQ(world.run({"invoke", "order", "--sync", "--timeout", "700ms"}), exit_service);
}

TEST(Invoke, SaysHowALargerPayloadIsSent) {
  FakeWorld world;
  world.network()
      .then(200, function_body(true))
      .then(413, R"({"Type":"User","message":"Request must be smaller than 1048576 bytes"})",
            {{"x-amzn-ErrorType", "RequestTooLargeException"}});

  EXPECT_EQ(world.run({"invoke", "order"}), exit_service);

  EXPECT_THAT(world.err.str(), HasSubstr("--sync"));
}

TEST(Invoke, DoesNotLetAnErrorSteerTheTerminal) {
  FakeWorld world;
  world.network()
      .then(200, function_body(true))
      .then(202, "", started())
      .then(200, page(history_begin() +
                      R"(,{"EventType":"ExecutionFailed","EventId":5,"EventTimestamp":1772366402,
                         "ExecutionFailedDetails":{"Error":{"Payload":{"ErrorType":"Declined"}}}})"))
      .then(200, execution_body("FAILED", R"(,"EndTimestamp":1772366402,
          "Error":{"ErrorMessage":"one\n\ttwo\u001b[2J\r\u0007three"})"));

  EXPECT_EQ(world.run({"invoke", "order", "-q"}), exit_failed);

  EXPECT_THAT(world.err.str(), HasSubstr("one\n\ttwo [2J  three\n"));
}

TEST(Invoke, OutlivesAServerThatIsGoneForAWhile) {
  FakeWorld world;
  world.network()
      .then(200, function_body(true))
      .then(202, "", started())
      .then(200, page(history_begin()));
  for (int i = 0; i < 6; ++i) world.network().then(cloud::connection_refused());
  world.network()
      .then(200, page(history_begin() + "," + history_end()))
      .then(200, execution_body("SUCCEEDED", R"(,"Result":"1")"));

  EXPECT_EQ(world.run({"invoke", "order", "-q"}), exit_success);
  EXPECT_EQ(world.out.str(), "1\n");
}

TEST(Invoke, PrintsTheArnOfAnEventAndReturns) {
  FakeWorld world;
  world.network().then(200, function_body(true)).then(202, "", started());

  EXPECT_EQ(world.run({"invoke", "order:3", "--event"}), exit_success);

  EXPECT_EQ(world.out.str(), std::string(test_arn) + "\n");
  EXPECT_EQ(world.requests().back(), "POST /2015-03-31/functions/order%3A3/invocations");
}

TEST(Invoke, PrintsTheAnswerOfAPlainFunction) {
  FakeWorld world;
  world.network().then(200, function_body(false)).then(200, R"({"echo":1})");

  EXPECT_EQ(world.run({"invoke", "order", "1"}), exit_success);

  EXPECT_EQ(world.out.str(), "{\"echo\":1}\n");
  EXPECT_EQ(cloud::header_of(world.network().requests()[1], "X-Amz-Invocation-Type"),
            "RequestResponse");
  EXPECT_EQ(world.requests().back(), "POST /2015-03-31/functions/order/invocations");
}

TEST(Invoke, ExitsWithOneWhenAPlainFunctionFailed) {
  FakeWorld world;
  world.network()
      .then(200, function_body(false))
      .then(200, R"({"errorMessage":"boom"})", {{"X-Amz-Function-Error", "Unhandled"}});

  EXPECT_EQ(world.run({"invoke", "order", "1"}), exit_failed);

  EXPECT_EQ(world.out.str(), "");
  EXPECT_EQ(world.err.str(), "the function failed: {\"errorMessage\":\"boom\"}\n");
}

TEST(Invoke, AsksWithOneRequestWhereTheConfigurationMayNotBeRead) {
  FakeWorld world;
  world.network()
      .then(403, R"({"message":"not authorized"})", {{"x-amzn-ErrorType", "AccessDeniedException"}})
      .then(200, "2");

  EXPECT_EQ(world.run({"invoke", "order"}), exit_success);
  EXPECT_EQ(world.out.str(), "2\n");
}

TEST(Invoke, SaysThatThereIsNoSuchFunction) {
  FakeWorld world;
  world.network().then(404, R"({"Type":"User","Message":"Function not found: x"})",
                       {{"x-amzn-ErrorType", "ResourceNotFoundException"}});

  EXPECT_EQ(world.run({"invoke", "order"}), exit_service);

  EXPECT_THAT(world.err.str(), HasSubstr("Function not found: x"));
  EXPECT_THAT(world.err.str(), HasSubstr("durable functions"));
}

TEST(Invoke, PrintsJsonForPrograms) {
  FakeWorld world;
  script_success(world);

  EXPECT_EQ(world.run({"invoke", "order", "-q", "--json"}), exit_success);

  EXPECT_THAT(world.out.str(), HasSubstr("\"Status\": \"SUCCEEDED\""));
  EXPECT_THAT(world.out.str(), HasSubstr("\"StartTimestamp\": \"2026-03-01T12:00:00.000Z\""));

  world.network().then(200, function_body(false)).then(200, "[1]");
  EXPECT_EQ(world.run({"invoke", "order", "--json"}), exit_success);
  EXPECT_EQ(world.out.str(),
            "{\n    \"StatusCode\": 200,\n    \"Payload\": [\n        1\n    ]\n}\n");
}

TEST(Invoke, ReadsThePayloadFromAFileOrStandardInput) {
  const std::string file = ::testing::TempDir() + "/durable_cli_payload.json";
  std::ofstream(file) << "{\"from\":\"file\"}";
  FakeWorld world;
  world.network().then(200, function_body(false)).then(200, "1");
  EXPECT_EQ(world.run({"invoke", "order", "-f", file}), exit_success);
  EXPECT_EQ(world.network().requests().back().body, "{\"from\":\"file\"}");
  std::filesystem::remove(file);

  world.in.str("{\"from\":\"stdin\"}");
  world.network().then(200, function_body(false)).then(200, "1");
  EXPECT_EQ(world.run({"invoke", "order", "-"}), exit_success);
  EXPECT_EQ(world.network().requests().back().body, "{\"from\":\"stdin\"}");
}

TEST(Invoke, RefusesAPayloadThatIsNoJsonBeforeItAsksAnyone) {
  FakeWorld world;

  EXPECT_EQ(world.run({"invoke", "order", "World"}), exit_usage);

  EXPECT_THAT(world.err.str(), HasSubstr("the payload is no JSON"));
  EXPECT_THAT(world.err.str(), HasSubstr("'\"World\"'"));
  EXPECT_EQ(world.run({"invoke", "order", "-f", "/nonexistent/x.json"}), exit_usage);
  EXPECT_THAT(world.err.str(), HasSubstr("/nonexistent/x.json"));
  EXPECT_EQ(world.run({"invoke", "order", "-f", ::testing::TempDir()}), exit_usage);
  EXPECT_THAT(world.err.str(), HasSubstr("cannot read " + ::testing::TempDir()));
  EXPECT_THAT(world.requests(), IsEmpty());
}

}  // namespace
}  // namespace durable::cli
