// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

TEST(Invocation, OneRunsAtATimeAndOnlyWhenWanted) {
  Host host(Host::start_command());
  host.must(StartInvocation{"r1"});
  const auto second = host.send(StartInvocation{"r2"});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::invalid_usage);
  EXPECT_NE(second.error().message.find("\"r1\" still runs"), std::string::npos);
  host.token = current_token(host.execution);
  host.checkpoint({wait_start("w", 5)});
  host.must(EndInvocation{"r1", pending()});
  EXPECT_NE(host.refusal(StartInvocation{"r2"}).find("none is wanted"), std::string::npos);
  host.must(Stop{});
  EXPECT_NE(host.refusal(StartInvocation{"r2"}).find("STOPPED"), std::string::npos);
}

TEST(Invocation, OnlyTheRunningOneCanEnd) {
  Host host;
  EXPECT_NE(host.refusal(EndInvocation{"other", succeeded()}).find("expected the running one"),
            std::string::npos);
  host.end(succeeded());
  EXPECT_NE(host.refusal(EndInvocation{host.request_id, succeeded()}).find("found none"),
            std::string::npos);
}

TEST(Invocation, SuccessClosesWithItsResult) {
  Host host;
  host.end(succeeded(Payload("\"done\"")));
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::succeeded);
  EXPECT_EQ(host.execution.result()->view(), "\"done\"");
  EXPECT_EQ(host.execution.ended_at(), host.now);
}

TEST(Invocation, FailureClosesWithItsErrorAndIsNotRetried) {
  Host host;
  host.end(failed(error_object("OutOfStock")));
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::failed);
  EXPECT_EQ(host.execution.error()->error_type, "OutOfStock");
}

TEST(Invocation, AnswersThatBreakTheRulesFailTheExecution) {
  const auto text = [](const wire::InvocationOutput& output) {
    Host host;
    host.end(output);
    EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::failed);
    return *host.execution.error()->error_message;
  };
  auto success = succeeded();
  success.error = error_object("E");
  EXPECT_EQ(text(success), "Cannot provide an Error for SUCCEEDED status.");
  auto failure = failed(error_object("E"));
  failure.result = Payload("1");
  EXPECT_EQ(text(failure), "Cannot provide a Result for FAILED status.");
  EXPECT_EQ(text(pending()), "Cannot return PENDING status with no pending operations.");
  auto pending_result = pending();
  pending_result.result = Payload("1");
  EXPECT_EQ(text(pending_result), "Cannot provide a Result for PENDING status.");
  auto pending_error = pending();
  pending_error.error = error_object("E");
  EXPECT_EQ(text(pending_error), "Cannot provide an Error for PENDING status.");
  EXPECT_EQ(text(wire::InvocationOutput{}), "Invalid Status in invocation output.");
}

TEST(Invocation, AStartedStepAloneIsNothingToWaitFor) {
  Host host;
  host.checkpoint({step_start("s"), context("c", OperationAction::start)});
  host.end(pending());
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::failed);
}

TEST(Invocation, ACompletionWhileItRunsWantsAnotherAfterPending) {
  Host host;
  host.checkpoint({callback_start("cb")});
  host.must(CompleteCallback{host.callback_id("cb"), CallbackSuccess{}});
  EXPECT_FALSE(host.execution.invocation_wanted_at().has_value());

  host.end(pending());

  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::running);
  EXPECT_EQ(host.execution.invocation_wanted_at(), host.now);
  host.start_invocation();
  EXPECT_EQ(host.input.updated_operation_ids, std::vector<std::string>{"cb"});
}

TEST(Invocation, UpdatedIdsAreThoseThatNoCompletedInvocationWasTold) {
  Host host;
  host.checkpoint({callback_start("told"), callback_start("untold"), wait_start("w", 5)});
  host.must(CompleteCallback{host.callback_id("told"), CallbackSuccess{}});
  host.checkpoint({});
  host.must(CompleteCallback{host.callback_id("untold"), CallbackSuccess{}});
  host.end(pending());
  host.start_invocation();
  EXPECT_EQ(host.input.updated_operation_ids, std::vector<std::string>{"untold"});

  host.end(crash());
  host.pass(5s);
  host.start_invocation();
  EXPECT_EQ(host.input.updated_operation_ids, (std::vector<std::string>{"untold", "w"}))
      << "a crashed invocation may not have used what it was told";
}

