// SPDX-License-Identifier: Apache-2.0
//
// Stop, callbacks, functions and logs.
#include "cli/command_line.h"
#include "cli/fake_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace durable::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Stop, SendsTheErrorThatFlagsDescribe) {
  FakeWorld world;
  world.network().then(200, R"({"StopTimestamp":1772366400.5})");

  EXPECT_EQ(world.run({"stop", std::string(test_arn), "--error-message", "m", "--error-type", "T",
                       "--error-data", "d", "--stack-trace", "a", "--utc"}),
            exit_success);

  EXPECT_EQ(world.network().requests().front().body,
            R"({"ErrorMessage":"m","ErrorType":"T","ErrorData":"d","StackTrace":["a"]})");
  EXPECT_EQ(world.out.str(),
            "stopped at 2026-03-01 12:00:00.500Z: " + std::string(test_arn) + "\n");
}

TEST(Stop, PrintsJson) {
  FakeWorld world;
  world.network().then(200, R"({"StopTimestamp":1772366400.5})");

  world.run({"stop", std::string(test_arn), "--json"});

  EXPECT_EQ(world.network().requests().front().body, "");
  EXPECT_EQ(world.out.str(), "{\n    \"StopTimestamp\": \"2026-03-01T12:00:00.500Z\"\n}\n");
}

TEST(Callback, SendsTheThreeCalls) {
  FakeWorld world;
  world.in.str("from stdin");
  world.network().then(200, "{}").then(200, "{}").then(200, "{}").then(200, "{}");

  EXPECT_EQ(world.run({"callback", "succeed", "a+/=", "--result", "{\"ok\":1}"}), exit_success);
  EXPECT_EQ(world.out.str(), "callback succeeded\n");
  EXPECT_EQ(world.run({"callback", "succeed", "b", "-f", "-"}), exit_success);
  EXPECT_EQ(world.run({"callback", "fail", "c", "--error-message", "no"}), exit_success);
  EXPECT_EQ(world.run({"callback", "heartbeat", "d", "--json"}), exit_success);
  EXPECT_EQ(world.out.str(), "{}\n");

  EXPECT_THAT(world.requests(),
              ElementsAre("POST /2025-12-01/durable-execution-callbacks/a%2B%2F%3D/succeed",
                          "POST /2025-12-01/durable-execution-callbacks/b/succeed",
                          "POST /2025-12-01/durable-execution-callbacks/c/fail",
                          "POST /2025-12-01/durable-execution-callbacks/d/heartbeat"));
  EXPECT_EQ(world.network().requests()[0].body, "{\"ok\":1}");
  EXPECT_EQ(world.network().requests()[1].body, "from stdin");
  EXPECT_EQ(world.network().requests()[2].body, "{\"ErrorMessage\":\"no\"}");
}

TEST(Callback, SaysWhatTheServiceRefuses) {
  FakeWorld world;
  world.network().then(400, R"({"Type":"CallbackTimeoutException","Message":"too late"})",
                       {{"x-amzn-ErrorType", "CallbackTimeoutException"}});

  EXPECT_EQ(world.run({"callback", "succeed", "a"}), exit_service);

  EXPECT_EQ(world.out.str(), "");
  EXPECT_THAT(world.err.str(), HasSubstr("CallbackTimeoutException: too late"));
}

TEST(Functions, ShowsATableWithTheirProcesses) {
  FakeWorld world;
  world.network()
      .then(200,
            R"({"Functions":[)" + function_body(true) + "," +
                R"({"FunctionName":"plain","FunctionArn":"x","Version":"$LATEST","Timeout":3}]})")
      .then(
          200,
          R"({"Functions":[{"FunctionName":"order","Processes":2,"Running":1,"Waiting":0,"AttachLine":"env A=1"}]})");

  EXPECT_EQ(world.run({"functions"}), exit_success);

  EXPECT_EQ(
      world.out.str(),
      "FUNCTION  DURABLE  TIMEOUT  EXECUTION TIMEOUT  RETENTION  PROCESSES\n"
      "order     yes      15m      15m                14d        2 started, 1 running, 0 waiting\n"
      "plain     no       3s       -                  -\n"
      "attach order: env A=1\n");
}

