// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

TEST(Checkpoint, ARefusedUpdateRefusesTheWholeBatch) {
  Host host;
  const Execution before = host.execution;

  const std::string text = host.refused({step_start("a"), step_start("b"), step_start("b")});

  EXPECT_TRUE(text.starts_with("Cannot checkpoint multiple operations with the same ID."));
  EXPECT_EQ(host.execution, before);
  EXPECT_TRUE(host.decision.events.empty());
  EXPECT_TRUE(host.decision.effects.empty());
  EXPECT_EQ(host.refused({step_start("a")}), "") << "the token was not used up";
}

TEST(Checkpoint, ARefusalSaysWhichUpdateItMeans) {
  Host host;
  auto update = step("s2", OperationAction::succeed);
  update.name = "charge";
  EXPECT_EQ(host.refused({step_start("s1"), update}),
            "Invalid current STEP state to close. Found: no such operation (Updates[1]: STEP "
            "SUCCEED, Id \"s2\", Name \"charge\")");
}

TEST(Checkpoint, AnIdMayBeNamedTwiceOnlyByAStartAndOneEnd) {
  Host host;
  const auto twice = [&](std::vector<wire::OperationUpdate> updates) {
    return host.refused(std::move(updates))
        .starts_with("Cannot checkpoint multiple operations with the same ID.");
  };
  EXPECT_TRUE(twice({step_start("s"), step("s", OperationAction::succeed), step_fail("s")}));
  EXPECT_TRUE(twice({step_start("s"), step_start("s")}));
  EXPECT_TRUE(twice({wait_start("w", 1), wait_cancel("w")}));
  EXPECT_TRUE(twice({callback_start("c"), callback_start("c")}));
  EXPECT_EQ(host.refused({step_start("s"), step_retry("s", 1), context("c", OperationAction::start),
                          context("c", OperationAction::fail)}),
            "");
}

TEST(Checkpoint, WhatAnUpdateSaysMustBeWhatWasRecorded) {
  Host host;
  auto start = inside(step_start("s"), "c");
  start.name = "charge";
  host.checkpoint({context("c", OperationAction::start), start});
  const auto refused = [&](auto change) {
    auto update = start;
    update.action = OperationAction::succeed;
    change(update);
    return host.refused({update});
  };
  EXPECT_TRUE(refused([](auto& u) {
                u.type = OperationType::context;
              }).starts_with("Inconsistent operation type. Recorded: STEP, found: CONTEXT"));
  EXPECT_TRUE(refused([](auto& u) {
                u.sub_type = "Other";
              }).starts_with("Inconsistent operation subtype. Recorded: \"Step\""));
  EXPECT_TRUE(refused([](auto& u) {
                u.name.reset();
              }).starts_with("Inconsistent operation name. Recorded: \"charge\", found: none"));
  EXPECT_TRUE(refused([](auto& u) {
                u.parent_id.reset();
              }).starts_with("Inconsistent parent operation id. Recorded: \"c\", found: none"));
  EXPECT_EQ(refused([](auto&) {}), "");
}

