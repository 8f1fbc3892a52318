// SPDX-License-Identifier: Apache-2.0
#include "cloud_runner/recorded_service.h"

#include <durable/testing/gtest.h>

#include <algorithm>

namespace durable {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

constexpr const char* not_known_yet =
    R"({"Type":"User","Message":"Durable Execution does not exist"})";

class CloudPolling : public ::testing::Test {
 protected:
  void answer_start() { transport->then(202, "", arn_header()); }
  void answer_status(const std::string& status, int times = 1) {
    for (int i = 0; i < times; ++i) transport->then(200, execution_json(status));
  }
  void answer_not_found(int times = 1) {
    for (int i = 0; i < times; ++i) {
      transport->then(404, not_known_yet, {{"x-amzn-ErrorType", "ResourceNotFoundException"}});
    }
  }
  /// What is asked once the execution has ended.
  void answer_end() {
    transport->then(200, execution_json("SUCCEEDED", ",\"EndTimestamp\":9.5,\"Result\":\"42\""));
    transport->then(
        200,
        R"({"Events":[{"EventType":"ExecutionStarted","EventId":1,"Id":"e","EventTimestamp":1.5,)"
        R"("ExecutionStartedDetails":{"Input":{},"ExecutionTimeout":60}},)"
        R"({"EventType":"ExecutionSucceeded","EventId":2,"Id":"e","EventTimestamp":9.5,)"
        R"("ExecutionSucceededDetails":{"Result":{"Payload":"42"}}}]})");
  }
  [[nodiscard]] const http::OutboundRequest& request(std::size_t index) const {
    return transport->requests().at(index);
  }

  std::shared_ptr<cloud::FakeTransport> transport = std::make_shared<cloud::FakeTransport>();
  ScriptedRunner runner{transport};
};

TEST_F(CloudPolling, InvokesAsAnEventUnderANameOfItsOwn) {
  answer_start();
  EXPECT_EQ(runner->run_async("World"), execution_arn);
  answer_start();
  EXPECT_EQ(runner->run_async(), execution_arn);
  ASSERT_EQ(transport->requests().size(), 2U);
  EXPECT_THAT(request(0).url, EndsWith("/2015-03-31/functions/MyFunction%3A%24LATEST/invocations"));
  EXPECT_EQ(request(0).body, "\"World\"");
  EXPECT_EQ(request(1).body, "");
  EXPECT_EQ(cloud::header_of(request(0), "X-Amz-Invocation-Type"), "Event");
  const std::string name = cloud::header_of(request(0), "X-Amz-Durable-Execution-Name");
  EXPECT_THAT(name, MatchesRegex("test-[0-9a-f]+"));
  EXPECT_NE(name, cloud::header_of(request(1), "X-Amz-Durable-Execution-Name"));
  EXPECT_THAT(runner.pauses, IsEmpty());
}

TEST_F(CloudPolling, InvokesUnderTheGivenName) {
  answer_start();
  EXPECT_EQ(runner->run_async(1, {.execution_name = "order-7"}), execution_arn);
  EXPECT_EQ(cloud::header_of(request(0), "X-Amz-Durable-Execution-Name"), "order-7");
}

TEST_F(CloudPolling, PausesLongerAndLongerUpToTheMaximum) {
  answer_start();
  answer_status("RUNNING", 10);
  answer_status("SUCCEEDED");
  answer_end();
  const auto result = runner->run("x");
  EXPECT_THAT(result, HasResult(42));
  EXPECT_EQ(result.duration(), 8s);
  EXPECT_THAT(runner.pauses,
              ElementsAre(100ms, 150ms, 225ms, 337ms, 505ms, 757ms, 1135ms, 1702ms, 2s, 2s));
  EXPECT_TRUE(transport->said_all());
}

TEST_F(CloudPolling, LooksWithoutDataAndReadsTheEndWithIt) {
  answer_start();
  answer_status("SUCCEEDED");
  answer_end();
  runner->run("x");
  ASSERT_EQ(transport->requests().size(), 4U);
  EXPECT_THAT(request(1).url, HasSubstr("IncludeExecutionData=false"));
  EXPECT_THAT(request(2).url, HasSubstr("IncludeExecutionData=true"));
  EXPECT_THAT(request(3).url,
              AllOf(HasSubstr("/history?"), HasSubstr("IncludeExecutionData=true")));
}

TEST_F(CloudPolling, WaitsForAnExecutionThatIsNotVisibleYet) {
  answer_start();
  answer_not_found(2);
  answer_status("RUNNING");
  answer_status("SUCCEEDED");
  answer_end();
  EXPECT_THAT(runner->run("x"), Succeeded());
  EXPECT_EQ(runner.pauses.size(), 3U);
}

TEST_F(CloudPolling, DoesNotWaitForeverForOneThatNeverShows) {
  answer_start();
  answer_not_found(30);
  EXPECT_THAT(thrown<CloudCallError>([&] { runner->run("x"); }),
              AllOf(StartsWith("Failed to get execution status: ResourceNotFoundException: Durable "
                               "Execution does not exist"),
                    HasSubstr(execution_arn)));
}

TEST_F(CloudPolling, SaysThatAnExecutionWasNeverVisibleInTime) {
  answer_start();
  answer_not_found(6);
  transport->then(200, R"({"Events":[]})");
  EXPECT_THAT(thrown<RunIncompleteError>([&] { runner->run("x", {.timeout = 1s}); }),
              StartsWith("Execution did not complete within 1s (elapsed: 1.0s, last status: "
                         "NOT_FOUND)"));
}

TEST_F(CloudPolling, HasSixtySecondsByDefault) {
  answer_start();
  answer_status("RUNNING", 40);
  for (int i = 0; i < 40; ++i) transport->then(500, "");
  EXPECT_THAT(thrown<RunIncompleteError>([&] { runner->run("x"); }),
              StartsWith("Execution did not complete within 60s (elapsed: 60.0s, last status: "
                         "RUNNING)"));
  Duration paused{};
  for (const Duration pause : runner.pauses) paused += pause;
  EXPECT_EQ(paused, 60s);
}

TEST_F(CloudPolling, FollowsAnExecutionThatRunsAlready) {
  answer_start();
  const std::string arn = runner->run_async("x");
  answer_status("RUNNING");
  answer_status("SUCCEEDED");
  answer_end();
  EXPECT_THAT(runner->wait_for_result(arn), HasResult(42));
}

TEST_F(CloudPolling, RefusesAnExecutionThatNobodyKnows) {
  answer_not_found();
  EXPECT_THAT(thrown<std::invalid_argument>([&] { runner->wait_for_result("arn:of:another"); }),
              StartsWith("Failed to get execution status: ResourceNotFoundException"));
  answer_not_found();
  EXPECT_THAT(thrown<std::invalid_argument>(
                  [&] { (void)runner->wait_for_callback("arn:of:another", "x"); }),
              StartsWith("Failed to get execution history: ResourceNotFoundException"));
  EXPECT_THAT(runner.pauses, IsEmpty());
}

TEST_F(CloudPolling, TakesAStatusThatItDoesNotKnowAsRunning) {
  answer_start();
  answer_status("REWINDING");
  answer_status("SUCCEEDED");
  answer_end();
  EXPECT_THAT(runner->run("x"), HasResult(42));
}

}  // namespace
}  // namespace durable
