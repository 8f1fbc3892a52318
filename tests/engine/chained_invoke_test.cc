// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

const StartChainedInvoke* wanted_invoke(const Host& host) {
  for (const Effect& effect : host.decision.effects) {
    if (const auto* start = std::get_if<StartChainedInvoke>(&effect)) return start;
  }
  return nullptr;
}

TEST(ChainedInvoke, AsksTheHostToInvokeTheTarget) {
  Host host;
  auto update = invoke_start("i", "billing:live");
  update.chained_invoke_options->tenant_id = "acme";
  host.checkpoint({update});

  const StartChainedInvoke* start = wanted_invoke(host);
  ASSERT_NE(start, nullptr);
  EXPECT_EQ(start->info->id(), "i");
  EXPECT_EQ(start->info->chained_invoke()->function_name, "billing:live");
  EXPECT_EQ(start->info->chained_invoke()->tenant_id, "acme");
  EXPECT_EQ(start->info->chained_invoke()->input->view(), "{}");
}

TEST(ChainedInvoke, TheHistoryShowsWhatWasStarted) {
  Host host;
  host.checkpoint({invoke_start("i")});
  host.must(ChainedInvokeStarted{"i", "3", "arn:child"});

  const auto details = host.last_details<wire::ChainedInvokeStartedDetails>();

  EXPECT_EQ(details.function_name, "billing:1");
  EXPECT_EQ(details.executed_version, "3");
  EXPECT_EQ(details.durable_execution_arn, "arn:child");
  EXPECT_EQ(details.input->payload->view(), "{}");
}

TEST(ChainedInvoke, EndsInEachOfItsWays) {
  using Status = CompleteChainedInvoke::Status;
  struct Case {
    Status status;
    OperationStatus expected;
    wire::EventType event;
  };
  const std::vector<Case> cases{
      {Status::succeeded, OperationStatus::succeeded, wire::EventType::chained_invoke_succeeded},
      {Status::failed, OperationStatus::failed, wire::EventType::chained_invoke_failed},
      {Status::timed_out, OperationStatus::timed_out, wire::EventType::chained_invoke_timed_out},
      {Status::stopped, OperationStatus::stopped, wire::EventType::chained_invoke_stopped}};
  for (const Case& one : cases) {
    Host host;
    host.checkpoint({invoke_start("i")});
    host.end(pending());

    host.must(CompleteChainedInvoke{"i", one.status, Payload("1"), error_object("Child")});

    EXPECT_EQ(host.status("i"), one.expected);
    EXPECT_EQ(host.history_types().back(), one.event);
    EXPECT_EQ(host.operation("i").result.has_value(), one.status == Status::succeeded);
    EXPECT_EQ(host.operation("i").error != nullptr, one.status != Status::succeeded);
    EXPECT_TRUE(host.execution.invocation_wanted_at().has_value());
  }
}

TEST(ChainedInvoke, AnOutcomeThatIsTooLargeIsTheTargetsFailure) {
  Settings settings;
  settings.limits.payload_bytes_max = 4;
  Host host(settings);
  host.checkpoint({invoke_start("i")});

  host.must(
      CompleteChainedInvoke{"i", CompleteChainedInvoke::Status::succeeded, Payload("12345"), {}});

  EXPECT_EQ(host.status("i"), OperationStatus::failed);
  EXPECT_TRUE(host.operation("i").error->error_message->starts_with(
      "CHAINED_INVOKE output payload size must be less than or equal to 4 bytes."));
}

TEST(ChainedInvoke, CanBeCancelledAndThenIgnoresItsTarget) {
  Host host;
  host.checkpoint({invoke_start("i")});
  auto cancel = make_update("i", OperationType::chained_invoke, OperationAction::cancel);
  cancel.sub_type = "ChainedInvoke";
  host.checkpoint({cancel});

  EXPECT_EQ(host.status("i"), OperationStatus::cancelled);
  const auto late = host.send(CompleteChainedInvoke{"i", {}, {}, {}});
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ErrorCode::invalid_usage);
  EXPECT_NE(late.error().message.find("no longer waits: it is CANCELLED"), std::string::npos);
}

TEST(ChainedInvoke, ReportsThatMakeNoSenseAreTold) {
  Host host;
  host.checkpoint({step_start("s"), invoke_start("i")});
  EXPECT_NE(host.refusal(ChainedInvokeStarted{"x", {}, {}}).find("does not exist"),
            std::string::npos);
  EXPECT_NE(host.refusal(CompleteChainedInvoke{"s", {}, {}, {}}).find("is a STEP"),
            std::string::npos);
  host.must(ChainedInvokeStarted{"i", {}, {}});
  EXPECT_NE(host.refusal(ChainedInvokeStarted{"i", {}, {}}).find("reported before"),
            std::string::npos);
}

TEST(ChainedInvoke, OptionsAreRequiredAndChecked) {
  Host host;
  auto bare = make_update("i", OperationType::chained_invoke, OperationAction::start);
  EXPECT_TRUE(host.refused({bare}).starts_with(
      "Update for CHAINED_INVOKE operation requires ChainedInvokeOptions."));
  EXPECT_NE(host.refused({invoke_start("i", "")}).find("functionName"), std::string::npos);
  EXPECT_NE(host.refused({invoke_start("i", "a b")}).find("functionName"), std::string::npos);
  auto tenant = invoke_start("i");
  tenant.chained_invoke_options->tenant_id = "a!";
  EXPECT_NE(host.refused({tenant}).find("tenantId"), std::string::npos);
}

}  // namespace
}  // namespace durable::engine
