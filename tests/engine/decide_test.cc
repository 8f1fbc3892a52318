// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

TEST(Decide, NothingCanHappenBeforeTheStart) {
  const Execution execution;
  const auto decided = decide(execution, Tick{}, Timestamp{});
  ASSERT_FALSE(decided.has_value());
  EXPECT_EQ(decided.error().code, ErrorCode::resource_not_found);
}

TEST(Decide, AStartWantsAnInvocationAndArmsTheTimeout) {
  Host host(Host::start_command());

  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::running);
  EXPECT_EQ(host.execution.execution_operation_id(), "e0c1");
  const std::vector<Effect> expected{
      WakeUp{std::nullopt, host.now + std::chrono::seconds{31'622'400}}, Invoke{host.now}};
  EXPECT_EQ(host.decision.effects, expected);
  EXPECT_EQ(obligations(host.execution), expected);
  EXPECT_FALSE(host.execution.next_timer().has_value());
  EXPECT_EQ(host.execution.next_deadline(), host.execution.execution_deadline());
}

TEST(Decide, AnExecutionStartsOnce) {
  Host host;
  const auto again = host.send(Host::start_command());
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::invalid_usage);
}

TEST(Decide, TheExecutionTimeoutMustBeWholeSecondsInRange) {
  for (const Duration timeout :
       {Duration{0}, Duration{1500}, Duration{std::chrono::seconds{31'622'401}}}) {
    StartExecution start = Host::start_command();
    start.execution_timeout = timeout;
    const auto decided = decide(Execution(), start, Timestamp{});
    ASSERT_FALSE(decided.has_value());
    EXPECT_NE(decided.error().message.find("executionTimeout"), std::string::npos);
  }
}

TEST(Decide, TheExecutionTimesOutAndOperationsStayAsTheyAre) {
  StartExecution start = Host::start_command();
  start.execution_timeout = 10s;
  Host host(start);
  host.start_invocation();
  host.checkpoint({wait_start("late", 60), callback_start("cb", 5)});
  host.end(pending());
  host.pass(1min);

  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::timed_out);
  EXPECT_EQ(host.execution.error()->error_message, "Execution timed out after 10 seconds.");
  EXPECT_FALSE(host.execution.error()->error_type.has_value());
  EXPECT_EQ(host.status("late"), OperationStatus::started);
  EXPECT_EQ(host.status("cb"), OperationStatus::timed_out) << "due before the execution's end";
  EXPECT_EQ(host.decision.effects, std::vector<Effect>{Closed{}});
  EXPECT_TRUE(obligations(host.execution).empty());
}

TEST(Decide, ACheckpointAfterTheTimeoutIsRefused) {
  StartExecution start = Host::start_command();
  start.execution_timeout = 10s;
  Host host(start);
  host.start_invocation();
  host.now += 10s;
  EXPECT_TRUE(host.refused({step_start("s")}).starts_with("Invalid Checkpoint Token"));
  host.must(Tick{});
  EXPECT_TRUE(host.refused({step_start("s")}).starts_with("Invalid Checkpoint Token"));
  host.end(crash());
  EXPECT_EQ(host.history_types().back(), wire::EventType::invocation_completed);
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::timed_out);
}

TEST(Decide, StopClosesAtOnceAndTheRunningInvocationEndsByItself) {
  Host host;
  host.checkpoint({wait_start("w", 60), step_start("s")});

  host.must(Stop{error_object("Operator")});

  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::stopped);
  EXPECT_EQ(host.execution.error()->error_type, "Operator");
  EXPECT_EQ(host.status("w"), OperationStatus::started);
  EXPECT_TRUE(
      host.refused({step("s", OperationAction::succeed)}).starts_with("Invalid Checkpoint Token"));
  host.end(crash());
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::stopped);
  EXPECT_EQ(host.history_types().back(), wire::EventType::invocation_completed);
  EXPECT_FALSE(host.execution.invocation_wanted_at().has_value());
}

TEST(Decide, StopWithoutABodyRecordsAnEmptyError) {
  Host host;
  host.must(Stop{});
  EXPECT_EQ(*host.execution.error(), wire::ErrorObject{});
}

TEST(Decide, StoppingAClosedExecutionChangesNothing) {
  Host host;
  host.end(succeeded());
  const Timestamp ended_at = host.execution.ended_at();
  host.now += 1h;
  host.must(Stop{});
  EXPECT_TRUE(host.decision.events.empty());
  EXPECT_EQ(host.execution.ended_at(), ended_at);
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::succeeded);
}

TEST(Decide, ATickBeforeAnythingIsDueDoesNothing) {
  Host host;
  host.checkpoint({wait_start("w", 60)});
  host.pass(59s);
  EXPECT_TRUE(host.decision.events.empty());
  EXPECT_TRUE(host.decision.effects.empty());
}

TEST(Decide, EqualArgumentsGiveAnEqualDecision) {
  Host host;
  const Checkpoint command = host.batch({step_start("a"), wait_start("w", 3)});
  const auto first = decide(host.execution, command, host.now);
  const auto second = decide(host.execution, command, host.now);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first->effects, second->effects);
  Execution one = host.execution;
  Execution other = host.execution;
  for (const Event& event : first->events) evolve(one, event);
  for (const Event& event : second->events) evolve(other, event);
  EXPECT_EQ(one, other);
}

TEST(Decide, FoldingTheLogAgainGivesTheSameState) {
  Host host;
  host.checkpoint({step_start("a"), wait_start("w", 3), callback_start("cb", 9, 2)});
  host.must(HeartbeatCallback{host.callback_id("cb")});
  host.end(pending());
  host.pass(3s);
  host.start_invocation();
  Execution folded;
  for (const Event& event : host.log) evolve(folded, event);
  EXPECT_EQ(folded, host.execution);
}

}  // namespace
}  // namespace durable::engine
