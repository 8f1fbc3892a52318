// SPDX-License-Identifier: Apache-2.0
#include "conformance/requirement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <durable/base/random.h>

#include <fstream>

namespace durable::conformance {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::string_view full = R"yaml(---
description: a callback
AsyncInvoke: true
optional: true
Variables:
  NAME: ${GEN_STR:4}
Input: [1, "1", 1.5, true, null, ~, text, {k: v}]
CallbackActions:
  - CallbackName: ${NAME}
    Operation: failure
    Payload: {ErrorType: Rejected}
    Delay: 1.5
  - Operation: heartbeat
ExpectedResult:
  ExecutionStatus: FAILED
  Result: null
ExpectedExecutionHistory:
  - EventId: 2
    EventType: CallbackStarted
    Details: {}
ExpectedLogs:
  - match: {message: /x/}
    count: 1
    after:
      - level: INFO
)yaml";

TEST(Requirement, IsReadInFull) {
  const Result<Requirement> read = parse_requirement(full, "callback", "4-1");

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->id, "4-1");
  EXPECT_EQ(read->suite, "callback");
  EXPECT_TRUE(read->async_invoke);
  EXPECT_TRUE(read->optional);
  EXPECT_EQ(read->input.dump().value(), R"([1,"1",1.5,true,null,null,"text",{"k":"v"}])");
  ASSERT_EQ(read->callback_actions.size(), 2U);
  EXPECT_EQ(read->callback_actions[0].callback_name, "${NAME}");
  EXPECT_EQ(read->callback_actions[0].kind, CallbackAction::Kind::failure);
  EXPECT_EQ(read->callback_actions[0].delay, Duration(1500ms));
  EXPECT_EQ(read->callback_actions[1].callback_name, "*");
  EXPECT_EQ(read->expected_status, "FAILED");
  EXPECT_EQ(read->expected_result, json::Value());
  ASSERT_EQ(read->expected_history.size(), 1U);
  EXPECT_EQ(read->expected_history[0].dump().value(),
            R"({"EventId":2,"EventType":"CallbackStarted","Details":{}})");
  ASSERT_EQ(read->expected_logs.size(), 1U);
  EXPECT_EQ(read->expected_logs[0].count, 1);
  EXPECT_EQ(read->expected_logs[0].after.size(), 1U);
}

TEST(Requirement, WithoutAnInputHasNull) {
  const Result<Requirement> read = parse_requirement("Input:\ndescription: x\n", "step", "1-1");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->input.is_null());
  EXPECT_FALSE(read->expected_result);
}

TEST(Requirement, TakesItsKeysInAnySpelling) {
  const Result<Requirement> read = parse_requirement(
      R"yaml(
Description: x
Handler: x
Invocations: [x]
variables: {NAME: x}
input: 7
async_invoke: true
callback_actions: [{callbackName: a, operation: Heartbeat, payload: 1, delay: 2}]
expected_result: {execution_status: FAILED, result: 1}
expectedExecutionHistory: [{EventId: 1}]
expected_logs: [{Match: {a: 1}, minCount: 2, After: {b: 1}}]
Optional: true
)yaml",
      "step", "1-1");

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->warnings, ElementsAre());
  EXPECT_TRUE(read->async_invoke);
  EXPECT_TRUE(read->optional);
  EXPECT_EQ(read->input, json::Value(7));
  EXPECT_EQ(read->variables.size(), 1U);
  ASSERT_EQ(read->callback_actions.size(), 1U);
  EXPECT_EQ(read->callback_actions[0].kind, CallbackAction::Kind::heartbeat);
  EXPECT_EQ(read->callback_actions[0].delay, Duration(2s));
  EXPECT_EQ(read->expected_status, "FAILED");
  EXPECT_EQ(read->expected_history.size(), 1U);
  ASSERT_EQ(read->expected_logs.size(), 1U);
  EXPECT_EQ(read->expected_logs[0].min_count, 2);
  EXPECT_EQ(read->expected_logs[0].after.size(), 1U);
}

TEST(Requirement, CallsEitherKeyAsync) {
  for (const char* text : {"AsyncInvoke: true", "async: true", "Async: true\nAsyncInvoke: false"}) {
    const Result<Requirement> read = parse_requirement(text, "step", "1-1");
    ASSERT_TRUE(read) << text;
    EXPECT_TRUE(read->async_invoke) << text;
  }
}

