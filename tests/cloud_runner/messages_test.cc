// SPDX-License-Identifier: Apache-2.0
//
// What the user sees when something is wrong: each situation against a service that answers from a
// script.
#include "cloud_runner/recorded_service.h"

#include <durable/testing/gtest.h>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* not_found_body =
    R"({"Type":"User","Message":"Function not found: arn:aws:lambda:us-west-2:123456789012:function:MyFunction"})";

class CloudMessages : public ::testing::Test {
 protected:
  void answer_history(const std::string& last_event) {
    transport->then(200,
                    std::string("{\"Events\":[{\"EventType\":\"ExecutionStarted\",\"EventId\":1,"
                                "\"Id\":\"e\",\"EventTimestamp\":1.5,\"ExecutionStartedDetails\":"
                                "{\"Input\":{},\"ExecutionTimeout\":60}}") +
                        last_event + "]}");
  }
  static std::string event(const std::string& type, const std::string& details) {
    return ",{\"EventType\":\"" + type + "\",\"EventId\":2,\"Id\":\"e\",\"EventTimestamp\":2.5,\"" +
           type + "Details\":" + details + "}";
  }
  void refuse_parameter(const std::string& message) {
    transport->then(400, "{\"Type\":\"User\",\"message\":\"" + message + "\"}",
                    {{"x-amzn-ErrorType", "InvalidParameterValueException"}});
  }
  std::string text_of_failed_run() {
    return thrown<CloudCallError>([&] { runner->run("x"); });
  }

  std::shared_ptr<cloud::FakeTransport> transport = std::make_shared<cloud::FakeTransport>();
  ScriptedRunner runner{transport};
};

TEST_F(CloudMessages, NoSuchFunction) {
  transport->then(404, not_found_body, {{"x-amzn-ErrorType", "ResourceNotFoundException"}});
  EXPECT_THAT(text_of_failed_run(),
              AllOf(StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: "
                               "ResourceNotFoundException: Function not found: arn:aws:lambda"),
                    HasSubstr("Check the function's name and its version or alias, the region")));
}

TEST_F(CloudMessages, NoPermission) {
  transport->then(403, R"({"Message":"User is not authorized to perform lambda:InvokeFunction"})",
                  {{"x-amzn-ErrorType", "AccessDeniedException"}});
  EXPECT_THAT(text_of_failed_run(),
              AllOf(StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: "
                               "AccessDeniedException: User is not authorized"),
                    HasSubstr("that a policy allows lambda:InvokeFunction on MyFunction:$LATEST")));
}

TEST_F(CloudMessages, NoNetwork) {
  transport->then(cloud::connection_refused());
  EXPECT_THAT(
      text_of_failed_run(),
      AllOf(StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: Invoke: no answer"),
            HasSubstr("Check the network and any proxy, the region (AWS_REGION)")));
}

TEST_F(CloudMessages, TooManyCalls) {
  transport->then(429, R"({"Type":"User","message":"Rate exceeded"})",
                  {{"x-amzn-ErrorType", "TooManyRequestsException"}});
  EXPECT_THAT(text_of_failed_run(),
              AllOf(StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: "
                               "TooManyRequestsException: Rate exceeded"),
                    HasSubstr("run fewer tests at the same time, or again later")));
}

TEST_F(CloudMessages, TheServiceFails) {
  transport->then(500, R"({"Type":"Service","Message":"not now"})",
                  {{"x-amzn-ErrorType", "ServiceException"}});
  EXPECT_THAT(text_of_failed_run(),
              AllOf(StartsWith("Failed to invoke Lambda function "
                               "MyFunction:$LATEST: ServiceException: not now"),
                    HasSubstr("this call may succeed later")));
}

TEST_F(CloudMessages, AWrongSignature) {
  transport->then(403, R"({"message":"The request signature we calculated does not match"})",
                  {{"x-amzn-ErrorType", "InvalidSignatureException"}});
  EXPECT_THAT(text_of_failed_run(),
              AllOf(StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: "
                               "InvalidSignatureException: The request signature"),
                    HasSubstr("Check that the credentials are those of the function's account")));
}

class SignsNothing final : public cloud::Signer {
 public:
  Result<void> sign(http::OutboundRequest&) override {
    return Error{ErrorCode::invalid_usage, "no credentials were found"};
  }
};

TEST_F(CloudMessages, ASettingOfTheTransportIsWrong) {
  for (const char* cause : {"a proxy is asked by http:// only, and another scheme is given: "
                            "'https://'. Give http://host:port",
                            "the CA bundle '/nope' cannot be read"}) {
    transport->then(Error{ErrorCode::invalid_usage, cause});
    EXPECT_THAT(
        text_of_failed_run(),
        AllOf(StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: Invoke: "),
              HasSubstr(cause), HasSubstr("Check AWS_CA_BUNDLE, https_proxy and http_proxy"),
              Not(HasSubstr("AWS_ACCESS_KEY_ID"))));
  }
}

