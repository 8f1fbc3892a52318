// SPDX-License-Identifier: Apache-2.0
#include "cloud/lambda_client.h"
#include "cloud/fakes.h"

#include <durable/json/value.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* arn =
    "arn:aws:lambda:us-west-2:123456789012:function:f:$LATEST/durable-execution/n/1";
constexpr const char* encoded_arn =
    "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Af%3A%24LATEST%2Fdurable-execution"
    "%2Fn%2F1";

wire::InvokeRequest invocation_of(std::string function) {
  wire::InvokeRequest request;
  request.function_name = std::move(function);
  return request;
}

class LambdaClientTest : public ::testing::Test {
 protected:
  [[nodiscard]] LambdaClient client() {
    ClientOptions options;
    options.endpoint = "http://127.0.0.1:9/";
    options.user_agent = "test/1";
    options.pause = [](Duration) {};
    return LambdaClient(transport, nullptr, std::move(options));
  }
  /// The only request, without the endpoint.
  [[nodiscard]] std::string target() const {
    if (transport->requests().size() != 1) return "there are more or fewer requests than one";
    return transport->requests()[0].url.substr(std::string("http://127.0.0.1:9").size());
  }
  [[nodiscard]] const http::OutboundRequest& sent() const { return transport->requests().at(0); }

  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
};

TEST_F(LambdaClientTest, InvokesByTheHeadersOfTheApi) {
  transport->then(202, "", {{"x-amz-durable-execution-arn", arn}, {"X-Amz-Executed-Version", "7"}});

  const auto response = client().invoke({.function_name = "my:function",
                                         .invocation_type = wire::InvocationType::event,
                                         .log_type = "Tail",
                                         .client_context = "e30=",
                                         .durable_execution_name = "order-7",
                                         .payload = Payload("{\"a\":1}"),
                                         .qualifier = "$LATEST",
                                         .tenant_id = "blue"});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status_code, 202);
  EXPECT_EQ(response->durable_execution_arn, arn);
  EXPECT_EQ(response->executed_version, "7");
  EXPECT_FALSE(response->payload.has_value());
  EXPECT_FALSE(response->function_error.has_value());
  EXPECT_EQ(sent().method, "POST");
  EXPECT_EQ(target(), "/2015-03-31/functions/my%3Afunction/invocations?Qualifier=%24LATEST");
  EXPECT_EQ(sent().body, "{\"a\":1}");
  EXPECT_EQ(header_of(sent(), "X-Amz-Invocation-Type"), "Event");
  EXPECT_EQ(header_of(sent(), "X-Amz-Log-Type"), "Tail");
  EXPECT_EQ(header_of(sent(), "X-Amz-Client-Context"), "e30=");
  EXPECT_EQ(header_of(sent(), "X-Amz-Durable-Execution-Name"), "order-7");
  EXPECT_EQ(header_of(sent(), "X-Amz-Tenant-Id"), "blue");
  EXPECT_EQ(header_of(sent(), "User-Agent"), "test/1");
}

TEST_F(LambdaClientTest, GivesTheErrorOfAFunctionAsAnAnswer) {
  transport->then(200, R"({"errorMessage":"no"})",
                  {{"X-Amz-Function-Error", "Unhandled"}, {"X-Amz-Log-Result", "bG9n"}});

  const auto response = client().invoke(invocation_of("f"));

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->function_error, "Unhandled");
  EXPECT_EQ(response->log_result, "bG9n");
  EXPECT_EQ(response->payload->view(), R"({"errorMessage":"no"})");
}

TEST_F(LambdaClientTest, WaitsLongForAnInvocationThatIsWaitedFor) {
  transport->then(200, "1").then(202, "");
  auto lambda = client();

  wire::InvokeRequest request = invocation_of("f");
  ASSERT_TRUE(lambda.invoke(request));
  request.invocation_type = wire::InvocationType::event;
  ASSERT_TRUE(lambda.invoke(request));

  EXPECT_GT(transport->requests()[0].timeout, std::chrono::minutes{15});
  EXPECT_LE(transport->requests()[1].timeout, std::chrono::seconds{60});
}

