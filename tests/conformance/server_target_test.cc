// SPDX-License-Identifier: Apache-2.0
#include "conformance/server_target.h"

#include "cloud/fakes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "conformance/judge.h"
#include "conformance/service_reader.h"

namespace durable::conformance {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* arn = "arn:aws:lambda:us-east-1:1:function:f:$LATEST/durable-execution/n/i";

std::string events(std::string_view behind_the_start) {
  return R"({"Events":[{"EventType":"ExecutionStarted","EventId":1,"Id":"e","EventTimestamp":1.5,)"
         R"("ExecutionStartedDetails":{"Input":{},"ExecutionTimeout":60}})" +
         std::string(behind_the_start) + "]}";
}
std::string callback_started() {
  return R"(,{"EventType":"CallbackStarted","SubType":"Callback","EventId":2,"Id":"c","Name":"ask",)"
         R"("EventTimestamp":100,"CallbackStartedDetails":{"CallbackId":"cb-1"}})";
}
std::string invocation_completed(int id) {
  return R"(,{"EventType":"InvocationCompleted","EventId":)" + std::to_string(id) +
         R"(,"EventTimestamp":100,"InvocationCompletedDetails":{"StartTimestamp":99,)"
         R"("EndTimestamp":100,"RequestId":"r"}})";
}
std::string succeeded(int id) {
  return R"(,{"EventType":"ExecutionSucceeded","EventId":)" + std::to_string(id) +
         R"(,"Id":"e","EventTimestamp":109,"ExecutionSucceededDetails":{"Result":{"Payload":"42"}}})";
}

/// A service with one execution, which answers by what is asked.
class FakeService final : public http::Transport {
 public:
  struct Call {
    std::string name;  ///< The last part of the path.
    Timestamp at{};
    http::OutboundRequest request;
  };

  explicit FakeService(const Clock& clock) : clock_(clock) {}

  [[nodiscard]] Result<http::Response> send(const http::OutboundRequest& request) override {
    const std::string path = request.url.substr(0, request.url.find('?'));
    calls.push_back({path.substr(path.rfind('/') + 1), clock_.now(), request});
    const std::string& name = calls.back().name;
    if (const auto refused = refusals.find(name); refused != refusals.end()) {
      http::Response response;
      response.status = refused->second.first;
      response.headers = {{"x-amzn-ErrorType", refused->second.second}};
      response.body = "{}";
      return response;
    }
    http::Response response;
    response.status = 200;
    if (name == "invocations" && is_durable) {
      response.headers = {{"X-Amz-Durable-Execution-Arn", arn}};
    }
    if (name == "history") response.body = events(history());
    if (name == "stop") response.body = R"({"StopTimestamp":9})";
    if (name == "configuration")
      response.body = R"({"FunctionName":"f","FunctionArn":"a","Version":"1"})";
    if (name == "logs") response.body = log_page(request.url);
    if (name == http::percent_encode(arn)) {
      response.body = R"({"DurableExecutionArn":")" + std::string(arn) +
                      R"(","DurableExecutionName":"n","FunctionArn":"f","StartTimestamp":1.5,)" +
                      R"("EndTimestamp":109,"Result":"42","Status":")" + status + "\"}";
    }
    return response;
  }

  [[nodiscard]] std::vector<const Call*> of(std::string_view name) const {
    std::vector<const Call*> found;
    for (const Call& call : calls) {
      if (call.name == name) found.push_back(&call);
    }
    return found;
  }

  std::function<std::string()> history;  ///< The events behind the start.
  std::function<std::string(const std::string& url)> log_page;
  std::string status = "SUCCEEDED";
  bool is_durable = true;
  std::map<std::string, std::pair<int, std::string>> refusals;  ///< By the path's last part.
  std::vector<Call> calls;

 private:
  const Clock& clock_;
};

cloud::ClientOptions client_options() {
  cloud::ClientOptions options;
  options.endpoint = "http://service";
  options.pause = [](Duration) {};
  return options;
}