TEST(Requirement, WarnsOfKeysThatMeanNothing) {
  const Result<Requirement> read = parse_requirement(
      "Input: 1\nImput: 2\nExpectedLogs:\n - match: {any: thing}\n   counts: 1\n", "step", "1-1");

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->warnings,
              ElementsAre(AllOf(HasSubstr("line 5"), HasSubstr("ExpectedLogs: \"counts\"")),
                          AllOf(HasSubstr("line 2"), HasSubstr("\"Imput\""))));
}

TEST(Requirement, TakesTheLastOfAKeyGivenTwiceAndWarns) {
  const Result<Requirement> read =
      parse_requirement("Input: {a: 1, a: 2}\nInput: {b: 1, b: 2}\n", "step", "1-1");

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->input.dump().value(), R"({"b":2})");
  EXPECT_THAT(read->warnings, ElementsAre(HasSubstr("line 2, column 8")));
}

TEST(Requirement, ReadsScalarsAsTheOfficialRunnerDoes) {
  const Result<Requirement> read = parse_requirement(
      "Input: [0x1F, 0o17, +5, -5, 007, .5, 1., 1e3, -1.5E-2, 18446744073709551615, 1_000, yes, "
      "2026-01-01, 1.2.3, ++5, 'x', !!str 5, \"\", !!str true]",
      "step", "1-1");

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->input.dump().value(),
            R"([31,15,5,-5,7,0.5,1.0,1000.0,-0.015,18446744073709551615,"1_000",true,)"
            R"("2026-01-01","1.2.3","++5","x","5","","true"])");
}

TEST(Requirement, OfAnotherShapeIsRefusedWithItsPlace) {
  const auto message = [](std::string_view yaml) {
    const Result<Requirement> read = parse_requirement(yaml, "step", "1-1");
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(message("[1]"), "line 1, column 1: a requirement: expected a mapping, found [1]");
  EXPECT_THAT(message(""), HasSubstr("expected a mapping"));
  EXPECT_EQ(message("Variables: 7"), "line 1, column 12: Variables: expected a mapping, found 7");
  EXPECT_THAT(message("CallbackActions: 7"), HasSubstr("expected a list"));
  EXPECT_THAT(message("CallbackActions: [7]"), HasSubstr("expected a mapping"));
  EXPECT_THAT(message("CallbackActions:\n - Operation: explode\n"),
              HasSubstr("line 2, column 15: Operation: expected success, failure or heartbeat, "
                        "found \"explode\""));
  EXPECT_THAT(message("CallbackActions:\n - Delay: soon\n"), HasSubstr("expected seconds"));
  EXPECT_THAT(message("CallbackActions:\n - Delay: -1\n"), HasSubstr("expected seconds"));
  EXPECT_THAT(message("CallbackActions:\n - Delay: 1e300\n"), HasSubstr("at most a year"));
  EXPECT_THAT(message("CallbackActions:\n - CallbackName: 7\n"), HasSubstr("expected a text"));
  EXPECT_THAT(message("optional: maybe"), HasSubstr("true or false, found \"maybe\""));
  EXPECT_THAT(message("ExpectedResult: SUCCEEDED"), HasSubstr("expected a mapping"));
  EXPECT_THAT(message("ExpectedExecutionHistory: [{EventType: A}]"), HasSubstr("EventId"));
  EXPECT_THAT(message("ExpectedExecutionHistory: [{EventId: '1'}]"), HasSubstr("EventId"));
  EXPECT_THAT(message("ExpectedLogs: [{count: 1}]"), HasSubstr("the key match"));
  EXPECT_THAT(message("ExpectedLogs: [{match: x}]"), HasSubstr("match: expected a mapping"));
  EXPECT_THAT(message("ExpectedLogs: [{match: {a: 1}, count: -1}]"), HasSubstr("0 or more"));
  EXPECT_THAT(message("ExpectedLogs: [{match: {a: 1}, after: [x]}]"),
              HasSubstr("after: expected a mapping"));
  EXPECT_THAT(message("a: [1"), HasSubstr("line"));
  EXPECT_THAT(message("[a]: 1"), HasSubstr("expected a text as key"));
}

TEST(Requirement, BoundsWhatAFileMayHold) {
  const auto message = [](std::string_view yaml) {
    const Result<Requirement> read = parse_requirement(yaml, "step", "1-1");
    return read ? std::string() : read.error().message;
  };
  const std::string deep = "Input: " + std::string(100, '[') + std::string(100, ']');
  EXPECT_THAT(message(deep), HasSubstr("deeper than 64"));
  EXPECT_THAT(message("Input: " + std::string(100'000, '[')), HasSubstr("line 1"));
  EXPECT_THAT(message("Input: &a [*a]"), HasSubstr("deeper than 64"));
  std::string bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k > 0 ? "," : "") + last;
    bomb += "]\n";
  }
  EXPECT_THAT(message(bomb), HasSubstr("more than 20000 values"));
}

/// Damage to a good file gives a requirement or an error, nothing else.
TEST(Requirement, ReadsAnythingWithoutHarm) {
  constexpr std::uint64_t seed = 5;
  Random random(seed);
  constexpr std::string_view characters = "[]{}:,-&*!|>'\"%@`#?\n\t 0a~$\xC3\x80";
  for (int round = 0; round < 500; ++round) {
    std::string text(full);
    for (std::uint64_t i = 1 + random.next() % 4; i > 0; --i) {
      const std::size_t at = random.next() % text.size();
      const char c = characters[random.next() % characters.size()];
      random.next() % 2 == 0 ? text.insert(at, 1, c) : text.replace(at, 1, 1, c);
    }
    const Result<Requirement> read = parse_requirement(text, "step", "1-1");
    if (read) continue;
    EXPECT_NE(read.error().message, "") << "seed " << seed << ":\n" << text;
  }
}

class RequirementFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path(::testing::TempDir()) /
             (std::string("durable_requirements_") + info->name());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "step");
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder / name) << text;
  }
  std::filesystem::path folder;
};

