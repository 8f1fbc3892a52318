// SPDX-License-Identifier: Apache-2.0
#include "conformance/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <stdexcept>

namespace durable::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Status = Verdict::Status;

class StillClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return Timestamp{}; }
};

/// Observes what a test wants.
class FakeTarget final : public Target {
 public:
  FakeTarget() {
    observation.status = "SUCCEEDED";
    observation.tree = "tree";
  }
  [[nodiscard]] std::string name() const override { return "fake"; }
  [[nodiscard]] Result<bool> has(const Requirement& requirement) override {
    if (requirement.id == "0-0") return Error{ErrorCode::unavailable, "nobody answers"};
    return !requirement.id.starts_with("9");
  }
  [[nodiscard]] Result<Observation> run(const Run& run) override {
    ++runs;
    if (run.requirement.id == "8-1") return Error{ErrorCode::service_failure, "it cannot start"};
    if (run.requirement.id == "8-2") throw std::runtime_error("it cannot be observed");
    Observation seen = observation;
    if (echoes) seen.result = run.input.dump().value();
    return seen;
  }

  Observation observation;
  bool echoes = false;
  std::atomic<int> runs = 0;
};

Requirement requirement(std::string id = "1-1") {
  Requirement made;
  made.id = std::move(id);
  made.suite = "step";
  return made;
}

class JudgeTest : public ::testing::Test {
 protected:
  Verdict judged(const Requirement& one) { return judge(one, target, 7, clock); }

  FakeTarget target;
  StillClock clock;
};

TEST_F(JudgeTest, PassesWhatExpectsNothing) {
  const Verdict verdict = judged(requirement());
  EXPECT_EQ(verdict.status, Status::passed);
  EXPECT_EQ(verdict.message, "");
  EXPECT_EQ(verdict.tree, "");
}

TEST_F(JudgeTest, FailsWithTheFirstDifferenceAndTheTree) {
  Requirement one = requirement();
  one.expected_status = "FAILED";
  one.expected_result = 1;

  const Verdict verdict = judged(one);
  one.optional = true;
  const Verdict of_optional = judged(one);

  EXPECT_EQ(verdict.status, Status::failed);
  EXPECT_EQ(verdict.message, "ExecutionStatus: expected FAILED, found SUCCEEDED");
  EXPECT_EQ(verdict.tree, "tree");
  EXPECT_EQ(of_optional.status, Status::optional_failed);
  EXPECT_TRUE(of_optional.optional);
}

TEST_F(JudgeTest, SaysWhyAnExecutionEndedOtherwise) {
  Requirement one = requirement();
  one.expected_status = "SUCCEEDED";
  target.observation.status = "FAILED";
  target.observation.error = wire::ErrorObject{.error_message = "no", .error_type = "Bad"};
  EXPECT_THAT(judged(one).message, HasSubstr("found FAILED (Bad: no)"));
  target.observation.status = "RUNNING";
  target.observation.error.reset();
  target.observation.given_up = "it waits for ever";
  EXPECT_THAT(judged(one).message, HasSubstr("found RUNNING (it waits for ever)"));
  one.expected_status.reset();
  EXPECT_THAT(judged(one).message, HasSubstr("expected an end, found RUNNING"));
  one.expected_status = "RUNNING";
  EXPECT_EQ(judged(one).status, Status::passed);
}

TEST_F(JudgeTest, ComparesTheResultAfterOneDecode) {
  Requirement one = requirement();
  one.expected_status = "SUCCEEDED";
  one.expected_result = json::Value::Object{{"a", "1"}};
  target.observation.result = R"({"a": "1", "b": 2})";
  EXPECT_EQ(judged(one).status, Status::passed);
  target.observation.result = R"({"a": 1})";
  EXPECT_EQ(judged(one).message, "Result.a: expected \"1\", found 1");
  target.observation.result = R"("{\"a\": \"1\"}")";
  EXPECT_THAT(judged(one).message, HasSubstr("Result: expected {"));
  target.observation.result = "no JSON";
  EXPECT_EQ(judged(one).message, "Result: expected JSON, found no JSON");
  target.observation.result.reset();
  one.expected_result = json::Value();
  EXPECT_EQ(judged(one).status, Status::passed) << "no result is null";
  one.expected_result = json::Value::Array{1};
  target.observation.result = "[2]";
  EXPECT_EQ(judged(one).message, "Result[0]: expected 1, found 2");
}

