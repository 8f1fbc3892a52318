// SPDX-License-Identifier: Apache-2.0
//
// The workflows: what they may do, for how long, and with whose code.
#include <yaml-cpp/yaml.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Permissions = std::map<std::string, std::string>;

const std::filesystem::path source = DURABLE_SOURCE_DIR;

class Workflows : public testing::TestWithParam<const char*> {
 protected:
  const YAML::Node root = YAML::LoadFile(source / GetParam());

  /// All lines of shell of all jobs.
  [[nodiscard]] std::string shell() const {
    std::string text;
    for (const auto& job : root["jobs"]) {
      for (const YAML::Node& step : job.second["steps"]) {
        if (step["run"]) text += step["run"].Scalar() + "\n";
      }
    }
    return text;
  }
};

TEST_P(Workflows, NameTheMajorVersionOfEachAction) {
  std::size_t actions = 0;
  for (const auto& job : root["jobs"]) {
    for (const YAML::Node& step : job.second["steps"]) {
      if (!step["uses"]) continue;
      EXPECT_THAT(step["uses"].Scalar(), ContainsRegex("^(actions|aws-actions)/[a-z-]+@v[0-9]+$"));
      ++actions;
    }
  }
  EXPECT_GT(actions, 0U);
}

TEST_P(Workflows, EndInTime) {
  for (const auto& job : root["jobs"]) {
    EXPECT_TRUE(job.second["timeout-minutes"]) << job.first << " may run for six hours";
  }
}

TEST_P(Workflows, MayReadTheSourcesAndWriteNothing) {
  ASSERT_TRUE(root["permissions"]) << "the token's default permissions may be all";
  for (const auto& job : root["jobs"]) {
    const YAML::Node permissions =
        job.second["permissions"] ? job.second["permissions"] : root["permissions"];
    for (const auto& [scope, right] : permissions.as<Permissions>()) {
      EXPECT_EQ(right, scope == "id-token" ? "write" : "read") << scope;
    }
  }
}

// What an expression yields becomes code where it stands in a line of shell.
TEST_P(Workflows, GiveTheShellVariablesInsteadOfExpressions) {
  EXPECT_THAT(shell(), Not(HasSubstr("${{")));
}

INSTANTIATE_TEST_SUITE_P(All, Workflows,
                         testing::Values("templates/deploy-and-test.yml",
                                         ".github/workflows/ci.yml"),
                         [](const auto& test) { return test.index == 0 ? "deploy" : "ci"; });

TEST(DeployAndTest, CoversBothProcessorsAndDeploysATemplateThatIsThere) {
  const YAML::Node root = YAML::LoadFile(source / "templates/deploy-and-test.yml");
  const YAML::Node matrix = root["jobs"]["deploy-and-test"]["strategy"]["matrix"]["include"];
  ASSERT_EQ(matrix.size(), 2U);
  EXPECT_EQ(matrix[0]["architecture"].Scalar(), "x86_64");
  EXPECT_EQ(matrix[1]["architecture"].Scalar(), "arm64");
  const YAML::Node outputs = YAML::LoadFile(source / root["env"]["TEMPLATE"].Scalar())["Outputs"];
  EXPECT_TRUE(outputs["FunctionNameMap"]);
  EXPECT_TRUE(outputs["BillingArn"]);
}

}  // namespace
