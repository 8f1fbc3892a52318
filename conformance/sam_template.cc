// SPDX-License-Identifier: Apache-2.0
#include "conformance/sam_template.h"

#include <algorithm>
#include <cctype>

namespace durable::conformance {
namespace {

constexpr std::string_view head = R"(# Made by the build; docs/conformance.md says how to deploy it.
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Description: The functions for the conformance suite SUITE

Parameters:
  Architecture:
    Type: String
    Description: The processor that the bootstrap was built for
    Default: x86_64
    AllowedValues: [x86_64, arm64]

Globals:
  Function:
    Runtime: provided.al2023
    Architectures: [!Ref Architecture]
    CodeUri: ../PROGRAM/
    AutoPublishAlias: live
    MemorySize: 128
    Timeout: 60
    LoggingConfig:
      LogFormat: JSON

Resources:)";

constexpr std::string_view policies = R"(      Policies:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicDurableExecutionRolePolicy
)";
constexpr std::string_view invoke_policy = R"(        - Statement:
            - Effect: Allow
              Action: lambda:InvokeFunction
              Resource: !Sub "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:conformance-*"
)";

void replace(std::string& text, std::string_view what, std::string_view by) {
  text.replace(text.find(what), what.size(), by);
}

/// The members that all functions have.
std::string properties(std::string_view name, std::string_view handler,
                       Duration execution_timeout) {
  const auto timeout = std::chrono::duration_cast<std::chrono::seconds>(execution_timeout);
  std::string text = "    Properties:\n";
  text.append("      FunctionName: ").append(name).append("\n");
  text.append("      Handler: \"").append(handler).append("\"\n");
  text += "      DurableConfig:\n";
  text += "        ExecutionTimeout: " + std::to_string(timeout.count()) + "\n";
  text += "        RetentionPeriodInDays: 1\n";
  return text;
}

/// A logical id has letters and digits only.
std::string resource(std::string_view prefix, std::string_view name) {
  std::string id(prefix);
  bool starts_word = true;
  for (const char c : name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain) {
      id += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    starts_word = !plain;
    if (c == '-' && std::isdigit(static_cast<unsigned char>(id.back())) != 0) id += 'x';
  }
  return "\n  " + id + ":\n    Type: AWS::Serverless::Function\n    Metadata:\n" +
         "      SkipBuild: true\n";
}

}  // namespace

std::string program_name(const Suite& suite) { return "conformance_" + std::string(suite.name); }

std::string sam_template(const Suite& suite) {
  std::string text(head);
  replace(text, "SUITE", suite.name);
  replace(text, "PROGRAM", program_name(suite));
  const bool invokes = suite.functions == invoke_functions;
  for (const Function& function : suite.functions()) {
    const std::string id(function.requirement);
    text += resource("Requirement", id);
    text += "    TestingMetadata:\n      TestDescription: [\"" + id + "\"]\n";
    text += properties(deployed_name(id), id, function.execution_timeout);
    text += policies;
    if (invokes) text += invoke_policy;
  }
  if (!invokes) return text;
  for (const InvokedFunction& invoked : invoked_functions()) {
    text += resource("", invoked.name);
    text += properties(invoked.name, invoked.name, std::chrono::minutes{15});
    if (invoked.per_tenant) {
      text += "      TenancyConfig:\n        TenantIsolationMode: PER_TENANT\n";
    }
    text += policies;
  }
  return text;
}

}  // namespace durable::conformance