TEST(Checkpoint, MembersThatAnActionDoesNotTakeAreRefused) {
  Host host;
  host.checkpoint({step_start("s"), context("c", OperationAction::start)});
  auto both = step_retry("s", 1);
  both.payload = Payload("x");
  EXPECT_TRUE(
      host.refused({both}).starts_with("Cannot provide both an Error and a Payload for RETRY"));
  auto fail = step_fail("s");
  fail.payload = Payload("x");
  EXPECT_TRUE(host.refused({fail}).starts_with("Cannot provide a Payload for FAIL action."));
  auto succeed = step("s", OperationAction::succeed);
  succeed.error = error_object("E");
  EXPECT_TRUE(host.refused({succeed}).starts_with("Cannot provide an Error for SUCCEED action."));
  auto start = step("n", OperationAction::start, Payload("x"));
  EXPECT_TRUE(host.refused({start}).starts_with("Cannot provide a Payload for START action."));
  auto no_options = step("s", OperationAction::retry);
  EXPECT_TRUE(host.refused({no_options}).starts_with("Invalid StepOptions for the given action."));
  auto odd_options = step("s", OperationAction::succeed);
  odd_options.step_options = wire::StepOptions{1};
  EXPECT_TRUE(host.refused({odd_options}).starts_with("Invalid StepOptions for the given action."));
  auto context_options = context("c", OperationAction::fail);
  context_options.context_options = wire::ContextOptions{true};
  EXPECT_TRUE(
      host.refused({context_options}).starts_with("Invalid ContextOptions for the given action."));
  auto wait_options = step("s", OperationAction::succeed);
  wait_options.wait_options = wire::WaitOptions{1};
  EXPECT_TRUE(
      host.refused({wait_options}).starts_with("Invalid WaitOptions for the given action."));
  auto callback_options = step("s", OperationAction::succeed);
  callback_options.callback_options = wire::CallbackOptions{};
  EXPECT_TRUE(
      host.refused({callback_options}).starts_with("Invalid CallbackOptions for the given"));
  auto invoke_options = step("s", OperationAction::succeed);
  invoke_options.chained_invoke_options = wire::ChainedInvokeOptions{"f", {}, {}};
  EXPECT_TRUE(
      host.refused({invoke_options}).starts_with("Invalid ChainedInvokeOptions for the given"));
}

TEST(Checkpoint, ARetryNeedsADelayInRange) {
  Host host;
  host.checkpoint({step_start("s")});
  EXPECT_NE(host.refused({step_retry("s", 0)}).find("greater than or equal to 1"),
            std::string::npos);
  EXPECT_NE(host.refused({step_retry("s", 31'622'401)}).find("nextAttemptDelaySeconds"),
            std::string::npos);
  auto empty = step_retry("s", 1);
  empty.step_options->next_attempt_delay_seconds.reset();
  EXPECT_TRUE(host.refused({empty}).starts_with("Invalid StepOptions for the given action."));
}

TEST(Checkpoint, ExecutionUpdatesAreSingleAndLast) {
  Host host;
  const auto success = execution_update(OperationAction::succeed, Payload("1"));
  EXPECT_TRUE(host.refused({success, success})
                  .starts_with("Cannot checkpoint multiple EXECUTION updates."));
  EXPECT_TRUE(host.refused({success, step_start("s")})
                  .starts_with("EXECUTION checkpoint must be the last update."));
  EXPECT_TRUE(host.refused({execution_update(OperationAction::start)})
                  .starts_with("Invalid action for the given operation type."));
}

TEST(Checkpoint, AnExecutionUpdateClosesTheExecutionAndGivesNoToken) {
  for (const bool own_id : {false, true}) {
    Host host;
    auto success = execution_update(OperationAction::succeed, Payload("\"large\""));
    if (own_id) success.id = "e0c1";

    const auto response = host.checkpoint({step_start("s"), success});

    EXPECT_FALSE(response.checkpoint_token.has_value());
    EXPECT_EQ(response.new_execution_state.operations.size(), 1U);
    EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::succeeded);
    EXPECT_EQ(host.execution.result()->view(), "\"large\"");
    host.end(succeeded(Payload("")));
    EXPECT_EQ(host.execution.result()->view(), "\"large\"");
    EXPECT_EQ(host.history_types().back(), wire::EventType::invocation_completed);
  }
}

TEST(Checkpoint, AnExecutionFailUpdateKeepsItsError) {
  Host host;
  auto failure = execution_update(OperationAction::fail);
  failure.error = error_object("Huge");
  host.checkpoint({failure});
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::failed);
  EXPECT_EQ(host.execution.error()->error_type, "Huge");
}

TEST(Checkpoint, TheSameClientTokenWithTheSameTokenIsAnsweredAgain) {
  Host host;
  const Checkpoint command{host.token, {step_start("s")}, "client-1"};
  host.must(command);
  const auto first = checkpoint_response(host.execution);
  const Execution before = host.execution;

  host.must(command);

  EXPECT_TRUE(host.decision.events.empty());
  EXPECT_EQ(host.execution, before);
  const auto second = checkpoint_response(host.execution);
  EXPECT_EQ(second.checkpoint_token, first.checkpoint_token);
  EXPECT_EQ(second.new_execution_state, first.new_execution_state);
}

