// SPDX-License-Identifier: Apache-2.0
//
// Invoke over HTTP: how executions are started, held and answered.
#include "server/api_fixture.h"

#include <gmock/gmock.h>

namespace durable::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view order = "/2015-03-31/functions/order:%24LATEST/invocations";
constexpr std::string_view plain = "/2015-03-31/functions/plain/invocations";
constexpr std::string_view event = "X-Amz-Invocation-Type: Event\r\n";
constexpr std::string_view dry_run = "X-Amz-Invocation-Type: DryRun\r\n";

class InvokeTest : public ApiTest {
 protected:
  /// Expects that a request is refused with an exception, and that nothing was invoked.
  std::string refusal(const HttpAnswer& answer, int status, std::string_view exception) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.header("x-amzn-ErrorType"), exception);
    EXPECT_FALSE(answer.header("x-amzn-RequestId").empty());
    EXPECT_EQ(functions_.waiting(), 0U);
    const std::string message = member(answer, "message");
    return message != "absent" ? message : member(answer, "Message");
  }
  /// Invokes synchronously while the function does as it is told.
  HttpAnswer held(const std::function<void(const ParkedFunctions::Running&)>& function,
                  std::string headers = {}, std::string target = std::string(order)) {
    auto answer = later("POST", std::move(target), R"({"id":7})", std::move(headers));
    function(functions_.next());
    return answer.get();
  }
};

// ---- Synchronous ----

TEST_F(InvokeTest, ASynchronousCallWaitsForTheResult) {
  const HttpAnswer answer = held([](const auto& running) { succeed(running); });
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"done":true})");
  EXPECT_EQ(answer.header("X-Amz-Executed-Version"), "$LATEST");
  EXPECT_THAT(answer.header("X-Amz-Durable-Execution-Arn"),
              StartsWith("arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST/"));
  EXPECT_EQ(answer.header("X-Amz-Function-Error"), "");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
}

TEST_F(InvokeTest, TheFunctionGetsItsPayloadInTheExecutionOperation) {
  held([](const auto& running) {
    const json::Value given = event_of(running);
    EXPECT_EQ(member(given, "InitialExecutionState.Operations.0.Type"), "EXECUTION");
    EXPECT_EQ(member(given, "InitialExecutionState.Operations.0.ExecutionDetails.InputPayload"),
              R"({"id":7})");
    EXPECT_EQ(member(given, "DurableExecutionArn"), running.invocation.durable_execution_arn);
    succeed(running);
  });
}

TEST_F(InvokeTest, AFailedExecutionIsAFunctionError) {
  const HttpAnswer answer = held([](const auto& running) {
    ApiTest::answer(running, R"({"Status":"FAILED","Error":{"ErrorType":"Broke","ErrorMessage":"no",
                                 "StackTrace":["a","b"],"ErrorData":"d"}})");
  });
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(answer.body,
            R"({"errorMessage":"no","errorType":"Broke","stackTrace":["a","b"],"errorData":"d"})");
}

TEST_F(InvokeTest, AStoppedExecutionIsAFunctionErrorToo) {
  const HttpAnswer answer = held([this](const auto& running) {
    const std::string arn = running.invocation.durable_execution_arn;
    EXPECT_EQ(
        post(execution(arn, "/stop"), R"({"ErrorType":"Stop","ErrorMessage":"enough"})").status,
        200);
  });
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(answer.body, R"({"errorMessage":"enough","errorType":"Stop"})");
}

TEST_F(InvokeTest, AResultlessSuccessIsNull) {
  const HttpAnswer answer =
      held([](const auto& running) { ApiTest::answer(running, R"({"Status":"SUCCEEDED"})"); });
  EXPECT_EQ(answer.body, "null");
}

TEST_F(InvokeTest, ALongExecutionCannotBeStartedSynchronously) {
  const HttpAnswer answer = post("/2015-03-31/functions/yearly:1/invocations", "{}");
  EXPECT_EQ(refusal(answer, 400, "InvalidParameterValueException"),
            "You cannot synchronously invoke a durable function with an executionTimeout greater "
            "than 15 minutes.");
}

