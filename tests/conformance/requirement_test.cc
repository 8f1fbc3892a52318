// SPDX-License-Identifier: Apache-2.0
#include "conformance/requirement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace durable::conformance {
namespace {

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

TEST(Requirement, OfAnotherShapeIsRefusedWithItsPlace) {
  const auto message = [](std::string_view yaml) {
    const Result<Requirement> read = parse_requirement(yaml, "step", "1-1");
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(message("[1]"), "expected a mapping");
  EXPECT_THAT(message("Variables: 7"),
              HasSubstr("line 1, column 12: Variables: expected a mapping"));
  EXPECT_THAT(message("CallbackActions: 7"), HasSubstr("expected a list"));
  EXPECT_THAT(message("CallbackActions:\n - Operation: explode\n"), HasSubstr("found \"explode\""));
  EXPECT_THAT(message("CallbackActions:\n - Delay: soon\n"), HasSubstr("expected seconds"));
  EXPECT_THAT(message("a: [1"), HasSubstr("line"));
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

TEST_F(RequirementFolder, NamesTheFileThatCannotBeRead) {
  write("step/1-1.yaml", "Variables: 7");
  const auto read = load_requirements(folder);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("1-1.yaml: line 1"));
}

TEST_F(RequirementFolder, WithoutFilesIsAnError) {
  EXPECT_FALSE(load_requirements(folder));
  EXPECT_FALSE(load_requirements(folder / "missing"));
}

}  // namespace
}  // namespace durable::conformance
