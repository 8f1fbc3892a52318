// SPDX-License-Identifier: Apache-2.0
//
// What is asked of functions, and what local runners offer besides Lambda's API.
#include "server/api_fixture.h"

#include <gmock/gmock.h>

namespace durable::server {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using LocalRunnerTest = ApiTest;

// ---- Functions ----

TEST_F(LocalRunnerTest, GetFunctionShowsTheConfiguration) {
  const HttpAnswer answer = get("/2015-03-31/functions/order");
  EXPECT_EQ(answer.status, 200);
  const std::string configuration = "Configuration.";
  EXPECT_EQ(member(answer, configuration + "FunctionName"), "order");
  EXPECT_EQ(member(answer, configuration + "FunctionArn"),
            "arn:aws:lambda:us-east-1:123456789012:function:order");
  EXPECT_EQ(member(answer, configuration + "Handler"), "app.handler");
  EXPECT_EQ(member(answer, configuration + "State"), "Active");
  EXPECT_EQ(member(answer, configuration + "Version"), "$LATEST");
  EXPECT_EQ(member(answer, configuration + "LastModified"), "2025-12-02T08:30:00.000+0000");
  EXPECT_EQ(member(answer, configuration + "DurableConfig.ExecutionTimeout"), "600");
  EXPECT_EQ(member(answer, configuration + "DurableConfig.RetentionPeriodInDays"), "3");
  EXPECT_EQ(member(answer, "Code.Location"), "");
  EXPECT_EQ(member(answer, "Tags"), "{}");
}

TEST_F(LocalRunnerTest, GetFunctionConfigurationIsThatOfTheQualifiedFunction) {
  const HttpAnswer answer = get("/2015-03-31/functions/plain/configuration?Qualifier=live");
  EXPECT_EQ(member(answer, "FunctionArn"),
            "arn:aws:lambda:us-east-1:123456789012:function:plain:live");
  EXPECT_EQ(member(answer, "DurableConfig"), "absent");
  EXPECT_EQ(get("/2015-03-31/functions/none/configuration").status, 404);
  EXPECT_EQ(get("/2015-03-31/functions/none").header("x-amzn-ErrorType"),
            "ResourceNotFoundException");
}

TEST_F(LocalRunnerTest, ListFunctionsIsPaged) {
  const HttpAnswer first = get("/2015-03-31/functions/?MaxItems=2");
  EXPECT_EQ(member(first, "Functions.0.FunctionName"), "order");
  EXPECT_EQ(member(first, "Functions.1.FunctionName"), "plain");
  const HttpAnswer second =
      get("/2015-03-31/functions?MaxItems=2&Marker=" + member(first, "NextMarker"));
  EXPECT_EQ(member(second, "Functions.0.FunctionName"), "yearly");
  EXPECT_EQ(member(second, "NextMarker"), "absent");
}

TEST_F(LocalRunnerTest, ListFunctionsRefusesACountThatTheServiceDoesNotKnow) {
  for (const char* count : {"0", "-1", "10001"}) {
    const HttpAnswer refused = get("/2015-03-31/functions?MaxItems=" + std::string(count));
    EXPECT_EQ(refused.status, 400) << count;
    EXPECT_EQ(refused.header("x-amzn-ErrorType"), "ValidationException") << count;
  }
  EXPECT_EQ(member(get("/2015-03-31/functions?MaxItems=10000"), "Functions.2.FunctionName"),
            "yearly");
}

TEST_F(LocalRunnerTest, FunctionsAreShownWithoutAHostToo) {
  EXPECT_EQ(member(get("/durable/functions"), "Functions.0.FunctionName"), "order");
  EXPECT_EQ(member(get("/durable/functions/plain"), "Durable"), "false");
  EXPECT_EQ(get("/durable/functions/none").status, 404);
  EXPECT_EQ(member(get("/durable/functions/plain/logs"), "Lines"), "[]");
  EXPECT_EQ(member(get("/durable/functions/plain/logs"), "Newest"), "0");
  EXPECT_EQ(get("/durable/functions/plain/logs?After=-1").status, 400);
}

// ---- Start ----

TEST_F(LocalRunnerTest, AStartRequestIsThatOfTheSamCli) {
  const HttpAnswer answer = post("/start-durable-execution",
                                 R"({"AccountId":"123456789012","FunctionName":"order",
       "FunctionQualifier":"$LATEST","ExecutionName":"n1","ExecutionTimeoutSeconds":300,
       "ExecutionRetentionPeriodDays":7,"InvocationId":"i","Input":"{\"id\":7}"})");
  EXPECT_EQ(answer.status, 201) << answer.body;
  const std::string arn = member(answer, "ExecutionArn");
  EXPECT_THAT(arn, HasSubstr(":function:order:$LATEST/durable-execution/n1/"));
  const HttpAnswer history = get(execution(arn, "/history"));
  EXPECT_EQ(member(history, "Events.0.ExecutionStartedDetails.ExecutionTimeout"), "300");
  EXPECT_EQ(member(history, "Events.0.ExecutionStartedDetails.Input.Payload"), R"({"id":7})");
}

