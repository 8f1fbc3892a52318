// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include "cli/command_line.h"
#include "cli/fake_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string, std::less<>>;

Environment environment(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

ConfiguredEndpoint configured(const std::string& url) {
  return [url](const std::string&) -> Result<std::optional<cloud::NamedEndpoint>> {
    if (url.empty()) return std::optional<cloud::NamedEndpoint>();
    return std::optional(cloud::NamedEndpoint{url, "its source"});
  };
}

TEST(Session, FindsTheEndpointInTheOrderOfItsSources) {
  struct Case {
    CommonOptions options;
    Variables variables;
    std::string configured;
    std::string expected;
    std::string source;
  };
  const std::vector<Case> cases{
      {{}, {}, "", "http://127.0.0.1:9014", "the default"},
      {{.region = "eu-west-1"}, {}, "", "https://lambda.eu-west-1.amazonaws.com", "--region"},
      {{.region = "cn-north-1"}, {}, "", "https://lambda.cn-north-1.amazonaws.com.cn", "--region"},
      {{.region = "eu-west-1"}, {}, "http://b:2/", "http://b:2", "its source"},
      {{}, {{"LAMBDA_ENDPOINT", "http://a:1"}}, "http://b:2", "http://a:1", "LAMBDA_ENDPOINT"},
      {{}, {{"LAMBDA_ENDPOINT", ""}}, "", "http://127.0.0.1:9014", "the default"},
      {{.endpoint_url = "http://c:3"},
       {{"LAMBDA_ENDPOINT", "http://a:1"}},
       "http://b:2",
       "http://c:3",
       "--endpoint-url"},
  };
  for (const Case& c : cases) {
    const auto endpoint =
        find_endpoint(c.options, environment(c.variables), configured(c.configured));
    ASSERT_TRUE(endpoint) << c.expected;
    EXPECT_EQ(endpoint->url, c.expected);
    EXPECT_EQ(endpoint->source, c.source);
  }
}

TEST(Session, AsksWhereTheAwsConfigurationSays) {
  FakeWorld world;
  world.variables["HOME"] = "/home/user";
  world.files["/home/user/.aws/config"] =
      "[default]\nendpoint_url = http://one:1\n[profile dev]\nservices = mine\n"
      "[services mine]\nlambda =\n  endpoint_url = http://two:2\n";
  const auto asked = [&world](const std::vector<std::string>& options) {
    world.network().then(200, R"({"Functions":[]})");
    std::vector<std::string> arguments{"functions", "--json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    EXPECT_EQ(world.run(arguments), exit_success) << world.err.str();
    return world.network().requests().back().url;
  };

  EXPECT_THAT(asked({}), HasSubstr("http://one:1/"));
  EXPECT_THAT(asked({"--profile", "dev"}), HasSubstr("http://two:2/"));
  world.variables["AWS_ENDPOINT_URL"] = "http://all:3";
  EXPECT_THAT(asked({"--region", "eu-west-1"}), HasSubstr("http://all:3/"));
  world.variables["AWS_ENDPOINT_URL_LAMBDA"] = "http://lambda:4";
  EXPECT_THAT(asked({}), HasSubstr("http://lambda:4/"));
  world.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_THAT(asked({}), HasSubstr("http://127.0.0.1:9014/"));
}

TEST(Session, RefusesAnEndpointThatIsNoUrl) {
  for (const std::string url : {"127.0.0.1:9014", "ftp://x", "http://", "http://a b"}) {
    const auto endpoint = find_endpoint({.endpoint_url = url}, environment({}), configured(""));
    ASSERT_FALSE(endpoint) << url;
    EXPECT_EQ(endpoint.error().code, ErrorCode::invalid_usage);
    EXPECT_THAT(endpoint.error().message, HasSubstr(url));
  }
  const auto named =
      find_endpoint({}, environment({{"LAMBDA_ENDPOINT", "nonsense"}}), configured(""));
  ASSERT_FALSE(named);
  EXPECT_THAT(named.error().message, HasSubstr("LAMBDA_ENDPOINT"));
}

TEST(Session, KnowsWhereAnEndpointIs) {
  EXPECT_TRUE(is_local("http://127.0.0.1:9014"));
  EXPECT_TRUE(is_local("http://localhost"));
  EXPECT_TRUE(is_local("http://[::1]:80/x"));
  EXPECT_FALSE(is_local("https://127.0.0.1"));
  EXPECT_TRUE(is_aws("https://lambda.us-east-1.amazonaws.com"));
  EXPECT_FALSE(is_aws("http://127.0.0.1:9014"));
  EXPECT_FALSE(is_aws("https://amazonaws.com.example.org"));
}

TEST(Session, SignsForOthersAndForThisMachineOnlyWithKeys) {
  FakeWorld world;
  world.network().then(200, R"({"Functions":[]})");
  EXPECT_EQ(world.run({"functions", "--json"}), exit_success);
  EXPECT_EQ(world.signers.size(), 0U);

  world.network().then(200, R"({"Functions":[]})");
  EXPECT_EQ(world.run({"functions", "--json", "--region", "eu-west-1", "--profile", "dev"}),
            exit_success);
  ASSERT_EQ(world.signers.size(), 1U);
  EXPECT_EQ(world.signers[0].endpoint, "https://lambda.eu-west-1.amazonaws.com");
  EXPECT_EQ(world.signers[0].profile, "dev");
  EXPECT_FALSE(world.signers[0].is_local);

  world.variables["AWS_ACCESS_KEY_ID"] = "AKID";
  world.network().then(200, R"({"Functions":[]})");
  EXPECT_EQ(world.run({"functions", "--json"}), exit_success);
  ASSERT_EQ(world.signers.size(), 2U);
  EXPECT_TRUE(world.signers[1].is_local);
}

TEST(Session, WantsColoursOnATerminalThatIsNotToldOtherwise) {
  EXPECT_TRUE(wants_color(ColorMode::automatic, environment({}), true));
  EXPECT_FALSE(wants_color(ColorMode::automatic, environment({}), false));
  EXPECT_FALSE(wants_color(ColorMode::automatic, environment({{"NO_COLOR", "1"}}), true));
  EXPECT_TRUE(wants_color(ColorMode::automatic, environment({{"NO_COLOR", ""}}), true));
  EXPECT_FALSE(wants_color(ColorMode::automatic, environment({{"TERM", "dumb"}}), true));
  EXPECT_TRUE(wants_color(ColorMode::always, environment({{"NO_COLOR", "1"}}), false));
  EXPECT_FALSE(wants_color(ColorMode::never, environment({}), true));
}

TEST(Session, SaysHowToStartTheServerThatDoesNotAnswer) {
  FakeWorld world;
  for (int i = 0; i < 3; ++i) world.network().then(cloud::connection_refused());

  EXPECT_EQ(world.run({"list"}), exit_service);

  EXPECT_EQ(world.out.str(), "");
  EXPECT_THAT(world.err.str(), HasSubstr("no answer from"));
  EXPECT_THAT(world.err.str(), HasSubstr("durable server --function NAME=COMMAND"));
  EXPECT_TRUE(world.network().said_all());
}

TEST(Session, GivesNoAdviceOnEndpointsWhereNoneWasAsked) {
  EXPECT_EQ(explain({ErrorCode::unavailable, "port in use"}, {}), "port in use");
}

TEST(Session, WritesJsonAsTheAwsCliDoes) {
  const auto value = with_text_times(
      R"({"Events":[{"EventTimestamp":1772366400.25,"Id":"a","D":{},"L":[]}],"StopTimestamp":1})");
  ASSERT_TRUE(value);
  const auto text = pretty(*value);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, R"({
    "Events": [
        {
            "EventTimestamp": "2026-03-01T12:00:00.250Z",
            "Id": "a",
            "D": {},
            "L": []
        }
    ],
    "StopTimestamp": "1970-01-01T00:00:01.000Z"
})");
}

