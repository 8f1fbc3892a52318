// SPDX-License-Identifier: Apache-2.0
#include "conformance/sam_template.h"

#include "functions/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <set>
#include <string>

namespace durable::conformance {
namespace {

using ::testing::EndsWith;
using ::testing::IsEmpty;

/// The functions of a template, by name, as a server reads them.
std::map<std::string, functions::FunctionTemplate> deployed(const Suite& suite) {
  const auto read = functions::parse_template(sam_template(suite), "/build/templates/suite.yaml");
  EXPECT_TRUE(read) << suite.name << ": " << read.error().message;
  std::map<std::string, functions::FunctionTemplate> by_name;
  if (!read) return by_name;
  for (const functions::FunctionTemplate& function : *read) {
    EXPECT_TRUE(by_name.emplace(function.name, function).second) << function.name;
  }
  return by_name;
}

TEST(SamTemplate, HasEachFunctionUnderTestOnceWithItsRequirement) {
  for (const Suite& suite : suites()) {
    const YAML::Node resources = YAML::Load(sam_template(suite))["Resources"];
    std::multiset<std::string> described;
    for (const auto& resource : resources) {
      const YAML::Node metadata = resource.second["TestingMetadata"];
      if (!metadata.IsDefined()) continue;
      const YAML::Node id = metadata["TestDescription"];
      ASSERT_TRUE(id.IsSequence() && id.size() == 1) << resource.first;
      described.insert(id[0].Scalar());
      EXPECT_EQ(resource.second["Properties"]["Handler"].Scalar(), id[0].Scalar());
      EXPECT_EQ(resource.second["Properties"]["FunctionName"].Scalar(),
                deployed_name(id[0].Scalar()));
    }
    std::multiset<std::string> expected;
    for (const Function& function : suite.functions()) {
      expected.insert(std::string(function.requirement));
    }
    EXPECT_EQ(described, expected) << suite.name;
  }
}

TEST(SamTemplate, DeploysDurableFunctionsBehindAnAlias) {
  for (const Suite& suite : suites()) {
    const auto by_name = deployed(suite);
    for (const Function& function : suite.functions()) {
      const auto found = by_name.find(deployed_name(function.requirement));
      ASSERT_NE(found, by_name.end()) << function.requirement;
      const functions::FunctionTemplate& read = found->second;
      ASSERT_TRUE(read.durable);
      EXPECT_EQ(read.durable->execution_timeout, function.execution_timeout);
      EXPECT_EQ(read.alias, "live");
      EXPECT_THAT(read.code_folder, EndsWith("/build/" + program_name(suite) + "/"));
      EXPECT_THAT(read.warnings, IsEmpty());
    }
  }
}

TEST(SamTemplate, DeploysTheTargetsOfInvokesWithThoseThatInvokeThem) {
  for (const Suite& suite : suites()) {
    const auto by_name = deployed(suite);
    const bool invokes = suite.name == "invoke";
    for (const InvokedFunction& invoked : invoked_functions()) {
      EXPECT_EQ(by_name.count(std::string(invoked.name)), invokes ? 1U : 0U) << suite.name;
    }
    const std::string text = sam_template(suite);
    EXPECT_EQ(text.find("lambda:InvokeFunction") != std::string::npos, invokes) << suite.name;
    EXPECT_EQ(text.find("PER_TENANT") != std::string::npos, invokes) << suite.name;
  }
}

TEST(SamTemplate, TellsTheOfficialRunnerNothingOfTargets) {
  const YAML::Node resources = YAML::Load(sam_template({"invoke", invoke_functions}))["Resources"];
  const YAML::Node echo = resources["ConformanceEcho"];
  ASSERT_TRUE(echo.IsDefined());
  EXPECT_FALSE(echo["TestingMetadata"].IsDefined());
  EXPECT_EQ(echo["Properties"]["Handler"].Scalar(), "conformance-echo");
}

TEST(Suites, HaveEachRequirementOnce) {
  std::set<std::string_view> seen;
  for (const Function& function : functions()) {
    EXPECT_TRUE(seen.insert(function.requirement).second) << function.requirement;
  }
}

}  // namespace
}  // namespace durable::conformance