class ServerTargetTest : public ::testing::Test {
 protected:
  ServerTargetTest() {
    service->history = [] { return invocation_completed(2) + succeeded(3); };
    ServerTargetOptions options;
    options.endpoint = "http://service";
    options.patience = 10s;
    options.clock = clock;
    options.pause = [this](Duration time) {
      pauses.push_back(time);
      clock->pass(time);
    };
    target = std::make_unique<ServerTarget>(std::move(options), client);
  }

  Result<Observation> run(std::string_view yaml) {
    auto parsed = parse_requirement(yaml, "suite", "1-2");
    EXPECT_TRUE(parsed) << parsed.error().message;
    requirement = *std::move(parsed);
    begin = clock->now();
    return target->run({.requirement = requirement, .bindings = {}, .input = requirement.input});
  }
  /// The execution has a callback, whose invocation ends at once, and ends when `action` was sent.
  void end_by(std::string action) {
    service->history = [this, action = std::move(action)] {
      const std::string open = callback_started() + invocation_completed(3);
      return service->of(action).empty() ? open : open + succeeded(4);
    };
  }

  std::shared_ptr<cloud::FakeClock> clock = std::make_shared<cloud::FakeClock>();
  std::shared_ptr<FakeService> service = std::make_shared<FakeService>(*clock);
  std::shared_ptr<cloud::LambdaClient> client =
      std::make_shared<cloud::LambdaClient>(service, nullptr, client_options());
  std::vector<Duration> pauses;
  std::unique_ptr<ServerTarget> target;
  Requirement requirement;
  Timestamp begin{};
};

TEST_F(ServerTargetTest, LooksForTheFunctionByItsDeployedName) {
  requirement.id = "1-2";
  const auto found = target->has(requirement);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(*found);
  EXPECT_THAT(service->calls.front().request.url,
              HasSubstr("/functions/durable-conformance-1-2/configuration?Qualifier=%24LATEST"));
  service->refusals["configuration"] = {404, "ResourceNotFoundException"};
  const auto missing = target->has(requirement);
  ASSERT_TRUE(missing);
  EXPECT_FALSE(*missing);
  service->refusals["configuration"] = {403, "AccessDeniedException"};
  EXPECT_FALSE(target->has(requirement));
}

TEST_F(ServerTargetTest, WaitsForTheAnswerUnlessTheRequirementIsAsynchronous) {
  for (const std::string flag : {"false", "true"}) {
    const auto seen = run("{AsyncInvoke: " + flag + ", Input: {a: [1, 2]}}");
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(seen->status, "SUCCEEDED");
    EXPECT_EQ(seen->result, "42");
    EXPECT_EQ(seen->history.size(), 3U);
    EXPECT_THAT(seen->given_up, IsEmpty());
    EXPECT_THAT(seen->tree, HasSubstr("SUCCEEDED"));
    const http::OutboundRequest& invoke = service->of("invocations").back()->request;
    EXPECT_THAT(invoke.url, HasSubstr("/functions/durable-conformance-1-2/invocations?Qualifier="));
    EXPECT_EQ(invoke.body, R"({"a": [1, 2]})");
    EXPECT_EQ(cloud::header_of(invoke, "X-Amz-Invocation-Type"),
              flag == "true" ? "Event" : "RequestResponse");
  }
}

TEST_F(ServerTargetTest, StartsWithoutWaitingWhereCallbacksHaveToBeCompleted) {
  end_by("succeed");
  ASSERT_TRUE(run("{CallbackActions: [{Payload: 1}]}"));
  EXPECT_EQ(cloud::header_of(service->calls.front().request, "X-Amz-Invocation-Type"), "Event");
}

TEST_F(ServerTargetTest, SaysThatAFunctionIsNotDurable) {
  service->is_durable = false;
  const auto seen = run("{Input: 1}");
  ASSERT_FALSE(seen);
  EXPECT_THAT(seen.error().message, StartsWith("No DurableExecutionArn in response"));
}

TEST_F(ServerTargetTest, SendsAnActionWhenItsDelayIsOver) {
  end_by("succeed");
  const auto seen =
      run("{AsyncInvoke: true, CallbackActions: [{CallbackName: ask, Payload: ok, Delay: 0.7}]}");
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(service->of("succeed").size(), 1U);
  const FakeService::Call& sent = *service->of("succeed").front();
  EXPECT_EQ(sent.request.body, "\"ok\"");
  EXPECT_THAT(sent.request.url, HasSubstr("/cb-1/"));
  EXPECT_EQ(sent.at - begin, 700ms);
}