TEST(Invocation, ACrashIsRetriedWithGrowingDelaysAndThenFailsTheExecution) {
  Settings settings;
  settings.invocation_retry = {4, 2s, 3, 10s};
  Host host(settings);
  std::vector<Duration> delays;
  while (host.execution.running()) {
    host.end(crash());
    if (!host.execution.running()) break;
    const Timestamp wanted = *host.execution.invocation_wanted_at();
    delays.push_back(wanted - host.now);
    EXPECT_NE(host.refusal(StartInvocation{"early"}).find("cannot start yet"), std::string::npos);
    host.now = wanted;
    host.start_invocation();
  }
  EXPECT_EQ(delays, (std::vector<Duration>{2s, 6s, 10s}));
  EXPECT_EQ(host.execution.invocation_count(), 4U);
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::failed);
  EXPECT_EQ(host.execution.error()->error_type, "Runtime.ExitError");
}

TEST(Invocation, OneThatTheHostHasLostIsRepeatedAtOnceAndCountsAsNoFailure) {
  Settings settings;
  settings.invocation_retry = {2, 1s, 2, 1s};
  Host host(settings);
  host.checkpoint({wait_start("w", 1)});
  const std::uint32_t operations = host.execution.operations_used();
  for (int i = 0; i < 5; ++i) {
    host.end(InvocationLost{crash()});
    ASSERT_TRUE(host.execution.running());
    EXPECT_EQ(host.execution.invocation_wanted_at(), host.now);
    host.start_invocation();
  }
  EXPECT_EQ(host.execution.operations_used(), operations);
  const auto shown = [&host] {
    host.end(InvocationLost{crash()});
    return host.last_details<wire::InvocationCompletedDetails>();
  };
  EXPECT_EQ(shown().error->payload->error_type, "Runtime.ExitError");

  host.start_invocation();
  host.must(Stop{});
  host.end(InvocationLost{crash()});
  EXPECT_FALSE(host.execution.invocation_wanted_at().has_value());
}

TEST(Invocation, APendingAnswerResetsTheBudget) {
  Settings settings;
  settings.invocation_retry = {2, 1s, 2, 1s};
  Host host(settings);
  host.checkpoint({wait_start("w1", 10), wait_start("w2", 20)});
  host.end(crash());
  host.pass(1s);
  host.start_invocation();
  host.end(pending());
  EXPECT_EQ(host.execution.progress().failures, 0U);
  host.pass(9s);
  host.start_invocation();
  host.end(crash());
  EXPECT_TRUE(host.execution.running());
}

TEST(Invocation, EachRetryUsesAnOperation) {
  Settings settings;
  settings.limits.operations_max = 2;
  Host host(settings);
  EXPECT_EQ(host.execution.operations_used(), 1U);
  host.end(crash());
  EXPECT_EQ(host.execution.operations_used(), 2U);
  host.now = *host.execution.invocation_wanted_at();
  host.start_invocation();
  host.end(crash());
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::failed) << "the quota is used up";
}

TEST(Invocation, ACompletionDoesNotHastenARetry) {
  Host host;
  host.checkpoint({callback_start("cb")});
  host.end(crash());
  const auto wanted = host.execution.invocation_wanted_at();
  host.must(CompleteCallback{host.callback_id("cb"), CallbackSuccess{}});
  EXPECT_EQ(host.execution.invocation_wanted_at(), wanted);
}

TEST(Invocation, AnErrorTooLargeToRecordLosesItsLeastNeededParts) {
  Settings settings;
  settings.limits.error_bytes_max = 40;
  Host host(settings);
  wire::ErrorObject error = error_object("Runtime.ExitError", "short");
  error.error_data = std::string(100, 'x');
  host.end(error);
  const auto record = host.last_details<wire::InvocationCompletedDetails>();
  EXPECT_EQ(record.error->payload->error_message, "short");
  EXPECT_FALSE(record.error->payload->error_data.has_value());
}

}  // namespace
}  // namespace durable::engine