TEST_F(LambdaClientTest, RefusesAHeaderThatWouldBecomeTwo) {
  wire::InvokeRequest request = invocation_of("f");
  request.tenant_id = "a\r\nX-Evil: 1";

  const auto response = client().invoke(request);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::invalid_usage);
  EXPECT_THAT(response.error().message, HasSubstr("X-Amz-Tenant-Id has a control character"));
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(LambdaClientTest, Checkpoints) {
  transport->then(200, R"({"CheckpointToken":"bmV4dA==","NewExecutionState":{"Operations":[
      {"Id":"1","Type":"STEP","StartTimestamp":1.5,"Status":"SUCCEEDED"}]}})");
  wire::OperationUpdate update;
  update.id = "1";
  update.type = wire::OperationType::step;
  update.action = wire::OperationAction::start;

  const auto response = client().checkpoint({.durable_execution_arn = arn,
                                             .checkpoint_token = "dG9rZW4=",
                                             .updates = {update},
                                             .client_token = "mine"});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->checkpoint_token, "bmV4dA==");
  EXPECT_EQ(response->new_execution_state.operations.at(0).id, "1");
  EXPECT_EQ(target(), "/2025-12-01/durable-executions/" + std::string(encoded_arn) + "/checkpoint");
  EXPECT_EQ(header_of(sent(), "Content-Type"), "application/json");
  EXPECT_EQ(sent().body, R"({"CheckpointToken":"dG9rZW4=","Updates":[{"Id":"1","Type":"STEP",)"
                         R"("Action":"START"}],"ClientToken":"mine"})");
}

TEST_F(LambdaClientTest, GivesEachCheckpointAClientTokenOfItsOwn) {
  const char* answer = R"({"NewExecutionState":{}})";
  transport->then(200, answer).then(200, answer);
  const wire::CheckpointDurableExecutionRequest request{
      .durable_execution_arn = arn, .checkpoint_token = "dA==", .updates = {}, .client_token = {}};
  auto lambda = client();

  ASSERT_TRUE(lambda.checkpoint(request));
  ASSERT_TRUE(lambda.checkpoint(request));

  std::vector<std::string> tokens;
  for (const http::OutboundRequest& sent : transport->requests()) {
    const auto body = json::Value::parse(sent.body);
    ASSERT_TRUE(body) << sent.body;
    EXPECT_EQ(*body->find("CheckpointToken")->as_string(), "dA==");
    tokens.push_back(*body->find("ClientToken")->as_string());
    EXPECT_EQ(tokens.back().size(), 32U);
  }
  EXPECT_NE(tokens[0], tokens[1]);
}

TEST_F(LambdaClientTest, GivesTheServicesOwnMessageOfARefusedCheckpoint) {
  transport->then(400, R"({"Type":"User","message":"Invalid checkpoint token"})",
                  {{"x-amzn-ErrorType", "InvalidParameterValueException"}});

  const auto response = client().checkpoint({.durable_execution_arn = arn,
                                             .checkpoint_token = "dA==",
                                             .updates = {},
                                             .client_token = {}});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), (Error{ErrorCode::invalid_parameter, "Invalid checkpoint token"}));
}

TEST_F(LambdaClientTest, NamesAnExceptionThatHasNoCodeAlsoForACheckpoint) {
  transport->then(403, R"({"Message":"User is not authorized"})",
                  {{"x-amzn-ErrorType", "AccessDeniedException"}});

  const auto response = client().checkpoint({.durable_execution_arn = arn,
                                             .checkpoint_token = "dA==",
                                             .updates = {},
                                             .client_token = {}});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "AccessDeniedException: User is not authorized");
}

TEST_F(LambdaClientTest, GetsAPageOfState) {
  transport->then(200, R"({"Operations":[],"NextMarker":"m2"})");

  const auto response = client().get_state({.durable_execution_arn = arn,
                                            .checkpoint_token = "dG9r+/w==",
                                            .marker = "m1",
                                            .max_items = 1000});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->next_marker, "m2");
  EXPECT_EQ(sent().method, "GET");
  EXPECT_EQ(target(), "/2025-12-01/durable-executions/" + std::string(encoded_arn) +
                          "/state?CheckpointToken=dG9r%2B%2Fw%3D%3D&Marker=m1&MaxItems=1000");
}

