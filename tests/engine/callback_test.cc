// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

constexpr std::string_view closed_text = "The callback is either timed out or already completed";

TEST(Callback, ItsIdComesWithTheAnswerAndIsTheSameEverywhere) {
  Host host;
  const auto response = host.checkpoint({callback_start("cb", 60)});

  const auto& details = response.new_execution_state.operations.at(0).callback_details;
  EXPECT_EQ(details->callback_id, host.callback_id("cb"));
  EXPECT_EQ(host.last_details<wire::CallbackStartedDetails>().callback_id, host.callback_id("cb"));
}

TEST(Callback, SuccessFromOutsideWantsAnInvocation) {
  Host host;
  host.checkpoint({callback_start("cb")});
  host.end(pending());

  host.must(CompleteCallback{host.callback_id("cb"), CallbackSuccess{Payload("\"yes\"")}});

  EXPECT_EQ(host.status("cb"), OperationStatus::succeeded);
  EXPECT_TRUE(host.execution.invocation_wanted_at().has_value());
  host.start_invocation();
  EXPECT_EQ(host.input.updated_operation_ids, std::vector<std::string>{"cb"});
}

TEST(Callback, FailureKeepsTheSendersError) {
  Host host;
  host.checkpoint({callback_start("cb")});
  host.must(CompleteCallback{host.callback_id("cb"), CallbackFailure{error_object("Denied")}});
  EXPECT_EQ(host.status("cb"), OperationStatus::failed);
  EXPECT_EQ(host.operation("cb").error->error_type, "Denied");
}

TEST(Callback, CompletesOnce) {
  Host host;
  host.checkpoint({callback_start("cb")});
  const std::string id = host.callback_id("cb");
  host.must(CompleteCallback{id, CallbackSuccess{}});

  const auto again = host.send(CompleteCallback{id, CallbackFailure{}});
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::callback_closed);
  EXPECT_EQ(again.error().message, closed_text);
  EXPECT_EQ(host.refusal(HeartbeatCallback{id}), closed_text);
}

TEST(Callback, TimesOut) {
  Host host;
  host.checkpoint({callback_start("cb", 5)});
  host.end(pending());
  host.pass(5s);

  EXPECT_EQ(host.status("cb"), OperationStatus::timed_out);
  EXPECT_EQ(host.operation("cb").error->error_type, "Callback.Timeout");
  EXPECT_EQ(host.operation("cb").error->error_message, "Callback timed out");
  const auto shown = host.last_details<wire::CallbackTimedOutDetails>();
  EXPECT_EQ(shown.error.payload->error_type, "Callback.Timeout");
  EXPECT_FALSE(shown.error.payload->error_message.has_value());
}

TEST(Callback, AHeartbeatRearmsOnlyTheHeartbeatTimer) {
  Host host;
  host.checkpoint({callback_start("cb", 10, 4)});
  host.end(pending());
  const std::string id = host.callback_id("cb");
  EXPECT_EQ(host.execution.next_timer(), host.now + 4s);
  for (int beat = 0; beat < 3; ++beat) {
    host.now += 3s;
    host.must(HeartbeatCallback{id});
  }
  EXPECT_EQ(host.status("cb"), OperationStatus::started);
  EXPECT_EQ(host.execution.next_timer(), host.now + 1s);

  host.pass(1s);

  EXPECT_EQ(host.operation("cb").error->error_type, "Callback.Timeout");
}

TEST(Callback, AMissingHeartbeatTimesItOut) {
  Host host;
  host.checkpoint({callback_start("cb", 0, 4)});
  host.end(pending());
  host.pass(4s);

  EXPECT_EQ(host.status("cb"), OperationStatus::timed_out);
  EXPECT_EQ(host.operation("cb").error->error_type, "Callback.Heartbeat");
  EXPECT_EQ(host.operation("cb").error->error_message, "Callback timed out on heartbeat");
}

TEST(Callback, BothTimersDueAtOnceFireOnce) {
  Host host;
  host.checkpoint({callback_start("cb", 4, 4)});
  host.end(pending());
  host.pass(1h);
  EXPECT_EQ(host.operation("cb").error->error_type, "Callback.Timeout");
}

TEST(Callback, AHeartbeatWithoutAHeartbeatTimeoutHasNoEffect) {
  Host host;
  host.checkpoint({callback_start("cb", 10)});
  host.must(HeartbeatCallback{host.callback_id("cb")});
  EXPECT_TRUE(host.decision.events.empty());
}

TEST(Callback, AHeartbeatThatComesTooLateIsRefused) {
  Host host;
  host.checkpoint({callback_start("cb", 0, 4)});
  host.now += 4s;
  EXPECT_EQ(host.refusal(HeartbeatCallback{host.callback_id("cb")}), closed_text);
  EXPECT_EQ(host.status("cb"), OperationStatus::started);  // A refusal changes nothing.
}

TEST(Callback, IdsThatAreNoneOrUnknownAreTold) {
  Host host;
  host.checkpoint({step_start("s")});
  EXPECT_EQ(host.refusal(HeartbeatCallback{"%%%"}), "Invalid callback id");
  EXPECT_EQ(host.refusal(HeartbeatCallback{host.callback_id("nowhere")}), closed_text);
  EXPECT_EQ(host.refusal(HeartbeatCallback{host.callback_id("s")}), closed_text);
  ExecutionInfo other = host.execution.info();
  other.token_secret += 1;
  host.checkpoint({callback_start("cb")});
  EXPECT_EQ(host.refusal(HeartbeatCallback{make_callback_id(other, "cb")}), closed_text);
}

TEST(Callback, AClosedExecutionAnswersAsACompletedCallback) {
  Host host;
  host.checkpoint({callback_start("cb")});
  host.must(Stop{});
  EXPECT_EQ(host.refusal(CompleteCallback{host.callback_id("cb"), CallbackSuccess{}}), closed_text);
}

TEST(Callback, CannotBeEndedByAnUpdate) {
  Host host;
  host.checkpoint({callback_start("cb")});
  auto update = make_update("cb", OperationType::callback, OperationAction::succeed);
  update.sub_type = "Callback";
  EXPECT_TRUE(host.refused({update}).starts_with("Invalid action for the given operation type."));
}

TEST(Callback, TimeoutsOutOfRangeAreRefused) {
  Host host;
  EXPECT_NE(host.refused({callback_start("cb", -1)}).find("greater than or equal to 0"),
            std::string::npos);
  EXPECT_NE(host.refused({callback_start("cb", 0, 31'622'401)}).find("heartbeatTimeoutSeconds"),
            std::string::npos);
}

}  // namespace
}  // namespace durable::engine