TEST_F(LocalRunnerTest, AStartRequestIsRefusedWithWhatIsWrong) {
  struct Case {
    const char* body;
    int status;
    const char* message;
  };
  constexpr Case cases[] = {
      {"", 400, "Invalid JSON"},
      {"[]", 400, "expected an object"},
      {"{}", 400, "FunctionName is required"},
      {R"({"FunctionName":7})", 400, "FunctionName: expected a string"},
      {R"({"FunctionName":"order","ExecutionTimeoutSeconds":0})", 400, "from 1 to 31622400"},
      {R"({"FunctionName":"order","ExecutionTimeoutSeconds":31622401})", 400, "from 1 to"},
      {R"({"FunctionName":"order","ExecutionRetentionPeriodDays":91})", 400, "from 1 to 90"},
      {R"({"FunctionName":"order","ExecutionName":"a b"})", 400, "durableExecutionName"},
      {R"({"FunctionName":"none"})", 404, "Function not found"},
  };
  for (const Case& wrong : cases) {
    const HttpAnswer answer = post("/start-durable-execution", wrong.body);
    EXPECT_EQ(answer.status, wrong.status) << wrong.body;
    EXPECT_THAT(answer.body, HasSubstr(wrong.message));
  }
}

// ---- The server itself ----

TEST_F(LocalRunnerTest, HealthIsHealthy) {
  const HttpAnswer answer = get("/health");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"status":"healthy"})");
}

TEST_F(LocalRunnerTest, MetricsCountExecutionsAndAnswers) {
  start();
  get("/nothing");
  const HttpAnswer answer = get("/metrics");
  EXPECT_THAT(answer.header("Content-Type"), StartsWith("text/plain"));
  EXPECT_THAT(answer.body, HasSubstr("\naws_lambda_durable_execution_started_total 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("\ndurable_server_responses_total{code=\"4xx\"} 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("\ndurable_server_requests_in_work 1\n")) << "this one";
  EXPECT_THAT(answer.body, HasSubstr("\nprocess_resident_memory_bytes "));
}

TEST_F(LocalRunnerTest, AServerWithoutEndpointsRefusesToChangeOne) {
  EXPECT_EQ(call("PUT", "/lambda-endpoint", "{}").status, 400);
  EXPECT_EQ(call("PUT", "/lambda-endpoint", R"({"EndpointUrl":"http://127.0.0.1:1"})").status, 400);
}

TEST_F(LocalRunnerTest, AnUnknownPathAndAWrongMethodAreAnsweredInJson) {
  const HttpAnswer unknown = get("/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.header("x-amzn-ErrorType"), "UnknownOperationException");
  EXPECT_EQ(unknown.header("x-amzn-RequestId").size(), 36U);
  EXPECT_EQ(member(unknown, "Type"), "User");
  const HttpAnswer method = call("DELETE", "/2015-03-31/functions/order");
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.header("Allow"), "GET");
}

}  // namespace
}  // namespace durable::server
