// SPDX-License-Identifier: Apache-2.0
//
// Each limit at its boundary: as much as it says is accepted, one more is refused.
#include "engine/host.h"

namespace durable::engine {
namespace {

std::string bytes(std::size_t count) { return std::string(count, 'x'); }

/// Sends the batch on a fresh execution; the refusal, or empty.
std::string refusal_of(const Limits& limits, std::vector<wire::OperationUpdate> updates) {
  Settings settings;
  settings.limits = limits;
  Host host(settings);
  return host.refused(std::move(updates));
}

TEST(Limits, AreTheServicesByDefault) {
  const Limits limits;
  EXPECT_EQ(limits.operations_max, 3'000U);
  EXPECT_EQ(limits.stored_bytes_max, 104'857'600U);
  EXPECT_EQ(limits.payload_bytes_max, 1'048'576U);
  EXPECT_EQ(limits.execution_bytes_request_response_max, 6'291'456U);
  EXPECT_EQ(limits.execution_bytes_event_max, 1'048'576U);
  EXPECT_EQ(limits.page_items_max, 1'000U);
}

TEST(Limits, StepPayload) {
  Limits limits;
  limits.payload_bytes_max = 262'144;
  const auto batch = [](std::size_t size) {
    return std::vector{step_start("s"), step("s", OperationAction::succeed, Payload(bytes(size)))};
  };
  EXPECT_EQ(refusal_of(limits, batch(262'144)), "");
  EXPECT_TRUE(refusal_of(limits, batch(262'145))
                  .starts_with("STEP output payload size must be less than or equal to 262144 "
                               "bytes."));
}

TEST(Limits, ChainedInvokeInput) {
  const auto batch = [](std::size_t size) {
    auto update = invoke_start("i");
    update.payload = Payload(bytes(size));
    return std::vector{update};
  };
  EXPECT_EQ(refusal_of({}, batch(1'048'576)), "");
  EXPECT_TRUE(refusal_of({}, batch(1'048'577))
                  .starts_with("CHAINED_INVOKE input payload size must be less than or equal to "
                               "1048576 bytes."));
}

TEST(Limits, ErrorObjectCountsAllItsFields) {
  Limits limits;
  limits.error_bytes_max = 40;
  const auto batch = [](std::size_t size) {
    auto update = step("s", OperationAction::fail);
    wire::ErrorObject error;
    error.error_type = bytes(10);
    error.error_message = bytes(10);
    error.error_data = bytes(size - 30);
    error.stack_trace = std::vector<std::string>{bytes(5), bytes(5)};
    update.error = std::move(error);
    return std::vector{step_start("s"), update};
  };
  EXPECT_EQ(refusal_of(limits, batch(40)), "");
  EXPECT_TRUE(refusal_of(limits, batch(41))
                  .starts_with("Error object size must be less than or equal to 40 bytes."));
}

TEST(Limits, CallbackResult) {
  Settings settings;
  settings.limits.payload_bytes_max = 8;
  Host host(settings);
  host.checkpoint({callback_start("cb")});
  const std::string id = host.callback_id("cb");
  EXPECT_TRUE(host.refusal(CompleteCallback{id, CallbackSuccess{Payload(bytes(9))}})
                  .starts_with("CALLBACK output payload size must be"));
  EXPECT_EQ(host.refusal(CompleteCallback{id, CallbackSuccess{Payload(bytes(8))}}), "");
}

TEST(Limits, ExecutionInputDependsOnTheStart) {
  for (const StartedBy by : {StartedBy::request_response, StartedBy::event}) {
    const std::size_t limit = by == StartedBy::event ? 1'048'576 : 6'291'456;
    StartExecution start = Host::start_command();
    start.started_by = by;
    start.input = Payload(bytes(limit));
    EXPECT_TRUE(decide(Execution(), start, Timestamp{}).has_value());
    start.input = Payload(bytes(limit + 1));
    const auto refused = decide(Execution(), start, Timestamp{});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::request_too_large);
  }
}

TEST(Limits, ExecutionResultDependsOnTheStart) {
  for (const StartedBy by : {StartedBy::request_response, StartedBy::event}) {
    const std::size_t limit = by == StartedBy::event ? 1'048'576 : 6'291'456;
    for (const std::size_t over : {std::size_t{0}, std::size_t{1}}) {
      StartExecution start = Host::start_command();
      start.started_by = by;
      Host host(start);
      host.start_invocation();
      host.end(succeeded(Payload(bytes(limit + over))));
      EXPECT_EQ(host.execution.status() == wire::ExecutionStatus::succeeded, over == 0);
      if (over == 0) continue;
      EXPECT_TRUE(host.execution.error()->error_message->starts_with(
          "Execution output payload size must be less than or equal to " + std::to_string(limit) +
          " bytes."));
    }
  }
}

TEST(Limits, OperationsCountRetriesAndPolls) {
  Limits limits;
  limits.operations_max = 3;
  EXPECT_EQ(refusal_of(limits, {step_start("a"), step_start("b")}), "");
  EXPECT_NE(refusal_of(limits, {step_start("a"), step_start("b"), step_start("c")})
                .find("would use 4 operations; the quota is 3"),
            std::string::npos);
  EXPECT_EQ(refusal_of(limits, {step_start("a"), step_retry("a", 1)}), "");
  EXPECT_NE(refusal_of(limits, {step_start("a"), step_retry("a", 1), step_start("b")}), "");
  EXPECT_NE(
      refusal_of(limits, {poll("a", OperationAction::start),
                          poll("a", OperationAction::retry, Payload("1"), 1), step_start("b")}),
      "");
}

TEST(Limits, AtTheQuotaTheFunctionCanStillEndWhatRuns) {
  Settings settings;
  settings.limits.operations_max = 2;
  Host host(settings);
  host.checkpoint({step_start("a")});
  EXPECT_EQ(host.refused({step("a", OperationAction::succeed)}), "");
}

TEST(Limits, StoredBytesAddUpOverTheExecution) {
  Settings settings;
  settings.limits.stored_bytes_max = 108;  // The input has 8.
  Host host(settings);
  host.checkpoint({step_start("a"), step("a", OperationAction::succeed, Payload(bytes(100)))});
  EXPECT_EQ(host.execution.stored_bytes(), 108U);
  EXPECT_NE(host.refused({step_start("b"), step("b", OperationAction::succeed, Payload("x"))})
                .find("would store 109 bytes"),
            std::string::npos);
  host.end(succeeded(Payload("x")));
  EXPECT_EQ(host.execution.status(), wire::ExecutionStatus::failed);
}

TEST(Limits, TextsHaveMaximalLengths) {
  EXPECT_EQ(refusal_of({}, {step_start(bytes(64))}), "");
  EXPECT_NE(refusal_of({}, {step_start(bytes(65))}).find("less than or equal to 64, found 65"),
            std::string::npos);
  auto named = step_start("s");
  named.name = bytes(256);
  EXPECT_EQ(refusal_of({}, {named}), "");
  named.name = bytes(257);
  EXPECT_NE(refusal_of({}, {named}).find("found 257"), std::string::npos);
  auto typed = step_start("s");
  typed.sub_type = bytes(32);
  EXPECT_EQ(refusal_of({}, {typed}), "");
  typed.sub_type = bytes(33);
  EXPECT_NE(refusal_of({}, {typed}).find("found 33"), std::string::npos);
}

TEST(Limits, UpdatesOfOneCheckpoint) {
  Limits limits;
  limits.updates_max = 2;
  EXPECT_EQ(refusal_of(limits, {step_start("a"), step_start("b")}), "");
  EXPECT_NE(refusal_of(limits, {step_start("a"), step_start("b"), step_start("c")}), "");
}

TEST(Limits, UnlimitedAcceptsWhatTheServiceRefuses) {
  auto odd = step_start(bytes(100) + "/ id");
  odd.name = "caf\xC3\xA9";
  std::vector<wire::OperationUpdate> updates{odd};
  for (int i = 0; i < 4'000; ++i) updates.push_back(step_start(std::to_string(i)));
  updates.push_back(step("0", OperationAction::succeed, Payload(bytes(2'000'000))));
  EXPECT_EQ(refusal_of(Limits::unlimited(), updates), "");
}

}  // namespace
}  // namespace durable::engine
