// SPDX-License-Identifier: Apache-2.0
#include "cli/replay/judge.h"

#include "cli/command_line.h"
#include "cli/fake_world.h"

#include <durable/wire/json.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace durable::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using wire::OperationAction;
using wire::OperationStatus;
using wire::OperationType;

/// Events with numbers, from short words: `StepStarted 1`, with `>2` inside the context 2.
std::vector<wire::Event> events(std::initializer_list<const char*> words) {
  std::string text = R"({"Events":[{"EventType":"ExecutionStarted","EventId":1,"Id":"x",
      "EventTimestamp":1,"ExecutionStartedDetails":{"Input":{"Payload":"7"},"ExecutionTimeout":9}})";
  int number = 1;
  for (const std::string word : words) {
    const std::size_t space = std::min(word.find(' '), word.size());
    const std::size_t inside = std::min(word.find(" >"), word.size());
    const std::string type = word.substr(0, space);
    text += R"(,{"EventType":")" + type + R"(","EventTimestamp":1,"EventId":)" +
            std::to_string(++number);
    if (space < word.size()) {
      const std::string id = word.substr(space + 1, inside - space - 1);
      text += R"(,"Id":")" + id + R"(","Name":"n)" + id + "\"";
    }
    if (inside < word.size()) text += R"(,"ParentId":")" + word.substr(inside + 2) + "\"";
    const bool has_result = type.ends_with("Succeeded") && type != "WaitSucceeded";
    if (has_result) {
      text += ",\"" + type + R"(Details":{"Result":{"Payload":"1"},"RetryDetails":{}})";
    }
    if (type == "WaitStarted") {
      text += R"(,"WaitStartedDetails":{"Duration":1,"ScheduledEndTimestamp":2})";
    }
    if (type == "CallbackStarted") text += R"(,"CallbackStartedDetails":{"CallbackId":"c"})";
    text += "}";
  }
  return wire::decode<wire::GetDurableExecutionHistoryResponse>(text + "]}").value().events;
}

ReplayRecord record_of_words(std::initializer_list<const char*> words) {
  return ReplayRecord::from(events(words)).value();
}

/// `1 SUCCEEDED` for each operation but the execution.
std::vector<std::string> statuses(const ReplayPass& pass) {
  std::vector<std::string> lines;
  for (const wire::Operation& one : pass.operations) {
    if (one.type == OperationType::execution) continue;
    lines.push_back(one.id + (one.status == OperationStatus::started     ? " STARTED"
                              : one.status == OperationStatus::pending   ? " PENDING"
                              : one.status == OperationStatus::succeeded ? " SUCCEEDED"
                                                                         : " other"));
  }
  return lines;
}

std::vector<std::string> shown(std::initializer_list<const char*> words) {
  const ReplayRecord record = record_of_words(words);
  return statuses(record.pass(record.pass_count() - 1, test_start));
}

wire::OperationUpdate update(const std::string& id, OperationType type, OperationAction action) {
  wire::OperationUpdate update;
  update.id = id;
  update.name = "n" + id;
  update.type = type;
  update.action = action;
  return update;
}

wire::CheckpointDurableExecutionRequest request(wire::OperationUpdate one) {
  wire::CheckpointDurableExecutionRequest request;
  request.updates.push_back(std::move(one));
  return request;
}

// ---- The record ----

TEST(ReplayRecord, HasAPassForEachInvocationThatWaitedAndOneForTheWhole) {
  const ReplayRecord record = record_of_words(
      {"StepStarted 1", "StepSucceeded 1", "WaitStarted 2", "InvocationCompleted",
       "WaitSucceeded 2", "CallbackStarted 3", "CallbackSucceeded 3", "InvocationCompleted",
       "StepStarted 4", "StepSucceeded 4", "InvocationCompleted", "ExecutionSucceeded"});

  ASSERT_EQ(record.pass_count(), 3U);
  const ReplayPass first = record.pass(0, test_start);
  EXPECT_THAT(statuses(first), ElementsAre("1 SUCCEEDED", "2 STARTED"));
  EXPECT_TRUE(first.waits);
  EXPECT_EQ(first.invocation, 1U);
  EXPECT_EQ(first.event_id, 4);
  // What came from outside after the function's last word is not shown.
  EXPECT_THAT(statuses(record.pass(1, test_start)),
              ElementsAre("1 SUCCEEDED", "2 SUCCEEDED", "3 STARTED"));
  EXPECT_FALSE(record.pass(2, test_start).waits);
}

