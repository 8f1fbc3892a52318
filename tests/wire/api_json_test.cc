// SPDX-License-Identifier: Apache-2.0
#include <durable/wire/json.h>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace std::chrono_literals;  // NOLINT
namespace wire = durable::wire;

template <class T>
std::string error_of(std::string_view text) {
  const auto result = wire::decode<T>(text);
  return result ? "no error" : result.error().message;
}

wire::OperationUpdate update(std::string id, wire::OperationType type,
                             wire::OperationAction action) {
  wire::OperationUpdate made;
  made.id = std::move(id);
  made.type = type;
  made.action = action;
  return made;
}

TEST(CheckpointRequest, CarriesItsArnInThePathAlone) {
  wire::CheckpointDurableExecutionRequest request;
  request.durable_execution_arn = "arn:x";
  request.checkpoint_token = "t0";
  EXPECT_EQ(wire::encode(request).value(), R"({"CheckpointToken":"t0","Updates":[]})");

  request.client_token = "c";
  request.updates.push_back(update("1", wire::OperationType::step, wire::OperationAction::retry));
  request.updates[0].name = "charge";
  request.updates[0].step_options = wire::StepOptions{5};
  EXPECT_EQ(wire::encode(request).value(),
            R"({"CheckpointToken":"t0","Updates":[{"Id":"1","Name":"charge","Type":"STEP",)"
            R"("Action":"RETRY","StepOptions":{"NextAttemptDelaySeconds":5}}],"ClientToken":"c"})");
}