TEST_F(ServerTargetTest, LetsTheInvocationThatMadeACallbackEndFirst) {
  service->history = [this] {
    if (!service->of("fail").empty()) {
      return callback_started() + invocation_completed(3) + succeeded(4);
    }
    return clock->now() - begin < 1s ? callback_started()
                                     : callback_started() + invocation_completed(3);
  };
  const auto seen =
      run("{AsyncInvoke: true, CallbackActions: [{CallbackName: ask, Operation: failure, "
          "Payload: {ErrorType: Refused, ErrorMessage: denied}}]}");
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(service->of("fail").size(), 1U);
  const FakeService::Call& sent = *service->of("fail").front();
  EXPECT_THAT(sent.request.body, AllOf(HasSubstr("\"Refused\""), HasSubstr("\"denied\"")));
  EXPECT_GE(sent.at - begin, Duration(1s));
  EXPECT_LT(sent.at - begin, Duration(2s));
}

TEST_F(ServerTargetTest, DoesNotWaitForeverForAnInvocationThatGoesOn) {
  service->history = [this] {
    return service->of("heartbeat").empty()
               ? callback_started()
               : callback_started() + invocation_completed(3) + succeeded(4);
  };
  const auto seen =
      run("{AsyncInvoke: true, CallbackActions: [{CallbackName: ask, Operation: heartbeat}]}");
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(service->of("heartbeat").size(), 1U);
  EXPECT_EQ(service->of("heartbeat").front()->at - begin, Duration(2s));
}

TEST_F(ServerTargetTest, TakesACallbackThatIsClosedForTooLate) {
  end_by("succeed");
  service->refusals["succeed"] = {400, "CallbackTimeoutException"};
  const auto seen = run("{AsyncInvoke: true, CallbackActions: [{Operation: success}]}");
  ASSERT_TRUE(seen) << seen.error().message;
  service->calls.clear();
  service->refusals["succeed"] = {403, "AccessDeniedException"};
  const auto refused = run("{AsyncInvoke: true, CallbackActions: [{Operation: success}]}");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Failed to complete the callback"));
}

TEST_F(ServerTargetTest, LeavesAnExecutionWhoseEndDoesNotMatter) {
  service->history = [this] {
    return clock->now() == begin ? std::string() : invocation_completed(2);
  };
  service->status = "STOPPED";
  const auto seen = run(
      "{AsyncInvoke: true, ExpectedExecutionHistory: [{EventType: InvocationCompleted, EventId: "
      "2}]}");
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->status, "RUNNING");
  EXPECT_EQ(seen->history.size(), 2U);
  EXPECT_THAT(seen->given_up, IsEmpty());
  EXPECT_EQ(service->of("stop").size(), 1U);
}

TEST_F(ServerTargetTest, GivesUpWhatDoesNotEndAndStopsIt) {
  service->history = [] { return invocation_completed(2); };
  service->status = "STOPPED";
  const auto seen = run("{AsyncInvoke: true, ExpectedResult: {ExecutionStatus: SUCCEEDED}}");
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->status, "RUNNING");
  EXPECT_THAT(seen->given_up, StartsWith("the execution has not ended within 10s"));
  ASSERT_EQ(service->of("stop").size(), 1U);
  EXPECT_GT(service->of("stop").front()->at - begin, Duration(10s));
  EXPECT_LT(pauses.size(), 40U);
}

TEST_F(ServerTargetTest, FollowsAnExecutionThatTheServiceDoesNotShowYet) {
  service->refusals["history"] = {404, "ResourceNotFoundException"};
  bool has_failed = true;
  service->history = [] { return succeeded(2); };
  ServerTargetOptions options;
  options.clock = clock;
  options.pause = [&](Duration time) {
    clock->pass(time);
    has_failed = service->refusals.erase("history") == 1;
  };
  target = std::make_unique<ServerTarget>(std::move(options), client);
  const auto seen = run("{AsyncInvoke: true}");
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_TRUE(has_failed);
  EXPECT_EQ(seen->status, "SUCCEEDED");
}

