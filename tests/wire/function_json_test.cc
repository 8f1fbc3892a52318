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

constexpr std::string_view event = R"({
  "DurableExecutionArn": "arn:x", "CheckpointToken": "t0",
  "InitialExecutionState": {
    "Operations": [
      {"Id": "e", "Type": "EXECUTION", "Status": "STARTED", "StartTimestamp": 1700000000123,
       "ExecutionDetails": {"InputPayload": "{\"a\":1}"}},
      {"Id": "1", "ParentId": null, "Name": "charge", "Type": "STEP", "SubType": "Step",
       "StartTimestamp": 1700000001000, "Status": "PENDING",
       "StepDetails": {"Attempt": 2, "NextAttemptTimestamp": 1700000009000,
                       "Error": {"ErrorType": "Oops", "StackTrace": ["a", "b"]}}}],
    "NextMarker": ""},
  "UpdatedOperationIds": ["1"], "SomethingNew": {"a": [1]}})";

TEST(InvocationInput, HasTimesInMilliseconds) {
  const wire::InvocationInput input = wire::decode<wire::InvocationInput>(event).value();

  EXPECT_EQ(input.durable_execution_arn, "arn:x");
  EXPECT_EQ(input.checkpoint_token, "t0");
  ASSERT_EQ(input.initial_execution_state.operations.size(), 2U);
  const wire::Operation& execution = input.initial_execution_state.operations[0];
  EXPECT_EQ(execution.type, wire::OperationType::execution);
  EXPECT_EQ(execution.start_timestamp, durable::Timestamp(1'700'000'000'123ms));
  EXPECT_EQ(execution.execution_details->input_payload, durable::Payload("{\"a\":1}"));
  const wire::Operation& step = input.initial_execution_state.operations[1];
  EXPECT_EQ(step.parent_id, std::nullopt);
  EXPECT_EQ(step.status, wire::OperationStatus::pending);
  EXPECT_EQ(step.step_details->attempt, 2);
  EXPECT_EQ(step.step_details->next_attempt_timestamp, durable::Timestamp(1'700'000'009'000ms));
  EXPECT_EQ(step.step_details->error->error_type, "Oops");
  EXPECT_EQ(step.step_details->error->stack_trace->size(), 2U);
  EXPECT_EQ(input.initial_execution_state.next_marker, "");
  EXPECT_EQ(input.updated_operation_ids, (std::vector<std::string>{"1"}));
}

TEST(InvocationInput, NamesWhatIsMissing) {
  EXPECT_EQ(error_of<wire::InvocationInput>("{}"),
            "DurableExecutionArn: required member is missing");
  EXPECT_EQ(error_of<wire::InvocationInput>(R"({"DurableExecutionArn":"a"})"),
            "CheckpointToken: required member is missing");
  EXPECT_EQ(error_of<wire::InvocationInput>(R"({"DurableExecutionArn":"a","CheckpointToken":"t"})"),
            "InitialExecutionState: required member is missing");
  EXPECT_EQ(
      error_of<wire::InvocationInput>(R"({"DurableExecutionArn":"a","CheckpointToken":null})"),
      "CheckpointToken: expected string, found null");
}

TEST(InvocationInput, TakesAnAbsentListAsEmptyAndAbsentIdsAsUnknown) {
  for (const char* const state : {"{}", R"({"Operations":null,"NextMarker":null})"}) {
    const auto input =
        wire::decode<wire::InvocationInput>(R"({"DurableExecutionArn":"a","CheckpointToken":"t",)"
                                            R"("InitialExecutionState":)" +
                                            std::string(state) + "}")
            .value();
    EXPECT_TRUE(input.initial_execution_state.operations.empty());
    EXPECT_EQ(input.initial_execution_state.next_marker, std::nullopt);
    EXPECT_EQ(input.updated_operation_ids, std::nullopt);
  }
}

TEST(InvocationInput, RefusesSecondsWhereMillisecondsTravel) {
  EXPECT_EQ(error_of<wire::InvocationInput>(
                R"({"DurableExecutionArn":"a","CheckpointToken":"t","InitialExecutionState":)"
                R"({"Operations":[{"Id":"1","Type":"STEP","Status":"READY",)"
                R"("StartTimestamp":1700000000.5}]}})"),
            "InitialExecutionState.Operations[0].StartTimestamp: expected integer milliseconds "
            "since 1970, found number 1700000000.5");
}