TEST_F(LambdaClientTest, GetsAnExecutionWithItsData) {
  transport->then(200, R"({"DurableExecutionArn":"a","DurableExecutionName":"n","FunctionArn":"f",
      "StartTimestamp":1764664200.25,"Status":"FAILED","Error":{"ErrorMessage":"no"}})");

  const auto response = client().get({.durable_execution_arn = arn, .include_execution_data = {}});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, wire::ExecutionStatus::failed);
  EXPECT_EQ(response->error->error_message, "no");
  EXPECT_EQ(response->start_timestamp, Timestamp{std::chrono::milliseconds{1'764'664'200'250}});
  EXPECT_EQ(target(), "/2025-12-01/durable-executions/" + std::string(encoded_arn) +
                          "?IncludeExecutionData=true");
}

TEST_F(LambdaClientTest, GetsAPageOfHistory) {
  transport->then(200, R"({"Events":[]})");

  const auto response = client().history({.durable_execution_arn = arn,
                                          .include_execution_data = false,
                                          .max_items = 10,
                                          .marker = "m",
                                          .reverse_order = true});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(target(),
            "/2025-12-01/durable-executions/" + std::string(encoded_arn) +
                "/history?IncludeExecutionData=false&Marker=m&MaxItems=10&ReverseOrder=true");
}

TEST_F(LambdaClientTest, ListsTheExecutionsOfAFunction) {
  transport->then(200, R"({"DurableExecutions":[{"DurableExecutionArn":"a",
      "DurableExecutionName":"n","FunctionArn":"f","StartTimestamp":1,"Status":"RUNNING"}]})");

  const auto response = client().list({.function_name = "f",
                                       .qualifier = "1",
                                       .durable_execution_name = "n",
                                       .statuses = {wire::ExecutionStatus::timed_out},
                                       .started_after = Timestamp{},
                                       .started_before = {},
                                       .reverse_order = false,
                                       .marker = {},
                                       .max_items = 3});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->durable_executions.at(0).durable_execution_name, "n");
  EXPECT_EQ(target(),
            "/2025-12-01/functions/f/durable-executions?DurableExecutionName=n&MaxItems=3&Qualifier"
            "=1&ReverseOrder=false&StartedAfter=1970-01-01T00%3A00%3A00.000Z&Statuses=TIMED_OUT");
}

TEST_F(LambdaClientTest, StopsAnExecution) {
  transport->then(200, R"({"StopTimestamp":1.5})");

  const auto response = client().stop(
      {.durable_execution_arn = arn, .error = wire::ErrorObject{.error_message = "enough"}});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->stop_timestamp, Timestamp{std::chrono::milliseconds{1500}});
  EXPECT_EQ(sent().method, "POST");
  EXPECT_EQ(target(), "/2025-12-01/durable-executions/" + std::string(encoded_arn) + "/stop");
  EXPECT_EQ(sent().body, R"({"ErrorMessage":"enough"})");
}

TEST_F(LambdaClientTest, CompletesACallback) {
  transport->then(200, "{}");

  ASSERT_TRUE(client().callback_success({.callback_id = "a/b=", .result = Payload("\"yes\"")}));

  EXPECT_EQ(target(), "/2025-12-01/durable-execution-callbacks/a%2Fb%3D/succeed");
  EXPECT_EQ(sent().body, "\"yes\"");
}

TEST_F(LambdaClientTest, FailsACallback) {
  transport->then(200, "{}");

  ASSERT_TRUE(client().callback_failure(
      {.callback_id = "id", .error = wire::ErrorObject{.error_type = "No"}}));

  EXPECT_EQ(target(), "/2025-12-01/durable-execution-callbacks/id/fail");
  EXPECT_EQ(sent().body, R"({"ErrorType":"No"})");
}

TEST_F(LambdaClientTest, SendsAHeartbeat) {
  transport->then(200, "");

  ASSERT_TRUE(client().callback_heartbeat({.callback_id = "id"}));

  EXPECT_EQ(sent().method, "POST");
  EXPECT_EQ(target(), "/2025-12-01/durable-execution-callbacks/id/heartbeat");
}