TEST_F(ServerTargetTest, ReadsTheLinesThatNameTheExecution) {
  const std::string name = arn;
  service->log_page = [&](const std::string& url) {
    if (url.ends_with("After=0")) {
      return R"({"Lines":[{"Number":1,"Text":"START"},{"Number":2,"Text":"{\"a\":\")" + name +
             R"(\"}"}],"Last":2})";
    }
    if (url.ends_with("After=2")) {
      return R"({"Lines":[{"Number":3,"Text":"text of )" + name + R"("}],"Last":3})";
    }
    return std::string(R"({"Lines":[],"Last":3})");
  };
  const auto seen = run("{ExpectedLogs: [{match: {a: b}}]}");
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->log_lines.size(), 2U);
  EXPECT_EQ(*seen->log_lines[0].find("a")->as_string(), name);
  EXPECT_EQ(*seen->log_lines[1].find("message")->as_string(), "text of " + name);
  EXPECT_THAT(seen->no_log, IsEmpty());
  EXPECT_THAT(service->calls.back().request.url,
              EndsWith("/durable/functions/durable-conformance-1-2/logs?MaxItems=1000&After=3"));
}

TEST_F(ServerTargetTest, AsksForNoLogThatIsNotExpected) {
  ASSERT_TRUE(run("{Input: 1}"));
  EXPECT_THAT(service->of("logs"), IsEmpty());
}

TEST_F(ServerTargetTest, SaysThatAnEndpointShowsNoLogs) {
  service->refusals["logs"] = {404, "UnknownOperationException"};
  const auto seen = run("{ExpectedLogs: [{match: {a: b}}]}");
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_THAT(seen->log_lines, IsEmpty());
  EXPECT_THAT(seen->no_log, AllOf(HasSubstr("does not show logs"), HasSubstr("UnknownOperation")));
}

TEST_F(ServerTargetTest, WhatExpectsLogsDoesNotPassWithoutThem) {
  service->refusals["logs"] = {404, "UnknownOperationException"};
  auto parsed = parse_requirement("{ExpectedLogs: [{match: {a: b}}]}", "suite", "1-2");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const Verdict verdict = judge(*parsed, *target, 1, *clock);
  EXPECT_EQ(verdict.status, Verdict::Status::error);
  EXPECT_THAT(verdict.message, HasSubstr("ExpectedLogs cannot be checked: "));
  service->refusals.clear();
  service->log_page = [](const std::string&) { return std::string(R"({"Lines":[],"Last":0})"); };
  const Verdict checked = judge(*parsed, *target, 1, *clock);
  EXPECT_EQ(checked.status, Verdict::Status::failed);
}

TEST(ServiceReader, JoinsThePagesOfAHistoryAndKeepsWhatIsSent) {
  auto transport = std::make_shared<cloud::FakeTransport>();
  cloud::LambdaClient client(transport, nullptr, client_options());
  transport->then(200, R"({"Events":[{"EventType":"ExecutionStarted","EventId":1,"Id":"e",)"
                       R"("EventTimestamp":1.5,"New":true,"ExecutionStartedDetails":{"Input":{},)"
                       R"("ExecutionTimeout":60}}],"NextMarker":"a b"})");
  transport->then(200, R"({"Events":[{"EventType":"Unheard","EventId":2,"EventTimestamp":2}]})");
  const auto history = read_history(client, arn);
  ASSERT_TRUE(history) << history.error().message;
  ASSERT_EQ(history->sent.size(), 2U);
  EXPECT_EQ(history->events.size(), 2U);
  EXPECT_NE(history->sent[0].find("New"), nullptr);
  EXPECT_EQ(*history->sent[1].find("EventType")->as_string(), "Unheard");
  EXPECT_THAT(transport->requests().back().url, EndsWith("&Marker=a%20b"));
}

TEST(ServiceReader, RefusesWhatIsNoHistory) {
  auto transport = std::make_shared<cloud::FakeTransport>();
  cloud::LambdaClient client(transport, nullptr, client_options());
  transport->then(200, R"({"Lines":[]})");
  const auto history = read_history(client, arn);
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace durable::conformance