TEST_F(CloudMessages, NoCredentials) {
  cloud::ClientOptions options;
  options.endpoint = "https://lambda.us-west-2.amazonaws.com";
  DurableFunctionCloudTestRunner without(
      function_name, {},
      std::make_shared<cloud::LambdaClient>(transport, std::make_shared<SignsNothing>(), options));
  EXPECT_THAT(thrown<CloudCallError>([&] { without.run(1); }),
              AllOf(StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: Invoke: no "
                               "credentials were found"),
                    HasSubstr("Check the credentials (AWS_PROFILE")));
  EXPECT_THAT(transport->requests(), IsEmpty());
}

TEST_F(CloudMessages, UnqualifiedName) {
  for (int i = 0; i < 2; ++i) {
    refuse_parameter("You cannot invoke a durable function using an unqualified ARN.");
  }
  ScriptedRunner unqualified(transport, "MyFunction");
  EXPECT_THAT(thrown<CloudCallError>([&] { unqualified->run(1); }),
              AllOf(StartsWith("Failed to invoke Lambda function MyFunction: "
                               "InvalidParameterValueException: You cannot invoke"),
                    HasSubstr("for example MyFunction:$LATEST")));
}

TEST_F(CloudMessages, TheNameOfAnExecutionIsTaken) {
  transport->then(409, R"({"Type":"User","Message":"Execution already started: arn"})",
                  {{"x-amzn-ErrorType", "DurableExecutionAlreadyStartedException"}});
  EXPECT_THAT(thrown<std::invalid_argument>([&] { runner->run(1, {.execution_name = "order-7"}); }),
              StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: "
                         "DurableExecutionAlreadyStartedException: Execution already started"));
  EXPECT_THAT(thrown<std::invalid_argument>([&] { runner->run(1, {.execution_name = "a b"}); }),
              HasSubstr("execution_name"));
  EXPECT_EQ(transport->requests().size(), 1U);
}

TEST_F(CloudMessages, TheFunctionIsNotDurable) {
  transport->then(202, "");
  EXPECT_THAT(
      text_of_failed_run(),
      AllOf(StartsWith("No DurableExecutionArn in response for function MyFunction:$LATEST\n"),
            HasSubstr("Check that the function has a DurableConfig")));
}

TEST_F(CloudMessages, TheFunctionIsNotDurableAndRefusesAName) {
  refuse_parameter("A durable execution name is only allowed for a durable function.");
  transport->then(202, "");
  EXPECT_THAT(text_of_failed_run(),
              StartsWith("No DurableExecutionArn in response for function MyFunction:$LATEST\n"));
  ASSERT_EQ(transport->requests().size(), 2U);
  EXPECT_EQ(cloud::header_of(transport->requests()[1], "X-Amz-Durable-Execution-Name"), "");
  EXPECT_EQ(transport->requests()[1].body, transport->requests()[0].body);
  // With a name of the test's own there is no second way.
  refuse_parameter("A durable execution name is only allowed for a durable function.");
  EXPECT_THAT(thrown<CloudCallError>([&] { runner->run(1, {.execution_name = "order-7"}); }),
              StartsWith("Failed to invoke Lambda function MyFunction:$LATEST: "
                         "InvalidParameterValueException: A durable execution name"));
}

TEST_F(CloudMessages, TheHandlerFailed) {
  const std::string error = R"({"ErrorMessage":"no stock","ErrorType":"StockError"})";
  transport->then(202, "", arn_header())
      .then(200, execution_json("FAILED"))
      .then(200, execution_json("FAILED", ",\"EndTimestamp\":2.5,\"Error\":" + error));
  answer_history(event("ExecutionFailed", "{\"Error\":{\"Payload\":" + error + "}}"));
  const auto result = runner->run("x");
  EXPECT_THAT(result, FailedWith("StockError", HasSubstr("no stock")));
  EXPECT_THAT(runner.warnings, ElementsAre("Lambda function failed: " + error));
  EXPECT_EQ(result.duration(), 1s);
}

TEST_F(CloudMessages, TheInvocationItselfFailed) {
  transport->then(200, R"({"errorMessage":"exit status 1"})",
                  {{"X-Amz-Function-Error", "Unhandled"}});
  EXPECT_THAT(text_of_failed_run(), StartsWith("No DurableExecutionArn in response for function"));
  EXPECT_THAT(runner.warnings,
              ElementsAre(R"(Lambda function failed: {"errorMessage":"exit status 1"})"));
}