TEST(Session, FindsAnExecutionByItsNameInAllFunctions) {
  FakeWorld world;
  const std::string older = R"({"DurableExecutions":[{"DurableExecutionArn":"arn:older",
      "DurableExecutionName":"n","FunctionArn":"f","Status":"FAILED","StartTimestamp":1}]})";
  const std::string newer = R"({"DurableExecutions":[{"DurableExecutionArn":"arn:newer",
      "DurableExecutionName":"n","FunctionArn":"f","Status":"RUNNING","StartTimestamp":2},
      {"DurableExecutionArn":"arn:other","DurableExecutionName":"other","FunctionArn":"f",
      "Status":"RUNNING","StartTimestamp":3}]})";
  world.network()
      .then(
          200,
          R"({"Functions":[{"FunctionName":"a","FunctionArn":"x","Version":"1","DurableConfig":{}},
          {"FunctionName":"plain","FunctionArn":"x","Version":"1"},
          {"FunctionName":"b","FunctionArn":"x","Version":"1","DurableConfig":{}}]})")
      .then(200, older)
      .then(200, newer)
      .then(200, R"({"StopTimestamp":1772366400})");

  EXPECT_EQ(world.run({"stop", "n"}), exit_success);

  EXPECT_THAT(world.requests(),
              ElementsAre("GET /2015-03-31/functions",
                          "GET /2025-12-01/functions/a/durable-executions?DurableExecutionName=n",
                          "GET /2025-12-01/functions/b/durable-executions?DurableExecutionName=n",
                          "POST /2025-12-01/durable-executions/arn%3Anewer/stop"));
}

TEST(Session, SaysThatNoExecutionHasTheName) {
  FakeWorld world;
  world.network().then(200, R"({"DurableExecutions":[]})");

  EXPECT_EQ(world.run({"get", "n", "--function", "order"}), exit_service);

  EXPECT_THAT(world.err.str(), HasSubstr("found \"n\", which names no execution of order"));
}

TEST(Run, SaysThatItsOutputCouldNotBeWritten) {
  for (const char* command : {"man", "--help"}) {
    FakeWorld world;
    world.out.setstate(std::ios::badbit);
    EXPECT_EQ(world.run({command}), exit_service) << command;
    EXPECT_THAT(world.err.str(), HasSubstr("standard output could not be written"));
  }
}

TEST(Run, SaysNothingToAReaderWhoHasGone) {
  FakeWorld world;
  world.out.setstate(std::ios::badbit);
  world.out_has_reader = false;
  EXPECT_EQ(world.run({"man"}), exit_success);
  EXPECT_EQ(world.err.str(), "");
}

TEST(Run, KeepsTheExitCodeOfAFailureWhoseOutputCouldNotBeWritten) {
  FakeWorld world;
  world.out.setstate(std::ios::badbit);
  world.conform = [](const ConformanceCommand&, Session&) -> Result<int> { return exit_failed; };
  EXPECT_EQ(world.run({"conformance", "folder"}), exit_failed);
  EXPECT_THAT(world.err.str(), HasSubstr("standard output could not be written"));
}

}  // namespace
}  // namespace durable::cli
