// SPDX-License-Identifier: Apache-2.0
#include "functions/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::functions {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<FunctionTemplate> parse(const std::string& text) {
  Result<std::vector<FunctionTemplate>> result = parse_template(text, "/app/template.yaml");
  if (result) return std::move(*result);
  ADD_FAILURE() << result.error().message;
  return {};
}

FunctionTemplate parse_one(const std::string& text) {
  std::vector<FunctionTemplate> functions = parse(text);
  EXPECT_EQ(functions.size(), 1U);
  return functions.empty() ? FunctionTemplate{} : std::move(functions.front());
}

std::string error_of(const std::string& text) {
  const Result<std::vector<FunctionTemplate>> result = parse_template(text, "template.yaml");
  return result ? "no error" : result.error().message;
}

/// A template of one function with these lines as its properties.
std::string function_with(const std::string& properties) {
  std::string text = "Resources:\n  Order:\n    Type: AWS::Serverless::Function\n    Properties:\n";
  std::size_t from = 0;
  while (from < properties.size()) {
    const std::size_t end = properties.find('\n', from);
    text += "      " + properties.substr(from, end - from) + "\n";
    from = end == std::string::npos ? properties.size() : end + 1;
  }
  return text;
}

TEST(Template, ReadsAFunctionWithAllThatRunsIt) {
  const FunctionTemplate function = parse_one(function_with(
      "FunctionName: orders\nHandler: app.handler\nRuntime: python3.13\nCodeUri: src/orders/\n"
      "Timeout: 60\nMemorySize: 512\nAutoPublishAlias: live\n"
      "Environment: {Variables: {TABLE: orders, LIMIT: 7}}\n"
      "DurableConfig: {ExecutionTimeout: 3600, RetentionPeriodInDays: 7}"));
  EXPECT_EQ(function.logical_id, "Order");
  EXPECT_EQ(function.name, "orders");
  EXPECT_EQ(function.handler, "app.handler");
  EXPECT_EQ(function.runtime, "python3.13");
  EXPECT_EQ(function.code_folder, "/app/src/orders/");
  EXPECT_EQ(function.timeout, 60s);
  EXPECT_EQ(function.memory_mb, 512);
  EXPECT_EQ(function.alias, "live");
  EXPECT_THAT(function.environment,
              UnorderedElementsAre(Pair("TABLE", "orders"), Pair("LIMIT", "7")));
  ASSERT_TRUE(function.durable);
  EXPECT_EQ(function.durable->execution_timeout, 1h);
  EXPECT_EQ(function.durable->retention_days, 7);
  EXPECT_THAT(function.warnings, IsEmpty());
}

TEST(Template, UsesLambdasDefaults) {
  const FunctionTemplate function = parse_one(function_with("Runtime: provided.al2023"));
  EXPECT_EQ(function.name, "Order");
  EXPECT_EQ(function.timeout, 3s);
  EXPECT_EQ(function.memory_mb, 128);
  EXPECT_EQ(function.code_folder, "/app/");
  EXPECT_FALSE(function.durable);
}

TEST(Template, LetsAFunctionOverrideTheGlobals) {
  const FunctionTemplate function = parse_one(
      "Globals:\n  Function:\n    Timeout: 30\n    Runtime: nodejs22.x\n"
      "    Environment: {Variables: {A: global, B: global}}\n" +
      function_with("Timeout: 5\nEnvironment: {Variables: {B: own}}"));
  EXPECT_EQ(function.timeout, 5s);
  EXPECT_EQ(function.runtime, "nodejs22.x");
  EXPECT_THAT(function.environment, UnorderedElementsAre(Pair("A", "global"), Pair("B", "own")));
}

TEST(Template, LetsAFunctionOverridePartsOfTheGlobalDurableConfig) {
  const FunctionTemplate function = parse_one(
      "Globals:\n  Function:\n    DurableConfig: {ExecutionTimeout: 60, "
      "RetentionPeriodInDays: 7}\n" +
      function_with("DurableConfig: {RetentionPeriodInDays: 1}"));
  ASSERT_TRUE(function.durable);
  EXPECT_EQ(function.durable->execution_timeout, 60s);
  EXPECT_EQ(function.durable->retention_days, 1);
}

TEST(Template, TakesNoValueForAPropertyThatIsNotThere) {
  const FunctionTemplate function = parse_one(
      "Globals:\n  Function:\n    Timeout: 30\n    DurableConfig: {ExecutionTimeout: 60}\n"
      "    Environment: {Variables: {A: global, B: global}}\n" +
      function_with("Timeout: !Ref AWS::NoValue\nDurableConfig: {Ref: AWS::NoValue}\n"
                    "FunctionName: !Ref AWS::NoValue\n"
                    "Environment: {Variables: {B: !Ref 'AWS::NoValue'}}"));
  EXPECT_EQ(function.name, "Order");
  EXPECT_EQ(function.timeout, 3s);
  EXPECT_FALSE(function.durable);
  EXPECT_THAT(function.environment, ElementsAre(Pair("A", "global")));
  EXPECT_THAT(function.warnings, IsEmpty());
}