TEST_F(LambdaClientTest, TellsWhetherAFunctionIsDurable) {
  transport->then(200, R"({"FunctionName":"f","FunctionArn":"a","Version":"$LATEST","Timeout":3,
      "DurableConfig":{"ExecutionTimeout":600,"RetentionPeriodInDays":14},"Runtime":"x"})");

  const auto function = client().function_configuration("f", "1");

  ASSERT_TRUE(function) << function.error().message;
  EXPECT_EQ(function->function_name, "f");
  EXPECT_EQ(function->version, "$LATEST");
  EXPECT_EQ(function->timeout, 3);
  ASSERT_TRUE(function->durable_config.has_value());
  EXPECT_EQ(function->durable_config->execution_timeout, 600);
  EXPECT_EQ(function->durable_config->retention_period_in_days, 14);
  EXPECT_EQ(target(), "/2015-03-31/functions/f/configuration?Qualifier=1");
}

TEST_F(LambdaClientTest, JoinsThePagesOfFunctions) {
  const char* first = R"({"Functions":[{"FunctionName":"a","FunctionArn":"x","Version":"1"}],
      "NextMarker":"m"})";
  const char* second = R"({"Functions":[{"FunctionName":"b","FunctionArn":"y","Version":"1"}]})";
  transport->then(200, first).then(200, second);

  const auto functions = client().list_functions();

  ASSERT_TRUE(functions) << functions.error().message;
  ASSERT_EQ(functions->size(), 2U);
  EXPECT_EQ(functions->at(0).function_name, "a");
  EXPECT_FALSE(functions->at(0).durable_config.has_value());
  EXPECT_EQ(functions->at(1).function_name, "b");
  EXPECT_THAT(transport->requests()[1].url, HasSubstr("/functions?Marker=m"));
}

TEST_F(LambdaClientTest, DoesNotFollowPagesForEver) {
  for (int i = 0; i < 1'000; ++i) transport->then(200, R"({"Functions":[],"NextMarker":"m"})");

  const auto functions = client().list_functions();

  ASSERT_FALSE(functions);
  EXPECT_THAT(functions.error().message, HasSubstr("pages have no end"));
  EXPECT_TRUE(transport->said_all());
}

TEST_F(LambdaClientTest, SaysWhatAnAnswerLacks) {
  transport->then(200, R"({"DurableExecutionArn":"a"})");

  const auto response = client().get({.durable_execution_arn = arn, .include_execution_data = {}});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::invalid_json);
  EXPECT_THAT(response.error().message,
              StartsWith("GetDurableExecution: the answer is not what the service's API says: "));
  EXPECT_THAT(response.error().message, HasSubstr("DurableExecutionName"));
}

TEST_F(LambdaClientTest, WritesTheEndpointSoThatAllTransportsSendTheSameHost) {
  transport->then(200, "{}").then(200, "{}");
  ClientOptions options;
  options.endpoint = "https://example.com:443/prefix/";

  ASSERT_TRUE(LambdaClient(transport, nullptr, options).call("GET", "/x", ""));
  options.endpoint = "http://[::1]:443";
  ASSERT_TRUE(LambdaClient(transport, nullptr, options).call("GET", "/x", ""));

  EXPECT_EQ(transport->requests()[0].url, "https://example.com/prefix/x");
  EXPECT_EQ(transport->requests()[1].url, "http://[::1]:443/x");
}

TEST_F(LambdaClientTest, CallsOtherRoutes) {
  transport->then(200, "[]");

  const auto response = client().call("GET", "/local/functions?a=1", "");

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "[]");
  EXPECT_EQ(target(), "/local/functions?a=1");
}

TEST_F(LambdaClientTest, GivesTheServicesExceptionAsAnError) {
  transport->then(404, R"({"Message":"Function not found: f"})",
                  {{"x-amzn-ErrorType", "ResourceNotFoundException"}});

  const auto response = client().invoke(invocation_of("f"));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), (Error{ErrorCode::resource_not_found,
                                     "ResourceNotFoundException: Function not found: f"}));
}

}  // namespace
}  // namespace durable::cloud