TEST(Checkpoint, ARepeatIsAnsweredAlsoAfterItClosedTheExecution) {
  Host host;
  const Checkpoint command{
      host.token, {execution_update(OperationAction::succeed, Payload("1"))}, "client-1"};
  host.must(command);
  EXPECT_EQ(host.refusal(command), "");
  EXPECT_FALSE(checkpoint_response(host.execution).checkpoint_token.has_value());
}

TEST(Checkpoint, AnotherClientTokenWithAUsedTokenIsRefused) {
  Host host;
  Checkpoint command{host.token, {step_start("s")}, "client-1"};
  host.must(command);
  command.client_token = "client-2";
  EXPECT_TRUE(host.refusal(command).starts_with("Invalid Checkpoint Token"));
  command.client_token.reset();
  EXPECT_TRUE(host.refusal(command).starts_with("Invalid Checkpoint Token"));
}

TEST(Checkpoint, TheDeltaHoldsOnlyWhatTheInvocationHasNotSeen) {
  Host host;
  host.checkpoint({callback_start("cb"), step_start("s")});
  EXPECT_TRUE(host.checkpoint({}).new_execution_state.operations.empty());
  host.must(CompleteCallback{host.callback_id("cb"), CallbackSuccess{}});

  const auto response = host.checkpoint({step("s", OperationAction::succeed)});

  ASSERT_EQ(response.new_execution_state.operations.size(), 2U);
  EXPECT_EQ(response.new_execution_state.operations[0].id, "cb");
  EXPECT_EQ(response.new_execution_state.operations[1].id, "s");
  EXPECT_TRUE(host.checkpoint({}).new_execution_state.operations.empty());
}

TEST(Checkpoint, WhatCameWithTheInvocationIsNotDeliveredAgain) {
  Host host;
  host.checkpoint({wait_start("w", 5)});
  host.end(pending());
  host.pass(5s);
  host.start_invocation();
  EXPECT_EQ(host.input.updated_operation_ids, std::vector<std::string>{"w"});
  EXPECT_TRUE(host.checkpoint({}).new_execution_state.operations.empty());
}

TEST(Checkpoint, LaterUpdatesOfALargeBatchSeeEarlierOnes) {
  Settings settings;
  settings.limits = Limits::unlimited();
  Host host(settings);
  std::vector<wire::OperationUpdate> updates;
  for (int i = 0; i < 200; ++i) {
    const std::string id = "c" + std::to_string(i);
    updates.push_back(context(id, OperationAction::start));
    if (i > 0) updates.back().parent_id = "c" + std::to_string(i - 1);
    updates.push_back(inside(step_start("s" + std::to_string(i)), id));
    updates.push_back(inside(step("s" + std::to_string(i), OperationAction::succeed), id));
  }
  host.checkpoint(updates);
  EXPECT_EQ(host.execution.operation_count(), 401U);
  EXPECT_EQ(host.status("s199"), OperationStatus::succeeded);
  updates = {step_start("x"), step_start("x")};
  EXPECT_FALSE(host.refused(updates).empty());
}

TEST(Checkpoint, TextsAreHeldToTheModel) {
  Host host;
  EXPECT_NE(host.refused({step_start("")}).find("at 'id'"), std::string::npos);
  EXPECT_NE(host.refused({step_start("a b")}).find("[a-zA-Z0-9-_]+"), std::string::npos);
  auto parent = inside(step_start("s"), "a/b");
  EXPECT_NE(host.refused({parent}).find("at 'parentId'"), std::string::npos);
  auto name = step_start("s");
  name.name = "caf\xC3\xA9";
  EXPECT_NE(host.refused({name}).find("at 'name'"), std::string::npos);
  auto sub_type = step_start("s");
  sub_type.sub_type = "a b";
  EXPECT_NE(host.refused({sub_type}).find("at 'subType'"), std::string::npos);
  const Checkpoint client{host.token, {}, "a b"};
  EXPECT_NE(host.refusal(client).find("at 'clientToken'"), std::string::npos);
}

}  // namespace
}  // namespace durable::engine