TEST(CheckpointRequest, WritesEachKindOfOptions) {
  wire::CheckpointDurableExecutionRequest request;
  request.checkpoint_token = "t";
  request.updates.push_back(
      update("1", wire::OperationType::context, wire::OperationAction::succeed));
  request.updates.back().context_options = wire::ContextOptions{true};
  request.updates.push_back(update("2", wire::OperationType::wait, wire::OperationAction::start));
  request.updates.back().wait_options = wire::WaitOptions{86'400};
  request.updates.push_back(
      update("3", wire::OperationType::callback, wire::OperationAction::start));
  request.updates.back().callback_options = wire::CallbackOptions{60, 10};
  request.updates.push_back(
      update("4", wire::OperationType::chained_invoke, wire::OperationAction::start));
  request.updates.back().chained_invoke_options = wire::ChainedInvokeOptions{"fn:live", "t", "x"};

  EXPECT_EQ(
      wire::encode(request).value(),
      R"({"CheckpointToken":"t","Updates":[)"
      R"({"Id":"1","Type":"CONTEXT","Action":"SUCCEED","ContextOptions":{"ReplayChildren":true}},)"
      R"({"Id":"2","Type":"WAIT","Action":"START","WaitOptions":{"WaitSeconds":86400}},)"
      R"({"Id":"3","Type":"CALLBACK","Action":"START",)"
      R"("CallbackOptions":{"TimeoutSeconds":60,"HeartbeatTimeoutSeconds":10}},)"
      R"({"Id":"4","Type":"CHAINED_INVOKE","Action":"START","ChainedInvokeOptions":)"
      R"({"FunctionName":"fn:live","TenantId":"t","XAmznTraceId":"x"}}]})");
}

TEST(CheckpointRequest, NamesThePathOfAWrongMember) {
  const std::string begin =
      R"({"CheckpointToken":"t","Updates":[{"Id":"1","Type":"STEP","Action":"START"},)"
      R"({"Id":"2","Type":"STEP","Action":"START"},{"Id":"3","Type":"STEP","Action":"START"},)";
  EXPECT_EQ(error_of<wire::CheckpointDurableExecutionRequest>(
                begin + R"({"Id":"4","Type":"STEP","Action":"RETRY",)"
                        R"("StepOptions":{"NextAttemptDelaySeconds":"soon"}}]})"),
            "Updates[3].StepOptions.NextAttemptDelaySeconds: expected integer, found string "
            "\"soon\"");
  EXPECT_EQ(error_of<wire::CheckpointDurableExecutionRequest>(begin + R"({"Id":"4"}]})"),
            "Updates[3].Type: required member is missing");
  EXPECT_EQ(error_of<wire::CheckpointDurableExecutionRequest>(
                begin + R"({"Id":"4","Type":"CHAINED_INVOKE","Action":"START",)"
                        R"("ChainedInvokeOptions":{}}]})"),
            "Updates[3].ChainedInvokeOptions.FunctionName: required member is missing");
  EXPECT_EQ(error_of<wire::CheckpointDurableExecutionRequest>("{}"),
            "CheckpointToken: required member is missing");
  EXPECT_EQ(error_of<wire::CheckpointDurableExecutionRequest>("[]"),
            "expected object, found array");
}

TEST(CheckpointRequest, MayHaveNoUpdates) {
  for (const char* const text :
       {R"({"CheckpointToken":"t"})", R"({"CheckpointToken":"t","Updates":null})"}) {
    const auto request = wire::decode<wire::CheckpointDurableExecutionRequest>(text).value();
    EXPECT_EQ(request.checkpoint_token, "t");
    EXPECT_TRUE(request.updates.empty());
  }
}

TEST(CheckpointResponse, HasTimesInSeconds) {
  wire::CheckpointDurableExecutionResponse response;
  response.checkpoint_token = "t1";
  wire::Operation& wait = response.new_execution_state.operations.emplace_back();
  wait.id = "2";
  wait.type = wire::OperationType::wait;
  wait.status = wire::OperationStatus::started;
  wait.start_timestamp = durable::Timestamp(1'700'000'000'123ms);
  wait.wait_details = wire::WaitDetails{durable::Timestamp(1'700'000'060'000ms)};

  const std::string text = wire::encode(response).value();

  EXPECT_EQ(text,
            R"({"CheckpointToken":"t1","NewExecutionState":{"Operations":[{"Id":"2","Type":"WAIT",)"
            R"("StartTimestamp":1700000000.123,"Status":"STARTED",)"
            R"("WaitDetails":{"ScheduledEndTimestamp":1700000060}}]}})");
  EXPECT_EQ(wire::decode<wire::CheckpointDurableExecutionResponse>(text)
                .value()
                .new_execution_state.operations[0],
            wait);
}

TEST(CheckpointResponse, MayHaveNoToken) {
  const auto response =
      wire::decode<wire::CheckpointDurableExecutionResponse>(R"({"NewExecutionState":{}})").value();
  EXPECT_EQ(response.checkpoint_token, std::nullopt);
  EXPECT_TRUE(response.new_execution_state.operations.empty());
  EXPECT_EQ(error_of<wire::CheckpointDurableExecutionResponse>("{}"),
            "NewExecutionState: required member is missing");
}

TEST(TimestampsInTools, MayBeIsoText) {
  EXPECT_EQ(wire::decode<wire::StopDurableExecutionResponse>(
                R"({"StopTimestamp":"2023-11-14T22:13:20.5Z"})")
                .value()
                .stop_timestamp,
            durable::Timestamp(1'700'000'000'500ms));
  EXPECT_EQ(error_of<wire::StopDurableExecutionResponse>(R"({"StopTimestamp":"yesterday"})"),
            "StopTimestamp: expected time like \"2025-12-02T08:30:00.250Z\", found string "
            "\"yesterday\"");
  EXPECT_EQ(error_of<wire::StopDurableExecutionResponse>(R"({"StopTimestamp":true})"),
            "StopTimestamp: expected number of seconds since 1970, found boolean true");
}

TEST(GetDurableExecution, IsReadInFull) {
  const auto execution =
      wire::decode<wire::GetDurableExecutionResponse>(
          R"({"DurableExecutionArn":"arn","DurableExecutionName":"n","FunctionArn":"f",)"
          R"("InputPayload":"{}","Result":"1","StartTimestamp":1.7E9,"Status":"SUCCEEDED",)"
          R"("EndTimestamp":1700000001.5,"Version":"3","TraceHeader":{"XAmznTraceId":"Root=1"}})")
          .value();
  EXPECT_EQ(execution.durable_execution_name, "n");
  EXPECT_EQ(execution.start_timestamp, durable::Timestamp(1'700'000'000'000ms));
  EXPECT_EQ(execution.end_timestamp, durable::Timestamp(1'700'000'001'500ms));
  EXPECT_EQ(execution.status, wire::ExecutionStatus::succeeded);
  EXPECT_EQ(execution.trace_header->x_amzn_trace_id, "Root=1");
  EXPECT_EQ(execution.version, "3");
  EXPECT_FALSE(execution.error);
}

TEST(BodiesThatAreTheError, MayBeEmpty) {
  wire::SendDurableExecutionCallbackFailureRequest failure{"id", {}};
  wire::StopDurableExecutionRequest stop{"arn", {}};
  EXPECT_EQ(wire::encode(failure).value(), "");
  EXPECT_EQ(wire::encode(stop).value(), "");
  EXPECT_FALSE(wire::decode<wire::StopDurableExecutionRequest>("").value().error);

  failure.error = wire::ErrorObject{"m", {}, {}, {}};
  EXPECT_EQ(wire::encode(failure).value(), R"({"ErrorMessage":"m"})");
  EXPECT_EQ(wire::decode<wire::SendDurableExecutionCallbackFailureRequest>(R"({"ErrorType":"T"})")
                .value()
                .error->error_type,
            "T");
  EXPECT_FALSE(wire::decode<wire::StopDurableExecutionRequest>("{"));
}

}  // namespace