TEST(ReplayRecord, ShowsOpenWaitsAndAttemptsAsDueInADay) {
  const ReplayRecord record = record_of_words({"StepStarted 1", "WaitStarted 2"});

  const ReplayPass pass = record.pass(0, test_start);

  EXPECT_EQ(pass.operations[0].status, OperationStatus::started);
  EXPECT_THAT(statuses(pass), ElementsAre("1 PENDING", "2 STARTED"));
  const Timestamp tomorrow = test_start + std::chrono::hours{24};
  EXPECT_EQ(pass.operations[1].step_details->next_attempt_timestamp, tomorrow);
  EXPECT_EQ(pass.operations[2].wait_details->scheduled_end_timestamp, tomorrow);
}

TEST(ReplayRecord, ShowsAStepThatWasOpenWhileAnInvocationWaitedAsItIs) {
  EXPECT_THAT(shown({"WaitStarted 1", "StepStarted 2", "InvocationCompleted"}),
              ElementsAre("1 STARTED", "2 STARTED"));
}

TEST(ReplayRecord, ShowsFinishedContextsAsOpen) {
  EXPECT_THAT(shown({"ContextStarted 1", "StepStarted 2 >1", "StepSucceeded 2 >1",
                     "ContextSucceeded 1", "InvocationCompleted", "ExecutionSucceeded"}),
              ElementsAre("1 STARTED", "2 SUCCEEDED"));
}

TEST(ReplayRecord, ShowsContextsAsFinishedThatMayHaveWonARaceOrHoldOpenWork) {
  EXPECT_THAT(shown({"ContextStarted 1", "WaitStarted 2", "ContextSucceeded 1", "WaitSucceeded 2",
                     "ExecutionSucceeded"}),
              ElementsAre("1 SUCCEEDED", "2 SUCCEEDED"));
  EXPECT_THAT(
      shown({"ContextStarted 1", "WaitStarted 2 >1", "ContextSucceeded 1", "ExecutionSucceeded"}),
      ElementsAre("1 SUCCEEDED", "2 STARTED"));
}

TEST(ReplayRecord, HoldsWhatWasFinishedLastWhereNothingIsOpen) {
  EXPECT_THAT(
      shown({"StepStarted 1", "StepSucceeded 1", "CallbackStarted 2", "CallbackSucceeded 2"}),
      ElementsAre("1 SUCCEEDED", "2 STARTED"));
  EXPECT_THAT(shown({"StepStarted 1", "StepSucceeded 1"}), ElementsAre("1 PENDING"));
  EXPECT_THAT(shown({"ContextStarted 1", "StepStarted 2 >1", "StepSucceeded 2 >1"}),
              ElementsAre("1 STARTED", "2 PENDING"));
  // The second step may be a race, which began after those that take part.
  EXPECT_THAT(shown({"StepStarted 1", "StepStarted 2", "StepSucceeded 1", "StepSucceeded 2"}),
              ElementsAre("1 PENDING", "2 SUCCEEDED"));
}

TEST(ReplayRecord, HasNoPassWhereNothingIsRecordedButAStart) {
  EXPECT_EQ(record_of_words({}).pass_count(), 0U);
}

// ---- The judge ----

class ReplayJudgement : public ::testing::Test {
 protected:
  explicit ReplayJudgement(bool has_ended = true)
      : record_(has_ended ? record_of_words({"StepStarted 1", "StepSucceeded 1", "ContextStarted 2",
                                             "StepStarted 3 >2", "StepSucceeded 3 >2",
                                             "ContextSucceeded 2", "InvocationCompleted",
                                             "ExecutionSucceeded"})
                          : record_of_words({"WaitStarted 1", "InvocationCompleted"})),
        judge_(record_, record_.pass(0, test_start)) {}

  void expect_difference(const std::string& recorded, const std::string& now) {
    ASSERT_TRUE(judge_.difference());
    EXPECT_EQ(judge_.difference()->divergence.recorded, recorded);
    EXPECT_EQ(judge_.difference()->divergence.now, now);
  }

  const ReplayRecord record_;
  ReplayJudge judge_;
};

TEST_F(ReplayJudgement, TakesTheRecordedEndOfAContextAndAnswersAsTheServiceDoes) {
  auto end = update("2", OperationType::context, OperationAction::succeed);
  end.payload = Payload("1");

  const auto answer = judge_.checkpoint(request(end));
  judge_.answered({wire::InvocationOutputStatus::succeeded, Payload("1"), {}});

  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->new_execution_state.operations.size(), 1U);
  EXPECT_EQ(answer->new_execution_state.operations[0].status, OperationStatus::succeeded);
  EXPECT_TRUE(answer->checkpoint_token);
  EXPECT_FALSE(judge_.difference());
  EXPECT_THAT(judge_.left_over(), IsEmpty());
  EXPECT_TRUE(judge_.has_ended());
}

