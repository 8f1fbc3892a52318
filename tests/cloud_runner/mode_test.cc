// SPDX-License-Identifier: Apache-2.0
#include "testing/gtest/mode.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::detail {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Verdict = CloudTarget::Verdict;

Variables variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

TEST(RunnerModeVariable, IsLocalByDefaultAndRefusesOthers) {
  EXPECT_EQ(*runner_mode(variables({})), RunnerMode::local);
  EXPECT_EQ(*runner_mode(variables({{"DURABLE_RUNNER_MODE", "cloud"}})), RunnerMode::cloud);
  const auto wrong = runner_mode(variables({{"DURABLE_RUNNER_MODE", "aws"}}));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message,
            "DURABLE_RUNNER_MODE: expected \"local\" or \"cloud\", found \"aws\"");
}

TEST(CloudTarget, IsTheFunctionThatServesTheTest) {
  const auto target = find_cloud_target(variables({{"QUALIFIED_FUNCTION_NAME", "Hello:live"},
                                                   {"LAMBDA_FUNCTION_TEST_NAME", "Hello WORLD"}}),
                                        "hello world");
  EXPECT_EQ(target.verdict, Verdict::run);
  EXPECT_EQ(target.text, "Hello:live");
}

TEST(CloudTarget, FailsWhereTheVariablesAreMissing) {
  for (const auto& some : {variables({}), variables({{"QUALIFIED_FUNCTION_NAME", "Hello:live"}}),
                           variables({{"LAMBDA_FUNCTION_TEST_NAME", "hello world"}})}) {
    const auto target = find_cloud_target(some, "hello world");
    EXPECT_EQ(target.verdict, Verdict::fail);
    EXPECT_THAT(target.text,
                AllOf(StartsWith("Cloud mode requires both QUALIFIED_FUNCTION_NAME and "
                                 "LAMBDA_FUNCTION_TEST_NAME environment variables"),
                      HasSubstr("QUALIFIED_FUNCTION_NAME='MyFunction:$LATEST' "
                                "LAMBDA_FUNCTION_TEST_NAME='hello world' ./tests "
                                "--runner-mode=cloud")));
  }
}

TEST(CloudTarget, IsSkippedWhereTheFunctionServesAnotherTest) {
  const auto target = find_cloud_target(variables({{"QUALIFIED_FUNCTION_NAME", "Order:live"},
                                                   {"LAMBDA_FUNCTION_TEST_NAME", "order"}}),
                                        "hello world");
  EXPECT_EQ(target.verdict, Verdict::skip);
  EXPECT_EQ(target.text,
            "the test's lambda_function_name \"hello world\" doesn't match "
            "LAMBDA_FUNCTION_TEST_NAME \"order\"");
}

TEST(CloudTarget, IsFoundInAMapOfNames) {
  const std::string map = R"({"hello world": "Hello:live", "order": "Order:7"})";
  for (const char* name : {"DURABLE_FUNCTION_NAME_MAP", "PYTEST_FUNCTION_NAME_MAP"}) {
    const auto some = variables({{name, map}});
    EXPECT_EQ(find_cloud_target(some, "Order").text, "Order:7");
    EXPECT_EQ(find_cloud_target(some, "hello world").verdict, Verdict::run);
    const auto other = find_cloud_target(some, "billing");
    EXPECT_EQ(other.verdict, Verdict::skip);
    EXPECT_THAT(other.text, AllOf(HasSubstr("doesn't match LAMBDA_FUNCTION_TEST_NAME"),
                                  HasSubstr("\"billing\""), HasSubstr(name),
                                  HasSubstr("(\"hello world\", \"order\")")));
  }
  // The map stands instead of the two.
  const auto both = variables({{"DURABLE_FUNCTION_NAME_MAP", map},
                               {"QUALIFIED_FUNCTION_NAME", "Billing:1"},
                               {"LAMBDA_FUNCTION_TEST_NAME", "billing"}});
  EXPECT_EQ(find_cloud_target(both, "billing").verdict, Verdict::skip);
}

TEST(CloudTarget, FailsWhereTheMapIsNone) {
  for (const char* map : {"{", "[]", R"({"hello world": 7})", R"({"hello world": ""})"}) {
    const auto target =
        find_cloud_target(variables({{"DURABLE_FUNCTION_NAME_MAP", map}}), "hello world");
    EXPECT_EQ(target.verdict, Verdict::fail) << map;
    EXPECT_THAT(target.text, StartsWith("DURABLE_FUNCTION_NAME_MAP: expected a JSON object"));
  }
}

}  // namespace
}  // namespace durable::detail