TEST(Operation, SurvivesWhatIsNewInTheService) {
  const auto operation =
      wire::decode<wire::Operation>(
          R"({"Id":"1","Type":"NEW_TYPE","Status":"NEW_STATUS","NewDetails":{"A":1}})")
          .value();
  EXPECT_EQ(operation.type, wire::OperationType::unknown);
  EXPECT_EQ(operation.status, wire::OperationStatus::unknown);
  EXPECT_EQ(operation.start_timestamp, std::nullopt);
  EXPECT_EQ(wire::encode(operation).error().message,
            "Type: expected a known OperationType, found unknown, which cannot be written");
}

TEST(Operation, NeedsItsIdTypeAndStatus) {
  EXPECT_EQ(error_of<wire::Operation>("{}"), "Id: required member is missing");
  EXPECT_EQ(error_of<wire::Operation>(R"({"Id":"1"})"), "Type: required member is missing");
  EXPECT_EQ(error_of<wire::Operation>(R"({"Id":"1","Type":"STEP"})"),
            "Status: required member is missing");
  EXPECT_EQ(error_of<wire::Operation>(R"({"Id":"1","Type":3})"),
            "Type: expected string, found integer 3");
}

TEST(Operation, TellsAnEmptyPayloadFromNone) {
  const std::string begin = R"({"Id":"1","Type":"STEP","Status":"SUCCEEDED","StepDetails":)";
  EXPECT_EQ(wire::decode<wire::Operation>(begin + R"({"Result":""}})").value().step_details->result,
            durable::Payload(""));
  EXPECT_EQ(wire::decode<wire::Operation>(begin + "{}}").value().step_details->result,
            std::nullopt);
  EXPECT_EQ(
      wire::decode<wire::Operation>(begin + R"({"Result":null}})").value().step_details->result,
      std::nullopt);
}

TEST(InvocationOutput, LeavesOutWhatItsStatusHasNot) {
  wire::InvocationOutput output;
  output.status = wire::InvocationOutputStatus::pending;
  EXPECT_EQ(wire::encode(output).value(), R"({"Status":"PENDING"})");

  output.status = wire::InvocationOutputStatus::succeeded;
  output.result = durable::Payload(R"({"id":"7"})");
  EXPECT_EQ(wire::encode(output).value(), R"({"Status":"SUCCEEDED","Result":"{\"id\":\"7\"}"})");
  output.result = durable::Payload();
  EXPECT_EQ(wire::encode(output).value(), R"({"Status":"SUCCEEDED","Result":""})");

  output = {wire::InvocationOutputStatus::failed, {}, wire::ErrorObject{"bad", "Oops", {}, {}}};
  EXPECT_EQ(wire::encode(output).value(),
            R"({"Status":"FAILED","Error":{"ErrorMessage":"bad","ErrorType":"Oops"}})");
}

TEST(InvocationOutput, IsReadAsAFunctionMayAnswer) {
  const auto output =
      wire::decode<wire::InvocationOutput>(R"({"Status":"FAILED","Result":null,"Error":{}})")
          .value();
  EXPECT_EQ(output.status, wire::InvocationOutputStatus::failed);
  EXPECT_EQ(output.result, std::nullopt);
  EXPECT_EQ(output.error, durable::Boxed<wire::ErrorObject>(wire::ErrorObject{}));
  EXPECT_EQ(error_of<wire::InvocationOutput>("{}"), "Status: required member is missing");
  EXPECT_EQ(error_of<wire::InvocationOutput>(R"({"Status":"SUCCEEDED","Result":{"id":1}})"),
            "Result: expected string, found object");
}

TEST(ErrorObject, IsEmptyWhenItSaysNothing) {
  EXPECT_EQ(wire::encode(wire::ErrorObject{}).value(), "{}");
  EXPECT_EQ(wire::decode<wire::ErrorObject>(R"({"ErrorMessage":null})").value(),
            wire::ErrorObject{});
  EXPECT_EQ(wire::encode(wire::ErrorObject{{}, {}, {}, std::vector<std::string>{}}).value(),
            R"({"StackTrace":[]})");
}

TEST(OperationUpdate, RefusesAPayloadThatIsNoText) {
  wire::OperationUpdate update;
  update.id = "1";
  update.type = wire::OperationType::step;
  update.action = wire::OperationAction::succeed;
  update.payload = durable::Payload("\xff");
  EXPECT_EQ(wire::encode(update).error().message,
            "Payload: expected UTF-8 text, found byte 0xFF at offset 0; encode binary data, for "
            "example as base64");
}

}  // namespace