TEST(Functions, DoesWithoutProcessesWhereTheEndpointKnowsNone) {
  FakeWorld world;
  world.network()
      .then(200, R"({"Functions":[)" + function_body(true) + "]}")
      .then(404, R"({"message":"no such route"})");

  EXPECT_EQ(world.run({"functions"}), exit_success);

  EXPECT_THAT(world.out.str(), HasSubstr("order"));
  EXPECT_THAT(world.out.str(), ::testing::Not(HasSubstr("PROCESSES")));
}

TEST(Functions, PrintsJson) {
  FakeWorld world;
  world.network().then(200, R"({"Functions":[)" + function_body(true) + "]}");

  world.run({"functions", "--json"});

  EXPECT_EQ(world.out.str(), R"({
    "Functions": [
        {
            "FunctionName": "order",
            "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:order",
            "Version": "$LATEST",
            "Timeout": 900,
            "DurableConfig": {
                "ExecutionTimeout": 900,
                "RetentionPeriodInDays": 14
            }
        }
    ]
}
)");
}

constexpr std::string_view log_lines = R"({"Lines":[
  {"Number":1,"Time":"2026-03-01T12:00:00.000Z","Stream":"stdout","Text":"one"},
  {"Number":2,"Time":"2026-03-01T12:00:01.000Z","Stream":"stderr","Text":"two"}],"Last":2,"Newest":2})";
constexpr std::string_view last_log_line = R"({"Lines":[
  {"Number":2,"Time":"2026-03-01T12:00:01.000Z","Stream":"stderr","Text":"two"}],"Last":2,"Newest":2})";

TEST(Logs, ShowsTheLastLines) {
  FakeWorld world;
  world.network().then(200, std::string(log_lines)).then(200, std::string(last_log_line));

  EXPECT_EQ(world.run({"logs", "order", "-n", "1", "--utc"}), exit_success);

  EXPECT_THAT(world.requests(),
              ElementsAre("GET /durable/functions/order/logs?After=0&MaxItems=1",
                          "GET /durable/functions/order/logs?After=1&MaxItems=1"));
  EXPECT_EQ(world.out.str(), "2026-03-01 12:00:01.000Z  two\n");
}

TEST(Logs, FollowsFromTheLastLineOn) {
  FakeWorld world;
  world.network()
      .then(200, std::string(log_lines))
      .then(200, std::string(log_lines))
      .then(
          200,
          R"({"Lines":[{"Number":3,"Time":"2026-03-01T12:00:02.000Z","Stream":"stdout","Text":"three"}],"Last":3,"Newest":3})")
      .then(404, R"({"Type":"User","Message":"gone"})",
            {{"x-amzn-ErrorType", "ResourceNotFoundException"}});

  EXPECT_EQ(world.run({"logs", "order", "--follow", "--json"}), exit_service);

  EXPECT_THAT(world.requests()[2], HasSubstr("After=2"));
  EXPECT_THAT(world.requests()[3], HasSubstr("After=3"));
  EXPECT_THAT(world.out.str(), HasSubstr("\"Text\":\"one\""));
  EXPECT_THAT(world.out.str(), HasSubstr("\"Text\":\"three\"}\n"));
}

/// Lines with the numbers from `first` on, of a function that has printed up to `newest`.
std::string log_page(std::uint64_t first, std::size_t count, std::uint64_t newest) {
  std::string lines;
  for (std::size_t i = 0; i < count; ++i) {
    lines += (i == 0 ? "" : ",") + (R"({"Number":)" + std::to_string(first + i)) +
             R"(,"Time":"2026-03-01T12:00:00.000Z","Stream":"stdout","Text":"x"})";
  }
  return R"({"Lines":[)" + lines + R"(],"Last":)" + std::to_string(first + count - 1) +
         R"(,"Newest":)" + std::to_string(newest) + "}";
}