TEST_F(JudgeTest, ComparesOnlyTheStatusOfWhatDidNotSucceed) {
  Requirement one = requirement();
  one.expected_status = "FAILED";
  one.expected_result = "something";
  target.observation.status = "FAILED";
  EXPECT_EQ(judged(one).status, Status::passed);
  one.expected_status.reset();
  EXPECT_THAT(judged(one).message, HasSubstr("Result: expected a result, found FAILED"));
}

TEST_F(JudgeTest, UsesNamesOfTheHistoryInTheLogs) {
  Requirement one = requirement();
  one.variables = {{"N", "7"}};
  one.expected_history = {json::Value::Object{{"EventId", 2}, {"Id", "${ID}"}, {"Name", "${N}"}}};
  one.expected_logs = {{.match = {{"op", "${ID}"}}, .count = 1, .after = {}}};
  target.observation.history = {json::Value::Object{{"EventId", 2}, {"Id", "a"}, {"Name", "7"}}};
  target.observation.log_lines = {json::Value::Object{{"op", "a"}}};
  EXPECT_EQ(judged(one).status, Status::passed);
  target.observation.log_lines = {json::Value::Object{{"op", "b"}}};
  const Verdict verdict = judged(one);
  EXPECT_EQ(verdict.status, Status::failed);
  ASSERT_TRUE(verdict.mismatch && verdict.mismatch->expected_whole);
  EXPECT_EQ(verdict.mismatch->expected_whole->dump().value(), R"({"op":"a"})");
  EXPECT_EQ(verdict.mismatch->found_whole->dump().value(), R"([{"op":"b"}])");
}

TEST_F(JudgeTest, DoesNotPassWhatHasNoLogToCompareWith) {
  Requirement one = requirement();
  target.observation.no_log = "logs are elsewhere";
  EXPECT_EQ(judged(one).status, Status::passed) << "it expects no line";
  one.expected_logs = {{.match = {{"op", "a"}}, .count = 1, .after = {}}};
  EXPECT_EQ(judged(one).status, Status::error);
  EXPECT_THAT(judged(one).message, HasSubstr("cannot be checked: logs are elsewhere"));
}

TEST_F(JudgeTest, SendsTheInputWithItsNames) {
  Requirement one = requirement();
  one.variables = {{"N", "${GEN_STR:12}"}};
  one.input = json::Value::Object{{"name", "${N}"}};
  one.expected_result = json::Value::Object{{"name", "${N}"}};
  target.echoes = true;
  EXPECT_EQ(judged(one).status, Status::passed);
}

TEST_F(JudgeTest, TellsWhatCouldNotBeRun) {
  EXPECT_EQ(judged(requirement("9-1")).status, Status::not_implemented);
  EXPECT_THAT(judged(requirement("9-1")).message, HasSubstr("fake has no function for it"));
  for (const char* id : {"0-0", "8-1", "8-2"}) {
    EXPECT_EQ(judged(requirement(id)).status, Status::error) << id;
  }
  EXPECT_EQ(judged(requirement("8-2")).message, "it cannot be observed");
  Requirement bad = requirement();
  bad.problem = "1-1.yaml: line 1: no YAML";
  EXPECT_EQ(judged(bad).status, Status::error);
  EXPECT_EQ(judged(bad).message, bad.problem);
  bad.problem.clear();
  bad.variables = {{"N", "${GEN_STR:x}"}};
  EXPECT_EQ(judged(bad).status, Status::error);
}

TEST_F(JudgeTest, RunsAllInOrderWhateverTheNumberOfJobs) {
  std::vector<Requirement> all;
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    all.push_back(requirement("1-" + std::to_string(i)));
    all.back().variables = {{"N", "${GEN_STR:8}"}};
    all.back().input = "${N}";
    all.back().expected_result = "x";  // so that the message has the generated text
    expected.push_back(all.back().id);
  }
  target.echoes = true;
  std::map<std::string, std::string> messages;
  for (const std::size_t jobs : {0UL, 1UL, 8UL, 1'000UL}) {
    target.runs = 0;
    std::vector<std::string> reported;
    const auto verdicts = judge_all(
        all, target, jobs, clock, [&](const Verdict& verdict) { reported.push_back(verdict.id); });
    EXPECT_EQ(reported, expected) << jobs;
    EXPECT_EQ(target.runs, 60) << jobs;
    for (const Verdict& verdict : verdicts) {
      const auto known = messages.emplace(verdict.id, verdict.message).first;
      EXPECT_EQ(known->second, verdict.message) << "the seed is made from the id alone";
    }
  }
  EXPECT_NE(messages["1-1"], messages["1-2"]);
  EXPECT_THAT(judge_all({}, target, 4, clock, {}), ElementsAre());
}

}  // namespace
}  // namespace durable::conformance
