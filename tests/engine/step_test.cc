// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

TEST(Step, StartAndSuccessInOneBatchAreTwoEvents) {
  Host host;

  const auto response =
      host.checkpoint({step_start("s1"), step("s1", OperationAction::succeed, Payload("\"ok\""))});

  ASSERT_EQ(response.new_execution_state.operations.size(), 1U);
  const wire::Operation& operation = response.new_execution_state.operations[0];
  EXPECT_EQ(operation.status, OperationStatus::succeeded);
  EXPECT_EQ(operation.step_details->attempt, 1);
  EXPECT_EQ(operation.step_details->result->view(), "\"ok\"");
  EXPECT_EQ(operation.end_timestamp, host.now);
}

TEST(Step, ARetryBecomesReadyWhenItsDelayHasPassedAndNotBefore) {
  Host host;
  host.checkpoint({step_start("s1"), step_retry("s1", 5)});
  EXPECT_EQ(host.status("s1"), OperationStatus::pending);
  EXPECT_EQ(host.execution.next_timer(), host.now + 5s);
  host.end(pending());

  host.pass(4999ms);
  EXPECT_EQ(host.status("s1"), OperationStatus::pending);
  EXPECT_FALSE(host.execution.invocation_wanted_at().has_value());
  host.pass(1ms);

  EXPECT_EQ(host.status("s1"), OperationStatus::ready);
  EXPECT_EQ(host.execution.invocation_wanted_at(), host.now);
  EXPECT_FALSE(host.execution.next_timer().has_value());
}

TEST(Step, AttemptCountsEndsAndNotStarts) {
  Host host;
  host.checkpoint({step_start("s1")});
  EXPECT_EQ(host.operation("s1").attempt, 0U);
  host.checkpoint({step_retry("s1", 1)});
  EXPECT_EQ(host.operation("s1").attempt, 1U);
  host.pass(1s);
  host.checkpoint({step_start("s1")});
  EXPECT_EQ(host.operation("s1").attempt, 1U);
  host.checkpoint({step_fail("s1")});

  EXPECT_EQ(host.operation("s1").attempt, 2U);
  EXPECT_EQ(host.status("s1"), OperationStatus::failed);
  EXPECT_EQ(host.operation("s1").error->error_type, "Broken");
}

TEST(Step, AReadyStepMayBeEndedWithoutAnotherStart) {
  for (const OperationAction action :
       {OperationAction::succeed, OperationAction::fail, OperationAction::retry}) {
    Host host;
    host.checkpoint({step_start("s1"), step_retry("s1", 1)});
    host.pass(1s);

    auto update = step("s1", action);
    if (action == OperationAction::retry) update = step_retry("s1", 1);
    EXPECT_EQ(host.refused({update}), "");
  }
}

TEST(Step, AReadyStepMayStartAndEndInOneBatch) {
  Host host;
  host.checkpoint({step_start("s1"), step_retry("s1", 1)});
  host.pass(1s);

  host.checkpoint({step_start("s1"), step("s1", OperationAction::succeed)});

  EXPECT_EQ(host.status("s1"), OperationStatus::succeeded);
  EXPECT_EQ(host.operation("s1").attempt, 2U);
  EXPECT_EQ(host.operation("s1").error, nullptr);
}

TEST(Step, ADueRetryIsDeliveredByTheNextCheckpoint) {
  Host host;
  host.checkpoint({step_start("s1"), step_retry("s1", 2)});
  host.now += 2s;

  const auto response = host.checkpoint({});

  ASSERT_EQ(response.new_execution_state.operations.size(), 1U);
  EXPECT_EQ(response.new_execution_state.operations[0].status, OperationStatus::ready);
}

TEST(Step, ADueRetryCanBeStartedByTheVeryBatchThatFiresIt) {
  Host host;
  host.checkpoint({step_start("s1"), step_retry("s1", 2)});
  host.now += 2s;

  host.checkpoint({step_start("s1")});

  EXPECT_EQ(host.status("s1"), OperationStatus::started);
}

TEST(Step, APollKeepsItsStateForTheNextOne) {
  Host host;
  host.checkpoint({poll("c", OperationAction::start),
                   poll("c", OperationAction::retry, Payload("{\"n\":1}"), 3)});
  EXPECT_EQ(host.operation("c").result->view(), "{\"n\":1}");
  host.pass(3s);
  host.checkpoint({poll("c", OperationAction::start)});

  EXPECT_EQ(host.operation("c").result->view(), "{\"n\":1}");
  EXPECT_EQ(host.operation("c").error, nullptr);
}

TEST(Step, APollWhoseStateSerializesToNothingIsStillAPoll) {
  Host host;
  host.checkpoint(
      {poll("c", OperationAction::start), poll("c", OperationAction::retry, std::nullopt, 3)});

  EXPECT_EQ(host.history_types().back(), wire::EventType::step_succeeded);
}

TEST(Step, TwoRetriesKeepIndependentTimers) {
  Host host;
  host.checkpoint({step_start("a"), step_retry("a", 10), step_start("b"), step_retry("b", 3)});
  EXPECT_EQ(host.execution.next_timer(), host.now + 3s);

  host.pass(3s);

  EXPECT_EQ(host.status("a"), OperationStatus::pending);
  EXPECT_EQ(host.status("b"), OperationStatus::ready);
  EXPECT_EQ(host.execution.next_timer(), host.now + 7s);
}

}  // namespace
}  // namespace durable::engine