TEST_F(CloudMessages, AStatusCallFails) {
  transport->then(202, "", arn_header())
      .then(403, R"({"Message":"not authorized"})",
            {{"x-amzn-ErrorType", "AccessDeniedException"}});
  EXPECT_THAT(
      text_of_failed_run(),
      AllOf(StartsWith("Failed to get execution status: AccessDeniedException: not authorized"),
            HasSubstr("allows lambda:GetDurableExecution on arn:aws:lambda")));
}

TEST_F(CloudMessages, AHistoryCallFails) {
  transport->then(202, "", arn_header())
      .then(200, execution_json("SUCCEEDED"))
      .then(200, execution_json("SUCCEEDED"))
      .then(403, R"({"Message":"no"})", {{"x-amzn-ErrorType", "AccessDeniedException"}});
  EXPECT_THAT(text_of_failed_run(),
              AllOf(StartsWith("Failed to get execution history: AccessDeniedException: no"),
                    HasSubstr("lambda:GetDurableExecutionHistory")));
}

TEST_F(CloudMessages, NotDoneInTime) {
  transport->then(202, "", arn_header());
  // Looks at 0, 0.1, 0.25, 0.475, 0.8125 s and at the end.
  for (int look = 0; look < 6; ++look) transport->then(200, execution_json("RUNNING"));
  answer_history(
      R"(,{"EventType":"WaitStarted","EventId":2,"Id":"w","Name":"cool-down","EventTimestamp":2.5,)"
      R"("WaitStartedDetails":{"Duration":60,"ScheduledEndTimestamp":62.5}})");
  try {
    runner->run("x", {.timeout = 1s});
    FAIL() << "the run came to an end";
  } catch (const RunIncompleteError& error) {
    EXPECT_THAT(
        error.what(),
        AllOf(StartsWith("Execution did not complete within 1s (elapsed: 1.0s, last status: "
                         "RUNNING): it is out of time"),
              HasSubstr("Open operations:\n  WAIT \"cool-down\" (id w, STARTED)"),
              HasSubstr(execution_arn)));
    EXPECT_EQ(error.result().status(), InvocationStatus::pending);
    EXPECT_THAT(error.result().get_wait("cool-down"), HasStatus(OperationStatus::started));
  }
  EXPECT_TRUE(transport->said_all());
}

TEST_F(CloudMessages, NotDoneInTimeSinceItsInvocationsFail) {
  const auto completed = [](int id, const std::string& more) {
    return R"(,{"EventType":"InvocationCompleted","EventId":)" + std::to_string(id) +
           R"(,"EventTimestamp":2.5,"InvocationCompletedDetails":{"StartTimestamp":2,)"
           R"("EndTimestamp":2.5,"RequestId":"r")" +
           more + "}}";
  };
  const std::string error = R"(,"Error":{"Payload":{"ErrorMessage":"exit status 1)" +
                            std::string(300, '.') + R"(the end","ErrorType":"Runtime.ExitError"}})";
  const auto text_of_late_run = [&](const std::string& events) {
    transport->then(202, "", arn_header());
    for (int look = 0; look < 6; ++look) transport->then(200, execution_json("RUNNING"));
    answer_history(events);
    return thrown<RunIncompleteError>([&] { runner->run("x", {.timeout = 1s}); });
  };
  EXPECT_THAT(text_of_late_run(completed(2, "") + completed(3, error)),
              AllOf(HasSubstr("No operation is open.\nInvocation 2, the last one so far, failed: "
                              "Runtime.ExitError: exit status 1"),
                    HasSubstr("..the end\n"), HasSubstr(execution_arn)));
  // One that was followed by another is no news.
  EXPECT_THAT(text_of_late_run(completed(2, error) + completed(3, "")), Not(HasSubstr("failed")));
}

TEST_F(CloudMessages, DataThatTheServiceCutOffIsAWarning) {
  transport->then(202, "", arn_header())
      .then(200, execution_json("SUCCEEDED"))
      .then(200, execution_json("SUCCEEDED", ",\"Result\":\"1\""));
  answer_history(event("ExecutionSucceeded", R"({"Result":{"Truncated":true}})"));
  EXPECT_THAT(runner->run("x"), HasResult(1));
  EXPECT_THAT(runner.warnings,
              ElementsAre("the service has cut off data of the history: the result in event 2 "
                          "(ExecutionSucceeded) is truncated"));
}

TEST_F(CloudMessages, AnEmptyFunctionName) {
  EXPECT_THAT(thrown<std::invalid_argument>([&] { ScriptedRunner(transport, ""); }),
              HasSubstr("function_name: expected a name with version or alias"));
}

TEST_F(CloudMessages, LocalRunnerInCloudMode) {
  EXPECT_THAT(thrown<std::logic_error>([&] { (void)runner->local(); }),
              HasSubstr("expected the local runner, found that of cloud mode"));
}

}  // namespace
}  // namespace durable
