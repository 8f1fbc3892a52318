// SPDX-License-Identifier: Apache-2.0
//
// The SAM templates and the program that they deploy name the same functions.
#include "functions/template.h"

#include <yaml-cpp/yaml.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

using durable::functions::FunctionTemplate;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

using Names = std::set<std::string>;

const std::filesystem::path source = DURABLE_SOURCE_DIR;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What the expression's first group finds in a text.
Names all_in(const std::string& text, const char* expression) {
  const std::regex regex(expression);
  Names found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

/// The names that the program has, of durable and of plain functions.
Names in_program(const char* expression) {
  return all_in(text_of(source / "examples/lambda_functions.cc"), expression);
}
Names durable_in_program() { return in_program(R"(functions\.add\("(\w+)\")"); }
Names plain_in_program() { return in_program(R"(functions\.add_plain\("(\w+)\")"); }
Names all_in_program() {
  Names names = durable_in_program();
  names.merge(plain_in_program());
  return names;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

class Templates : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] static std::filesystem::path path() { return source / "templates" / GetParam(); }

  const YAML::Node root = YAML::LoadFile(path());
  const YAML::Node globals = root["Globals"]["Function"];

  /// The properties of each function by the handler that it runs.
  [[nodiscard]] std::map<std::string, YAML::Node> functions() const {
    std::map<std::string, YAML::Node> found;
    for (const auto& resource : root["Resources"]) {
      const YAML::Node properties = resource.second["Properties"];
      const YAML::Node handler = properties["PackageType"] ? properties["ImageConfig"]["Command"][0]
                                                           : properties["Handler"];
      EXPECT_TRUE(handler) << resource.first << " does not say which function it runs";
      if (handler) found.emplace(handler.Scalar(), properties);
    }
    EXPECT_EQ(found.size(), root["Resources"].size()) << "two functions have the same handler";
    return found;
  }

  /// Managed policies of a function; its own statements are left out.
  [[nodiscard]] static Names managed_policies(const YAML::Node& properties) {
    const YAML::Node policies = properties["Policies"];
    Names names;
    if (policies && policies.IsScalar()) names.insert(policies.Scalar());
    if (policies && policies.IsSequence()) {
      for (const YAML::Node& policy : policies) {
        if (policy.IsScalar()) names.insert(policy.Scalar());
      }
    }
    return names;
  }

  /// The output FunctionNameMap as a stack without a prefix has it.
  [[nodiscard]] std::map<std::string, std::string> name_map() const {
    const std::string text = root["Outputs"]["FunctionNameMap"]["Value"].Scalar();
    return YAML::Load(replaced(text, "${Prefix}", "")).as<std::map<std::string, std::string>>();
  }
};

TEST_P(Templates, HaveEveryFunctionOfTheProgramAndNoOther) {
  Names handlers;
  for (const auto& [handler, properties] : functions()) handlers.insert(handler);
  EXPECT_EQ(handlers, all_in_program());
  EXPECT_GE(handlers.size(), 14U);  // or the program is written in a way that is not read here
}

TEST_P(Templates, MakeADurableFunctionDurable) {
  const std::map<std::string, YAML::Node> all = functions();
  for (const std::string& name : durable_in_program()) {
    if (!all.contains(name)) continue;  // told by another test
    SCOPED_TRACE(name);
    const YAML::Node& properties = all.at(name);
    EXPECT_TRUE(properties["DurableConfig"]["ExecutionTimeout"]);
    EXPECT_THAT(managed_policies(properties), Contains("arn:aws:iam::aws:policy/service-role/"
                                                       "AWSLambdaBasicDurableExecutionRolePolicy"));
  }
}

TEST_P(Templates, LeaveAPlainFunctionPlain) {
  const std::map<std::string, YAML::Node> all = functions();
  for (const std::string& name : plain_in_program()) {
    if (!all.contains(name)) continue;  // told by another test
    EXPECT_FALSE(all.at(name)["DurableConfig"]) << name;
  }
  EXPECT_FALSE(globals["DurableConfig"]);
}

TEST_P(Templates, PublishAVersionBehindAnAliasAndLogJson) {
  EXPECT_EQ(globals["AutoPublishAlias"].Scalar(), "live");
  EXPECT_EQ(globals["LoggingConfig"]["LogFormat"].Scalar(), "JSON");
  EXPECT_EQ(globals["Architectures"][0].Scalar(), "Architecture");
  EXPECT_EQ(root["Parameters"]["Architecture"]["AllowedValues"].as<std::vector<std::string>>(),
            (std::vector<std::string>{"x86_64", "arm64"}));
}

TEST_P(Templates, NameEachFunctionAsItsHandler) {
  for (const auto& [handler, properties] : functions()) {
    EXPECT_EQ(properties["FunctionName"].Tag(), "!Sub") << handler;
    EXPECT_EQ(properties["FunctionName"].Scalar(), "${Prefix}" + handler);
  }
}

TEST_P(Templates, TellTheArnOfEachAlias) {
  Names told;
  for (const auto& output : root["Outputs"]) {
    const YAML::Node value = output.second["Value"];
    if (value.Tag() == "!Ref") told.insert(value.Scalar());
  }
  Names expected;
  for (const auto& resource : root["Resources"]) {
    expected.insert(resource.first.Scalar() + ".Alias");
  }
  EXPECT_EQ(told, expected);
}