TEST_F(ReplayJudgement, FindsAnotherResultOfAContext) {
  auto end = update("2", OperationType::context, OperationAction::succeed);
  end.payload = Payload("2");

  EXPECT_FALSE(judge_.checkpoint(request(end)));

  expect_difference("the result 1", "the result 2");
  EXPECT_EQ(judge_.difference()->divergence.where, "handler > \"n2\", event 4");
  EXPECT_EQ(judge_.difference()->event_id, 4);
}

TEST_F(ReplayJudgement, FindsAContextThatFailsNow) {
  auto end = update("2", OperationType::context, OperationAction::fail);
  end.error = wire::ErrorObject{"no paper", "Broken", {}, {}};

  EXPECT_FALSE(judge_.checkpoint(request(end)));

  expect_difference("the result 1", "failed with Broken: no paper");
}

TEST_F(ReplayJudgement, FindsACallThatIsNotRecordedInWhatIsFinished) {
  auto inside = update("9", OperationType::step, OperationAction::start);
  inside.parent_id = "2";

  EXPECT_FALSE(judge_.checkpoint(request(inside)));

  expect_difference("no call: the context is recorded as finished", "STEP \"n9\"");
  EXPECT_EQ(judge_.difference()->divergence.where, "handler > \"n2\" > \"n9\", event 4");
}

TEST_F(ReplayJudgement, FindsAnotherCallInThePlaceOfARecordedOne) {
  EXPECT_FALSE(
      judge_.checkpoint(request(update("1", OperationType::wait, OperationAction::start))));

  expect_difference("STEP \"n1\"", "WAIT \"n1\"");
}

TEST_F(ReplayJudgement, FindsAChangeOfWhatIsFinished) {
  EXPECT_FALSE(
      judge_.checkpoint(request(update("1", OperationType::step, OperationAction::start))));

  expect_difference("STEP \"n1\" (id 1, SUCCEEDED)", "START of STEP \"n1\"");
}

TEST_F(ReplayJudgement, TellsOfAContextThatTheCodeNoLongerGoesInto) {
  judge_.answered({wire::InvocationOutputStatus::succeeded, Payload("1"), {}});

  EXPECT_FALSE(judge_.difference());
  EXPECT_THAT(judge_.left_over(), ElementsAre("CONTEXT \"n2\" (id 2, SUCCEEDED)"));
}

TEST_F(ReplayJudgement, FindsAHandlerThatNeverEnds) {
  judge_.answered({wire::InvocationOutputStatus::pending, {}, {}});

  expect_difference("finished", "code that waits for something which the record leaves open");
}

TEST_F(ReplayJudgement, FindsAnInvocationThatFails) {
  judge_.failed("Broken: no paper");

  expect_difference("finished", "an invocation that fails with Broken: no paper");
}

TEST_F(ReplayJudgement, TakesALargeResultFromTheExecutionsOwnUpdate) {
  auto end = update("e", OperationType::execution, OperationAction::succeed);
  end.payload = Payload("2");

  const auto answer = judge_.checkpoint(request(end));
  judge_.answered({wire::InvocationOutputStatus::succeeded, {}, {}});

  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->checkpoint_token);
  expect_difference("SUCCEEDED with 1", "SUCCEEDED with 2");
}

class ReplayOfWhatGoesOn : public ReplayJudgement {
 protected:
  ReplayOfWhatGoesOn() : ReplayJudgement(false) {}
};

TEST_F(ReplayOfWhatGoesOn, StopsTheCodeWhereItGoesBeyondTheRecord) {
  EXPECT_FALSE(
      judge_.checkpoint(request(update("2", OperationType::step, OperationAction::start))));

  EXPECT_FALSE(judge_.difference());
}

TEST_F(ReplayOfWhatGoesOn, FindsAHandlerThatNoLongerWaits) {
  judge_.answered({wire::InvocationOutputStatus::succeeded, Payload("1"), {}});

  expect_difference("a wait for WAIT \"n1\"", "SUCCEEDED with 1");
}

TEST_F(ReplayOfWhatGoesOn, TellsAnErrorAsAWhole) {
  const std::string message(500, 'm');
  judge_.answered({wire::InvocationOutputStatus::failed,
                   {},
                   wire::ErrorObject{message, "NonDeterministicExecutionError", {}, {}}});

  expect_difference("a wait for WAIT \"n1\"",
                    "FAILED with NonDeterministicExecutionError: " + message);
}