TEST(Logs, EndWithWhatWasThereInTheBeginning) {
  FakeWorld world;
  world.network()
      .then(200, log_page(1, 1, 2'500))
      .then(200, log_page(1'001, 1'000, 4'000))
      .then(200, log_page(2'001, 500, 9'000));

  EXPECT_EQ(world.run({"logs", "order", "-n", "1500"}), exit_success) << world.err.str();

  EXPECT_EQ(world.requests().size(), 3U);
  EXPECT_THAT(world.requests()[1], HasSubstr("After=1000&MaxItems=1000"));
  EXPECT_THAT(world.requests()[2], HasSubstr("After=2000&MaxItems=500"));
}

TEST(Logs, CatchUpWithoutAPauseAndTellWhatTheServerNoLongerHad) {
  FakeWorld world;
  world.network()
      .then(200, log_page(1, 1, 1))
      .then(200, log_page(1, 1, 1))
      .then(200, log_page(5'001, 1'000, 6'001))
      .then(200, log_page(6'001, 1, 6'001))
      .then(404, R"({"Type":"User","Message":"gone"})",
            {{"x-amzn-ErrorType", "ResourceNotFoundException"}});

  EXPECT_EQ(world.run({"logs", "order", "--follow"}), exit_service);

  EXPECT_THAT(world.requests()[3], HasSubstr("After=6000"));
  // Before the first full page, and after the one that was not full.
  EXPECT_EQ(world.clock.now() - test_start, std::chrono::seconds{1});
  EXPECT_THAT(world.err.str(), HasSubstr("durable: 4999 lines are missing here"));
}

TEST(Logs, BeginAnewWithAServerThatWasStartedAgain) {
  const auto started = [](std::string page, const std::string& time) {
    page.back() = ',';
    return page + R"("Started":")" + time + R"("})";
  };
  const std::string before = "2026-03-01T11:00:00.000Z";
  const std::string after = "2026-03-01T12:00:00.000Z";
  FakeWorld world;
  world.network()
      .then(200, started(log_page(5, 1, 5), before))
      .then(200, started(log_page(5, 1, 5), before))
      .then(503, "{}")  // three times: one call
      .then(503, "{}")
      .then(503, "{}")
      // It has printed more than before already.
      .then(200, started(log_page(6, 1, 6), after))
      .then(200, started(log_page(1, 6, 6), after))
      .then(404, R"({"Type":"User","Message":"gone"})",
            {{"x-amzn-ErrorType", "ResourceNotFoundException"}});

  EXPECT_EQ(world.run({"logs", "order", "--follow", "-n", "1", "--json"}), exit_service);

  const std::vector<std::string> requests = world.requests();
  ASSERT_EQ(requests.size(), 8U);
  EXPECT_THAT(requests[5], HasSubstr("After=5&"));
  EXPECT_THAT(requests[6], HasSubstr("After=0&"));
  EXPECT_THAT(requests[7], HasSubstr("After=6&"));
  const std::string out = world.out.str();
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 7);
  EXPECT_THAT(world.err.str(), HasSubstr("the server was started again"));
}

TEST(Logs, AreNotAskedOfAws) {
  FakeWorld world;

  EXPECT_EQ(world.run({"logs", "order", "--region", "eu-west-1"}), exit_usage);

  EXPECT_THAT(world.err.str(), HasSubstr("aws logs tail /aws/lambda/order"));
}

TEST(Server, IsGivenWhatTheCommandLineSays) {
  FakeWorld world;

  EXPECT_EQ(world.run({"server", "--port", "0"}), exit_success);

  ASSERT_EQ(world.served.size(), 1U);
  EXPECT_EQ(world.served[0].port, 0);
}

}  // namespace
}  // namespace durable::cli