TEST_F(InvokeTest, AClientThatLeavesIsForgotten) {
  {
    Client client(port());
    ASSERT_TRUE(client.send("POST", order, "{}", ""));
    const auto running = functions_.next();
    EXPECT_TRUE(eventually([this] { return book_->in_work == 1; }));
  }
  EXPECT_TRUE(eventually([this] { return book_->in_work == 0; }))
      << "the held call goes with its client";
}

/// An API that holds two synchronous calls at most.
class HeldTest : public ApiTest {
 protected:
  HeldTest() : ApiTest(two_held()) {}

 private:
  static ApiOptions two_held() {
    ApiOptions options;
    options.held_max = 2;
    return options;
  }
};

TEST_F(HeldTest, SoManySynchronousCallsAreHeldThatFunctionsStillReachTheServer) {
  auto first = later("POST", std::string(order), "{}");
  auto second = later("POST", std::string(plain), "{}");
  const auto one = functions_.next();
  const auto other = functions_.next();
  for (const std::string_view target : {order, plain}) {
    const HttpAnswer refused = post(target, "{}");
    EXPECT_EQ(refused.status, 429) << refused.body;
    EXPECT_EQ(refused.header("x-amzn-ErrorType"), "TooManyRequestsException");
    EXPECT_EQ(refused.header("Retry-After"), "1");
    EXPECT_EQ(member(refused, "Reason"), "ConcurrentInvocationLimitExceeded");
  }
  EXPECT_EQ(functions_.waiting(), 0U) << "what is refused starts nothing";
  EXPECT_FALSE(start().empty()) << "an Event is not held";
  EXPECT_EQ(call("POST", order, {}, dry_run).status, 204);

  for (const auto* running : {&one, &other}) {
    if (running->invocation.target.name == "plain") {
      answer(*running, "1");
    } else {
      succeed(*running);
    }
  }
  EXPECT_EQ(first.get().status, 200);
  EXPECT_EQ(second.get().status, 200);
  EXPECT_EQ(book_->held.size(), 0U) << "there is room again";
}

TEST_F(HeldTest, AHeldCallWhoseClientLeavesMakesRoom) {
  {
    Client client(port());
    ASSERT_TRUE(client.send("POST", order, "{}", ""));
    const auto running = functions_.next();
    EXPECT_TRUE(eventually([this] { return book_->held.size() == 1; }));
  }
  EXPECT_TRUE(eventually([this] { return book_->held.size() == 0; }));
}

TEST_F(InvokeTest, ATraceHeaderOfOtherBytesThanTextLeavesTheExecutionReadable) {
  const HttpAnswer started =
      call("POST", order, "{}", std::string(event) + "X-Amzn-Trace-Id: Root=1-\xFF\r\n");
  ASSERT_EQ(started.status, 202) << started.body;
  const HttpAnswer read = get(execution(started.header("X-Amz-Durable-Execution-Arn")));
  EXPECT_EQ(read.status, 200) << read.body;
  EXPECT_EQ(member(read, "TraceHeader.XAmznTraceId"), "Root=1-\xEF\xBF\xBD");
}

// ---- Event and DryRun ----

TEST_F(InvokeTest, AnEventIsAcceptedAtOnceWithTheArn) {
  const HttpAnswer answer = call("POST", order, "{}", event);
  EXPECT_EQ(answer.status, 202);
  EXPECT_THAT(answer.body, IsEmpty());
  EXPECT_EQ(answer.header("X-Amz-Executed-Version"), "$LATEST");
  const auto running = functions_.next();
  EXPECT_EQ(running.invocation.durable_execution_arn, answer.header("X-Amz-Durable-Execution-Arn"));
}

TEST_F(InvokeTest, AnEventMayStartALongExecution) {
  EXPECT_EQ(call("POST", "/2015-03-31/functions/yearly:1/invocations", "{}", event).status, 202);
}

TEST_F(InvokeTest, ADryRunStartsNothing) {
  const HttpAnswer answer = call("POST", order, "{}", dry_run);
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(functions_.waiting(), 0U);
  EXPECT_EQ(call("POST", plain, "{}", dry_run).status, 204);
  EXPECT_EQ(call("POST", "/2015-03-31/functions/order/invocations", "{}", dry_run).status, 400);
}

// ---- Names ----