TEST(ReplayPages, HoldAllOperationsInTheirOrder) {
  std::vector<wire::Event> many = events({});
  for (std::int64_t i = 2; i < 2'502; ++i) {
    wire::Event& event = many.emplace_back();
    event.event_type = wire::EventType::wait_started;
    event.event_id = i;
    event.id = std::to_string(i);
    event.details = wire::WaitStartedDetails{};
  }
  const ReplayRecord record = ReplayRecord::from(std::move(many)).value();
  const ReplayJudge judge(record, record.pass(0, test_start));

  const wire::InvocationInput input = judge.input("arn");
  std::size_t count = input.initial_execution_state.operations.size();
  EXPECT_EQ(count, ReplayJudge::page_operations_max);
  auto marker = input.initial_execution_state.next_marker;
  while (marker) {
    wire::GetDurableExecutionStateRequest page;
    page.marker = marker;
    const auto more = judge.state(page).value();
    EXPECT_EQ(more.operations.front().id, std::to_string(count + 1));
    count += more.operations.size();
    marker = more.next_marker;
  }
  EXPECT_EQ(count, 2'501U);
  wire::GetDurableExecutionStateRequest wrong;
  wrong.marker = "x1";
  EXPECT_FALSE(judge.state(wrong));
}

// ---- The command ----

class ReplayCommandTest : public ::testing::Test {
 protected:
  ReplayCommandTest() {
    world_.in.str(R"({"DurableExecutionArn":")" + std::string(test_arn) + R"(","Events":[)" +
                  history_begin() + "," + history_end() + "]}");
  }
  FakeWorld world_;
};

TEST_F(ReplayCommandTest, SaysThatTheCodeFits) {
  world_.replay_outcome->report.operations = 2;
  world_.replay_outcome->report.ended = true;

  EXPECT_EQ(world_.run({"replay", "-", "--function", "order=./order", "--timeout", "5s"}),
            exit_success);

  EXPECT_EQ(world_.out.str(),
            "replay of standard input: clean, 2 operations, to the handler's end\n");
  ASSERT_EQ(world_.replayed.size(), 1U);
  EXPECT_EQ(world_.replayed[0].first.function, "order=./order");
  EXPECT_EQ(world_.replayed[0].first.timeout, std::chrono::seconds{5});
  EXPECT_EQ(world_.replayed[0].second, test_arn);
}

TEST_F(ReplayCommandTest, SaysWhatIsDifferentAsJson) {
  world_.replay_outcome->function = "order";
  world_.replay_outcome->event_id = 4;
  world_.replay_outcome->report.divergence = ReplayDivergence{"handler > \"a\"", "2", "b", "c"};

  EXPECT_EQ(world_.run({"replay", "-", "--function", "order=./order", "--json", "--execution-arn",
                        "arn:mine"}),
            exit_failed);

  EXPECT_EQ(world_.out.str(), R"({
    "Fits": false,
    "Function": "order",
    "DurableExecutionArn": "arn:mine",
    "Divergence": {
        "Where": "handler > \"a\"",
        "EventId": 4,
        "OperationId": "2",
        "Recorded": "b",
        "Now": "c"
    },
    "Operations": 0,
    "Invocations": 0,
    "Ended": false
}
)");
  EXPECT_EQ(world_.replayed[0].second, "arn:mine");
}

TEST_F(ReplayCommandTest, RunsNothingAgainstAHistoryThatIsNotWhole) {
  world_.in.str(R"({"NextMarker":"x","Events":[)" + history_begin() + "]}");

  EXPECT_EQ(world_.run({"replay", "-", "--function", "order=./order"}), exit_failed);

  EXPECT_THAT(world_.out.str(), HasSubstr("this history cannot be replayed: it is a first part"));
  EXPECT_THAT(world_.replayed, IsEmpty());
}

TEST_F(ReplayCommandTest, RefusesWhatIsAboutAProcessWhereNoneIsNamed) {
  EXPECT_EQ(world_.run({"replay", "-", "--logs"}), exit_usage);

  EXPECT_THAT(world_.err.str(), HasSubstr("expected --function NAME=COMMAND or --template"));
}

TEST_F(ReplayCommandTest, SaysWhyTheFunctionCannotBeRun) {
  world_.replay_outcome = Error{ErrorCode::invalid_usage, "no such program"};

  EXPECT_EQ(world_.run({"replay", "-", "--function", "order=./order"}), exit_usage);

  EXPECT_THAT(world_.err.str(), HasSubstr("no such program"));
}

}  // namespace
}  // namespace durable::cli