TEST_P(Templates, MapEveryDurableFunctionToItsAlias) {
  std::map<std::string, std::string> expected;
  for (const std::string& name : durable_in_program()) {
    expected.emplace(replaced(name, "_", " "), name + ":live");
  }
  EXPECT_EQ(name_map(), expected);
}

TEST_P(Templates, MapTheNameOfEveryExampleTest) {
  Names mapped;
  for (const auto& [name, function] : name_map()) mapped.insert(name);
  Names tested;
  for (const auto& file : std::filesystem::directory_iterator(source / "examples")) {
    if (!file.path().string().ends_with("_test.cc")) continue;
    tested.merge(all_in(text_of(file.path()), R"(\.lambda_function_name = "([^"]+)\")"));
  }

  EXPECT_THAT(tested, Not(IsEmpty()));
  EXPECT_THAT(mapped, IsSupersetOf(tested));
}

TEST_P(Templates, LetTheClientOfBillingInvokeIt) {
  const YAML::Node policies = functions().at("billing_client")["Policies"];
  ASSERT_TRUE(policies.IsSequence());
  const YAML::Node statement = policies[1]["Statement"][0];
  EXPECT_EQ(statement["Action"].Scalar(), "lambda:InvokeFunction");
  EXPECT_EQ(statement["Resource"].Scalar(), "${Billing.Arn}:*");
}

TEST_P(Templates, AreUnderstoodByTheLocalServer) {
  const auto read = durable::functions::read_template(path().string());
  ASSERT_TRUE(read) << read.error().message;
  Names names;
  for (const FunctionTemplate& function : *read) {
    EXPECT_THAT(function.warnings, IsEmpty()) << function.name;
    EXPECT_EQ(function.alias, "live") << function.name;
    EXPECT_EQ(function.durable.has_value(), durable_in_program().contains(function.name));
    names.insert(function.name);
  }
  EXPECT_EQ(names, all_in_program());
}

INSTANTIATE_TEST_SUITE_P(
    All, Templates, testing::Values("template.yaml", "image.yaml"), [](const auto& test) {
      return std::string(test.param).substr(0, std::string(test.param).find('.'));
    });

TEST(ZipTemplate, TakesTheProgramFromWhereItIsBuilt) {
  const auto read =
      durable::functions::read_template((source / "templates/template.yaml").string());
  ASSERT_TRUE(read) << read.error().message;
  for (const FunctionTemplate& function : *read) {
    EXPECT_EQ(std::filesystem::path(function.code_folder),
              source / "build/release/examples/example_functions/");
    EXPECT_EQ(function.handler, function.name);
    EXPECT_EQ(function.runtime, "provided.al2023");
  }
}

TEST(ImageTemplate, IsMadeFromTheDockerfileBesideIt) {
  const YAML::Node root = YAML::LoadFile(source / "templates/image.yaml");
  for (const auto& resource : root["Resources"]) {
    const YAML::Node metadata = resource.second["Metadata"];
    EXPECT_TRUE(std::filesystem::exists(source / "templates" / metadata["DockerContext"].Scalar() /
                                        metadata["Dockerfile"].Scalar()));
    EXPECT_EQ(resource.second["Properties"]["PackageType"].Scalar(), "Image");
  }
}

/// The blocks of a page that are of this language.
std::vector<std::string> blocks(const std::string& page, const std::string& language) {
  std::vector<std::string> found;
  const std::string open = "```" + language + "\n";
  for (std::size_t at = 0; (at = page.find(open, at)) != std::string::npos;) {
    at += open.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

TEST(DeploymentPage, HasPoliciesWithActionsAndResources) {
  const std::vector<std::string> policies = blocks(text_of(source / "docs/deployment.md"), "json");
  EXPECT_EQ(policies.size(), 4U);
  for (const std::string& policy : policies) {
    SCOPED_TRACE(policy);
    for (const YAML::Node& statement : YAML::Load(policy)["Statement"]) {
      EXPECT_EQ(statement["Effect"].Scalar(), "Allow");
      EXPECT_TRUE(statement["Action"]);
      EXPECT_TRUE(statement["Resource"] || statement["Principal"]);
    }
  }
}

TEST(DeploymentPage, TakesTheMapOutOfTheTemplateAsTheTestOfTheServerDoes) {
  const std::string line = R"($(sed -n '/FunctionNameMap:/,/}$/{s/${Prefix}//;/live"/p}')";
  EXPECT_THAT(text_of(source / "docs/deployment.md"),
              HasSubstr(line + " templates/template.yaml)"));
  EXPECT_THAT(text_of(source / "tests/templates/served.sh"), HasSubstr(line + " \"$template\")"));
}

TEST(DeploymentPage, LeavesOutTheTestsThatTheWorkflowLeavesOut) {
  const std::string left_out =
      YAML::LoadFile(source / "templates/deploy-and-test.yml")["env"]["LEFT_OUT"].Scalar();
  EXPECT_THAT(text_of(source / "docs/deployment.md"), HasSubstr("--gtest_filter=-" + left_out));
}

}  // namespace