TEST_F(InvokeTest, ANameFindsTheRunningExecutionAgain) {
  const std::string first = start(R"({"id":7})", "n1");
  EXPECT_EQ(start(R"({"id":7})", "n1"), first);
  EXPECT_THAT(first, HasSubstr("/durable-execution/n1/"));
  auto attached =
      later("POST", std::string(order), R"({"id":7})", "X-Amz-Durable-Execution-Name: n1\r\n");
  EXPECT_TRUE(eventually([this] { return book_->in_work == 1; }));
  succeed(functions_.next());
  EXPECT_EQ(attached.get().body, R"({"done":true})");
  EXPECT_EQ(call("POST", order, R"({"id":7})", "X-Amz-Durable-Execution-Name: n1\r\n").body,
            R"({"done":true})")
      << "a closed one is answered with its result";
}

TEST_F(InvokeTest, ANameWithAnotherPayloadIsRefused) {
  const std::string arn = start("1", "n1");
  succeed(functions_.next());
  const HttpAnswer answer = call("POST", order, "2", "X-Amz-Durable-Execution-Name: n1\r\n");
  EXPECT_EQ(refusal(answer, 409, "DurableExecutionAlreadyStartedException"),
            "Execution already started: " + arn);
}

TEST_F(InvokeTest, ANameMustBeWellFormedAndOfADurableFunction) {
  const HttpAnswer malformed = call("POST", order, "{}", "X-Amz-Durable-Execution-Name: a b\r\n");
  EXPECT_THAT(refusal(malformed, 400, "ValidationException"),
              HasSubstr("Value 'a b' at 'durableExecutionName'"));
  const HttpAnswer not_durable = call("POST", plain, "{}", "X-Amz-Durable-Execution-Name: n1\r\n");
  EXPECT_THAT(refusal(not_durable, 400, "InvalidParameterValueException"),
              HasSubstr("has no DurableConfig"));
}

// ---- Qualifiers ----

TEST_F(InvokeTest, ADurableFunctionNeedsAQualifier) {
  for (const char* target : {"/2015-03-31/functions/order/invocations",
                             "/2015-03-31/functions/"
                             "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aorder/"
                             "invocations"}) {
    EXPECT_EQ(refusal(post(target, "{}"), 400, "InvalidParameterValueException"),
              "You cannot invoke a durable function using an unqualified ARN.");
  }
}

TEST_F(InvokeTest, TheQualifierStandsInTheNameOrInTheQuery) {
  const HttpAnswer answer =
      call("POST", "/2015-03-31/functions/order/invocations?Qualifier=7", "{}", event);
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.header("X-Amz-Executed-Version"), "7");
  EXPECT_THAT(answer.header("X-Amz-Durable-Execution-Arn"), HasSubstr(":order:7/"));
  EXPECT_EQ(functions_.next().invocation.target.version, "7");
  const HttpAnswer both =
      call("POST", "/2015-03-31/functions/order:6/invocations?Qualifier=7", "{}", event);
  EXPECT_THAT(refusal(both, 400, "InvalidParameterValueException"), HasSubstr("does not match"));
}

