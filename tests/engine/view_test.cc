// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

wire::GetDurableExecutionStateRequest state_request(const Host& host,
                                                    std::optional<std::string> marker,
                                                    std::int64_t max_items) {
  wire::GetDurableExecutionStateRequest request;
  request.durable_execution_arn = std::string(test_arn);
  request.checkpoint_token = host.token;
  request.marker = std::move(marker);
  request.max_items = max_items;
  return request;
}

TEST(View, TheFirstInvocationSeesTheExecutionAlone) {
  const Host host;
  EXPECT_EQ(host.input.durable_execution_arn, test_arn);
  ASSERT_EQ(host.input.initial_execution_state.operations.size(), 1U);
  const wire::Operation& execution = host.input.initial_execution_state.operations[0];
  EXPECT_EQ(execution.id, "e0c1");
  EXPECT_EQ(execution.type, OperationType::execution);
  EXPECT_EQ(execution.status, OperationStatus::started);
  EXPECT_EQ(execution.execution_details->input_payload->view(), "{\"id\":7}");
  EXPECT_TRUE(host.input.updated_operation_ids.has_value());
  EXPECT_FALSE(host.input.initial_execution_state.next_marker.has_value());
}

TEST(View, AnEventThatIsTooLargeGoesOnByMarker) {
  Settings settings;
  settings.limits.state_page_bytes_max = 4'000;
  Host host(settings);
  std::vector<std::string> expected{"e0c1"};
  for (int i = 0; i < 20; ++i) {
    expected.push_back("s" + std::to_string(i));
    host.checkpoint({step_start(expected.back()), step(expected.back(), OperationAction::succeed,
                                                       Payload(std::string(300, 'x')))});
  }
  host.end(crash());
  host.now = *host.execution.invocation_wanted_at();
  host.start_invocation();

  std::vector<std::string> ids;
  for (const auto& operation : host.input.initial_execution_state.operations) {
    ids.push_back(operation.id);
  }
  auto marker = host.input.initial_execution_state.next_marker;
  EXPECT_LT(ids.size(), 8U);
  while (marker) {
    const auto response = read_state(host.execution, state_request(host, marker, 1000)).value();
    for (const auto& operation : response.operations) ids.push_back(operation.id);
    marker = response.next_marker;
  }
  EXPECT_EQ(ids, expected);
}

TEST(View, ALargeDeltaGoesOnByMarkerToo) {
  Settings settings;
  settings.limits.state_page_bytes_max = 2'000;
  Host host(settings);
  std::vector<wire::OperationUpdate> updates;
  for (int i = 0; i < 10; ++i) updates.push_back(step_start("s" + std::to_string(i)));
  host.checkpoint({step_start("before")});
  const auto response = host.checkpoint(updates);

  std::size_t count = response.new_execution_state.operations.size();
  auto marker = response.new_execution_state.next_marker;
  ASSERT_TRUE(marker.has_value());
  while (marker) {
    const auto more = read_state(host.execution, state_request(host, marker, 2)).value();
    for (const auto& operation : more.operations) EXPECT_NE(operation.id, "before");
    count += more.operations.size();
    marker = more.next_marker;
  }
  EXPECT_EQ(count, 10U);
}

TEST(View, StatePagesAreBoundedAndNeedTheLatestToken) {
  Host host;
  std::vector<wire::OperationUpdate> updates;
  for (int i = 0; i < 150; ++i) updates.push_back(step_start("s" + std::to_string(i)));
  const std::string old = host.token;
  host.checkpoint(updates);

  EXPECT_EQ(read_state(host.execution, state_request(host, {}, 0))->operations.size(), 100U);
  EXPECT_EQ(read_state(host.execution, state_request(host, {}, 1000))->operations.size(), 151U);
  EXPECT_FALSE(read_state(host.execution, state_request(host, {}, 1001)).has_value());
  EXPECT_FALSE(read_state(host.execution, state_request(host, "x", 1)).has_value());
  EXPECT_FALSE(read_state(host.execution, state_request(host, "152", 1)).has_value());
  host.token = old;
  const auto stale = read_state(host.execution, state_request(host, {}, 1));
  ASSERT_FALSE(stale.has_value());
  EXPECT_TRUE(stale.error().message.starts_with("Invalid Checkpoint Token"));
}

TEST(View, DescribesARunningAndAClosedExecution) {
  Host host;
  auto running = describe(host.execution, ExecutionData::include);
  EXPECT_EQ(running.status, wire::ExecutionStatus::running);
  EXPECT_FALSE(running.end_timestamp.has_value());
  EXPECT_EQ(running.version, "7");
  EXPECT_EQ(running.input_payload->view(), "{\"id\":7}");
  EXPECT_EQ(running.durable_config->execution_timeout,
            host.execution.info().execution_timeout / 1s);
  EXPECT_EQ(running.execution_data_included, true);
  host.now += 5s;
  host.end(failed(error_object("Broken")));

  const auto closed = describe(host.execution, ExecutionData::include);
  EXPECT_EQ(closed.error->error_type, "Broken");
  EXPECT_EQ(closed.end_timestamp, host.now);
  EXPECT_FALSE(closed.result.has_value());
  const auto bare = describe(host.execution, ExecutionData::leave_out);
  EXPECT_FALSE(bare.error.has_value());
  EXPECT_FALSE(bare.input_payload.has_value());
  EXPECT_EQ(bare.execution_data_included, false);
  const auto row = summary(host.execution);
  EXPECT_EQ(row.durable_execution_name, "order-1");
  EXPECT_EQ(row.status, wire::ExecutionStatus::failed);
  EXPECT_EQ(row.end_timestamp, host.now);
}

TEST(View, EachTypeShowsItsOwnDetails) {
  Host host;
  host.checkpoint({context("c", OperationAction::start), step_start("s"), step_retry("s", 4),
                   wait_start("w", 5), callback_start("cb"), invoke_start("i")});
  const auto view = [&](std::string_view id) {
    return operation_view(host.execution, *host.execution.find(id));
  };
  EXPECT_TRUE(view("c").context_details.has_value());
  EXPECT_EQ(view("s").step_details->next_attempt_timestamp, host.now + 4s);
  EXPECT_EQ(view("s").step_details->error->error_type, "Flaky");
  EXPECT_EQ(view("w").wait_details->scheduled_end_timestamp, host.now + 5s);
  EXPECT_TRUE(view("cb").callback_details->callback_id.has_value());
  EXPECT_TRUE(view("i").chained_invoke_details.has_value());
  EXPECT_FALSE(view("i").end_timestamp.has_value());
}

}  // namespace
}  // namespace durable::engine