TEST_F(RequirementFolder, IsReadInTheOrderOfTheNumbers) {
  write("step/1-10.yaml", "Input: 1");
  write("step/1-9.yaml", "Input: 1");
  write("step/notes.txt", "[");

  const auto read = load_requirements(folder);

  ASSERT_TRUE(read) << read.error().message;
  std::vector<std::string> ids;
  for (const Requirement& requirement : *read)
    ids.push_back(requirement.suite + " " + requirement.id);
  EXPECT_THAT(ids, ElementsAre("step 1-9", "step 1-10"));
}

TEST_F(RequirementFolder, KeepsAFileThatCannotBeReadAsAProblemOfItsOwn) {
  write("step/1-1.yaml", "Variables: 7");
  write("step/1-2.yaml", "Input: 1");
  write("step/1-3.yaml", std::string(requirement_bytes_max + 1, '#'));

  const auto read = load_requirements(folder);

  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[0].id, "1-1");
  EXPECT_THAT((*read)[0].problem, HasSubstr("step/1-1.yaml: line 1, column 12: Variables"));
  EXPECT_EQ((*read)[1].problem, "");
  EXPECT_THAT((*read)[2].problem, HasSubstr("larger than 1048576 bytes"));
}

TEST_F(RequirementFolder, LeavesOtherYamlFilesOut) {
  write("template.yaml", "Resources: {}");
  write("broken.yaml", "[");
  write("step/1-1.yml", "Input: 1");
  write("step/named.yaml", "ExpectedResult: {ExecutionStatus: FAILED}");

  const auto read = load_requirements(folder);

  ASSERT_TRUE(read) << read.error().message;
  std::vector<std::string> ids;
  for (const Requirement& requirement : *read) ids.push_back(requirement.id);
  EXPECT_THAT(ids, ElementsAre("named", "1-1"));
}

TEST_F(RequirementFolder, MayBeASuiteOrOneFile) {
  write("step/1-1.yaml", "Input: 1");

  for (const auto& path : {folder / "step", folder / "step/", folder / "step/1-1.yaml"}) {
    const auto read = load_requirements(path);
    ASSERT_TRUE(read) << path << read.error().message;
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ((*read)[0].suite, "step") << path;
  }
}

TEST_F(RequirementFolder, WithoutFilesIsAnError) {
  write("template.yaml", "Resources: {}");
  const auto empty = load_requirements(folder);
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("found none among 1 YAML files"));
  EXPECT_FALSE(load_requirements(folder / "missing"));
}

}  // namespace
}  // namespace durable::conformance