TEST_F(InvokeTest, AnUnknownFunctionIsNotFound) {
  EXPECT_EQ(refusal(post("/2015-03-31/functions/none:1/invocations", "{}"), 404,
                    "ResourceNotFoundException"),
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:none:1");
}

// ---- Payloads and headers ----

TEST_F(InvokeTest, APayloadMustBeJson) {
  EXPECT_THAT(refusal(post(order, "{\"id\":"), 400, "InvalidRequestContentException"),
              StartsWith("Could not parse request body into json: "));
}

TEST_F(InvokeTest, APayloadHasItsLimitInEachWayOfInvoking) {
  const std::string of_1_mib = "\"" + std::string(1024 * 1024 - 2, 'x') + "\"";
  EXPECT_EQ(call("POST", order, of_1_mib, event).status, 202);
  functions_.next();
  EXPECT_EQ(refusal(call("POST", order, of_1_mib + " ", event), 413, "RequestTooLargeException"),
            "Request must be smaller than 1048576 bytes for the InvokeFunction operation");
  const std::string of_6_mib = "\"" + std::string(6 * 1024 * 1024 - 2, 'x') + "\"";
  EXPECT_EQ(refusal(post(order, of_6_mib + " "), 413, "RequestTooLargeException"),
            "Request must be smaller than 6291456 bytes for the InvokeFunction operation");
  const HttpAnswer largest = held([](const auto& running) { succeed(running); });
  EXPECT_EQ(largest.status, 200);
}

TEST_F(InvokeTest, HeadersMustHaveTheModelsForm) {
  const auto exception_of = [this](std::string_view header) {
    return refusal(call("POST", plain, "{}", header), 400, "ValidationException");
  };
  EXPECT_THAT(exception_of("X-Amz-Invocation-Type: Later\r\n"), HasSubstr("'invocationType'"));
  EXPECT_THAT(exception_of("X-Amz-Log-Type: All\r\n"), HasSubstr("'logType'"));
  EXPECT_THAT(exception_of("X-Amz-Tenant-Id: a#b\r\n"), HasSubstr("'tenantId'"));
  EXPECT_THAT(exception_of("X-Amz-Client-Context: " + std::string(3'584, 'A') + "\r\n"),
              HasSubstr("'clientContext'"));
  EXPECT_THAT(refusal(call("POST", plain, "{}", "X-Amz-Client-Context: !!\r\n"), 400,
                      "InvalidRequestContentException"),
              HasSubstr("Base64"));
}

TEST_F(InvokeTest, AWebPageOfAnotherOriginIsRefused) {
  EXPECT_EQ(call("POST", plain, "{}", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(functions_.waiting(), 0U);
  EXPECT_EQ(
      call("GET", "/health", "", "Origin: http://127.0.0.1:" + std::to_string(port()) + "\r\n")
          .status,
      200);
}

// ---- Plain functions ----

TEST_F(InvokeTest, APlainFunctionIsCalledAndAnswered) {
  auto answer = later("POST", std::string(plain), R"({"a":1})",
                      "X-Amz-Tenant-Id: t1\r\nX-Amzn-Trace-Id: Root=1-2\r\n"
                      "X-Amz-Client-Context: eyJhIjoxfQ==\r\n");
  const auto running = functions_.next();
  EXPECT_EQ(running.invocation.payload, R"({"a":1})");
  EXPECT_EQ(running.invocation.tenant_id, "t1");
  EXPECT_EQ(running.invocation.trace_header, "Root=1-2");
  EXPECT_EQ(running.invocation.client_context, "eyJhIjoxfQ==");
  EXPECT_EQ(running.invocation.durable_execution_arn, "");
  ApiTest::answer(running, "[2]");
  const HttpAnswer got = answer.get();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "[2]");
  EXPECT_EQ(got.header("x-amzn-RequestId"), running.invocation.request_id);
  EXPECT_EQ(got.header("X-Amz-Durable-Execution-Arn"), "");
}

TEST_F(InvokeTest, APlainFunctionsErrorIsAFunctionError) {
  auto answer = later("POST", std::string(plain));
  const auto running = functions_.next();
  EXPECT_EQ(running.invocation.payload, "{}") << "no payload is an empty object";
  service::InvocationError failed;
  failed.error.error_type = "Runtime.ExitError";
  failed.error.error_message = "exit status 1";
  running.ended(failed);
  const HttpAnswer got = answer.get();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.header("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(got.body, R"({"errorMessage":"exit status 1","errorType":"Runtime.ExitError"})");
}

TEST_F(InvokeTest, APlainFunctionCanBeInvokedByAnEvent) {
  EXPECT_EQ(call("POST", plain, "1", event).status, 202);
  const auto running = functions_.next();
  EXPECT_EQ(running.invocation.payload, "1");
  ApiTest::answer(running, "2");
}

// ---- The server around it ----

TEST_F(InvokeTest, ADrainingServerStartsNothingAndStillServesTheRest) {
  const std::string arn = start();
  api_->drain();
  const HttpAnswer refused = post(order, "{}");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(get(execution(arn)).status, 200);
}

TEST_F(InvokeTest, TheAccessLogHasMethodPathAndStatusOnly) {
  call("POST", std::string(plain) + "?Qualifier=none!", "\"secret\"",
       "Authorization: AWS4 secret\r\n");
  EXPECT_THAT(log_.lines(), ElementsAre("POST /2015-03-31/functions/plain/invocations 400"));
}

}  // namespace
}  // namespace durable::server