TEST(Template, CallsAFunctionByItsLogicalIdWhereItsNameIsNotKnown) {
  const FunctionTemplate function =
      parse_one(function_with("FunctionName: !Sub '${AWS::StackName}-orders'\n"
                              "Environment: {Variables: {SELF: !Ref Order}}"));
  EXPECT_EQ(function.name, "Order");
  EXPECT_EQ(function.environment.at("SELF"), "Order");
  EXPECT_THAT(function.warnings,
              ::testing::Contains(HasSubstr("/app/template.yaml:5: Order.FunctionName: the value "
                                            "of !Sub is not known here")));
}

TEST(Template, ResolvesParametersAndNamesOfFunctions) {
  const FunctionTemplate function = parse_one(
      "Parameters: {Stage: {Type: String, Default: dev}, Seconds: {Type: Number, Default: 9}}\n" +
      function_with("FunctionName: !Sub 'orders-${Stage}'\nTimeout: !Ref Seconds\n"
                    "Environment:\n  Variables:\n    STAGE: {Ref: Stage}\n"
                    "    SELF: !Ref Order\n    ARN: !GetAtt Order.Arn\n"
                    "    LONG: {'Fn::Sub': ['${X}/${!kept}/${AWS::Region}', {X: !Ref Stage}]}"));
  EXPECT_EQ(function.name, "orders-dev");
  EXPECT_EQ(function.timeout, 9s);
  EXPECT_THAT(
      function.environment,
      UnorderedElementsAre(Pair("STAGE", "dev"), Pair("SELF", "orders-dev"),
                           Pair("ARN", "arn:aws:lambda:us-east-1:123456789012:function:orders-dev"),
                           Pair("LONG", "dev/${kept}/us-east-1")));
  EXPECT_THAT(function.warnings, IsEmpty());
}

TEST(Template, KeepsTheTextOfWhatItCannotResolveAndWarns) {
  const FunctionTemplate function =
      parse_one(function_with("Environment:\n  Variables:\n    TABLE: !Ref OrdersTable"));
  EXPECT_THAT(function.environment, ElementsAre(Pair("TABLE", "OrdersTable")));
  EXPECT_THAT(function.warnings,
              ElementsAre(HasSubstr("/app/template.yaml:7: Order.Environment.Variables.TABLE")));
}

TEST(Template, EndsNamesThatReferToEachOther) {
  const FunctionTemplate function = parse_one(function_with("FunctionName: !Ref Order"));
  EXPECT_EQ(function.warnings.size(), 1U);
}

TEST(Template, SkipsOtherResources) {
  const std::vector<FunctionTemplate> functions =
      parse(function_with("Runtime: provided.al2023") + "  Table: {Type: AWS::DynamoDB::Table}\n");
  EXPECT_EQ(functions.size(), 1U);
}

TEST(Template, ReadsATemplateInJson) {
  const FunctionTemplate function = parse_one(
      R"({"Resources": {"F": {"Type": "AWS::Serverless::Function",
          "Properties": {"Handler": "a.b", "Timeout": 4}}}})");
  EXPECT_EQ(function.handler, "a.b");
  EXPECT_EQ(function.timeout, 4s);
}

TEST(Template, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(error_of(function_with("Timeout: 901")),
            "template.yaml:5: Order.Timeout: expected an integer from 1 to 900, found '901'");
  EXPECT_EQ(error_of(function_with("Handler: [a]")),
            "template.yaml:5: Order.Handler: expected a text, found a list");
  EXPECT_EQ(error_of(function_with("DurableConfig: {RetentionPeriodInDays: 3}")),
            "template.yaml:5: Order.DurableConfig: expected an ExecutionTimeout in seconds, found "
            "none");
  EXPECT_THAT(error_of("Resources: {Table: {Type: AWS::DynamoDB::Table}}"),
              HasSubstr("expected at least one resource of type AWS::Serverless::Function"));
  EXPECT_THAT(error_of("[]"), HasSubstr("expected a template with a map Resources, found none"));
  EXPECT_THAT(error_of("a: [b"), HasSubstr("template.yaml:1: expected YAML"));
  EXPECT_THAT(error_of(function_with("FunctionName: a") +
                       "  B: {Type: AWS::Serverless::Function, Properties: {FunctionName: a}}\n"),
              HasSubstr("two functions have the name 'a'"));
}

TEST(Template, SaysWhichFileCannotBeRead) {
  const auto result = read_template("/nowhere/template.yaml");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("'/nowhere/template.yaml'"));
}

}  // namespace
}  // namespace durable::functions
