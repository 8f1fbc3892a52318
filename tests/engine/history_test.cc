// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

#include <limits>

namespace durable::engine {
namespace {

using wire::EventType;

wire::GetDurableExecutionHistoryRequest page(std::int64_t max_items,
                                             std::optional<std::string> marker = std::nullopt,
                                             bool reverse = false) {
  wire::GetDurableExecutionHistoryRequest request;
  request.max_items = max_items;
  request.marker = std::move(marker);
  request.reverse_order = reverse;
  return request;
}

TEST(History, OneStep) {
  Host host;
  auto start = step_start("s");
  start.name = "charge";
  auto end = step("s", OperationAction::succeed, Payload("\"ok\""));
  end.name = "charge";
  host.checkpoint({start, end});
  host.end(succeeded(Payload("\"done\"")));

  const auto history = host.history();

  ASSERT_EQ(
      host.history_types(),
      (std::vector{EventType::execution_started, EventType::step_started, EventType::step_succeeded,
                   EventType::invocation_completed, EventType::execution_succeeded}));
  for (std::size_t i = 0; i < history.size(); ++i) {
    EXPECT_EQ(history[i].event_id, static_cast<std::int64_t>(i + 1));
  }
  const auto& started = std::get<wire::ExecutionStartedDetails>(history[0].details);
  EXPECT_EQ(started.input.payload->view(), "{\"id\":7}");
  EXPECT_EQ(started.execution_timeout, 31'622'400);
  EXPECT_FALSE(history[0].id.has_value());
  EXPECT_EQ(history[1].id, "s");
  EXPECT_EQ(history[1].name, "charge");
  EXPECT_EQ(history[1].sub_type, "Step");
  const auto& step_end = std::get<wire::StepSucceededDetails>(history[2].details);
  EXPECT_EQ(step_end.result.payload->view(), "\"ok\"");
  EXPECT_EQ(step_end.result.truncated, false);
  EXPECT_EQ(step_end.retry_details, (wire::RetryDetails{1, std::nullopt}));
  const auto& invocation = std::get<wire::InvocationCompletedDetails>(history[3].details);
  EXPECT_EQ(invocation.request_id, "r1");
  EXPECT_FALSE(invocation.error.has_value());
}

TEST(History, AnAtMostOnceCrashWithOneRetry) {
  Host host;
  host.checkpoint({step_start("s")});
  host.end(crash());
  host.now = *host.execution.invocation_wanted_at();
  host.start_invocation();
  host.checkpoint({step_retry("s", 1)});
  host.end(pending());
  host.pass(1s);
  host.start_invocation();
  host.checkpoint({step_start("s")});
  host.checkpoint({step("s", OperationAction::succeed, Payload("1"))});
  host.end(succeeded());

  ASSERT_EQ(host.history_types(),
            (std::vector{EventType::execution_started, EventType::step_started,
                         EventType::invocation_completed, EventType::step_failed,
                         EventType::invocation_completed, EventType::step_started,
                         EventType::step_succeeded, EventType::invocation_completed,
                         EventType::execution_succeeded}));
  const auto history = host.history();
  const auto& crashed = std::get<wire::InvocationCompletedDetails>(history[2].details);
  EXPECT_EQ(crashed.error->payload->error_type, "Runtime.ExitError");
  const auto& retried = std::get<wire::StepFailedDetails>(history[3].details);
  EXPECT_EQ(retried.retry_details, (wire::RetryDetails{1, 1}));
  const auto& end = std::get<wire::StepSucceededDetails>(history[6].details);
  EXPECT_EQ(end.retry_details.current_attempt, 2);
}

TEST(History, PollsAreSuccessesWithADelay) {
  Host host;
  host.checkpoint(
      {poll("c", OperationAction::start), poll("c", OperationAction::retry, Payload("1"), 2)});
  host.end(pending());
  host.pass(2s);
  host.start_invocation();
  host.checkpoint(
      {poll("c", OperationAction::start), poll("c", OperationAction::succeed, Payload("2"))});

  const auto history = host.history();

  const auto& first = std::get<wire::StepSucceededDetails>(history[2].details);
  EXPECT_EQ(first.result.payload->view(), "1");
  EXPECT_EQ(first.retry_details, (wire::RetryDetails{1, 2}));
  EXPECT_EQ(history[4].event_type, EventType::step_started);
  const auto& last = std::get<wire::StepSucceededDetails>(history[5].details);
  EXPECT_EQ(last.retry_details, (wire::RetryDetails{2, std::nullopt}));
}

TEST(History, WaitsAndCallbacksShowTheirTimes) {
  Host host;
  host.checkpoint({wait_start("w", 5), callback_start("cb", 9, 3)});
  host.end(pending());
  const Timestamp start = host.now;
  host.pass(5s);

  const auto history = host.history();

  const auto& wait = std::get<wire::WaitStartedDetails>(history[1].details);
  EXPECT_EQ(wait.duration, 5);
  EXPECT_EQ(wait.scheduled_end_timestamp, start + 5s);
  const auto& callback = std::get<wire::CallbackStartedDetails>(history[2].details);
  EXPECT_EQ(callback.timeout, 9);
  EXPECT_EQ(callback.heartbeat_timeout, 3);
  EXPECT_EQ(history[4].event_type, EventType::callback_timed_out);
  EXPECT_EQ(std::get<wire::WaitSucceededDetails>(history[5].details).duration, 5);
}

TEST(History, DataIsLeftOutOnRequest) {
  Host host;
  host.checkpoint({step_start("s"), step_fail("s"), invoke_start("i")});
  host.end(succeeded(Payload("1")));
  auto request = page(100);
  request.include_execution_data = false;

  const auto events = history_page(host.log, host.execution, request).value().events;

  EXPECT_FALSE(std::get<wire::ExecutionStartedDetails>(events[0].details).input.payload);
  EXPECT_FALSE(std::get<wire::StepFailedDetails>(events[2].details).error.payload);
  EXPECT_EQ(std::get<wire::StepFailedDetails>(events[2].details).retry_details.current_attempt, 1);
  EXPECT_FALSE(std::get<wire::ChainedInvokeStartedDetails>(events[3].details).input->payload);
  EXPECT_FALSE(std::get<wire::ExecutionSucceededDetails>(events[5].details).result.payload);
}

TEST(History, PagesJoinToTheWholeInBothDirections) {
  Host host;
  for (int i = 0; i < 12; ++i) {
    host.checkpoint(
        {step_start("s" + std::to_string(i)), callback_start("c" + std::to_string(i), 0, 5)});
    host.must(HeartbeatCallback{host.callback_id("c" + std::to_string(i))});
  }
  const auto whole = host.history();
  ASSERT_EQ(whole.size(), 25U);
  for (const bool reverse : {false, true}) {
    for (const std::int64_t size : {1, 3, 5, 24, 25, 26}) {
      std::vector<wire::Event> joined;
      std::optional<std::string> marker;
      do {
        const auto one =
            history_page(host.log, host.execution, page(size, marker, reverse)).value();
        ASSERT_LE(one.events.size(), static_cast<std::size_t>(size));
        joined.insert(joined.end(), one.events.begin(), one.events.end());
        marker = one.next_marker;
      } while (marker.has_value());
      if (reverse) std::reverse(joined.begin(), joined.end());
      EXPECT_EQ(joined, whole) << "page size " << size << (reverse ? " reverse" : "");
    }
  }
}

TEST(History, APageNeedsTheLogUpToTheEventBehindIt) {
  Host host;
  for (int i = 0; i < 5; ++i) {
    host.checkpoint(
        {step_start("s" + std::to_string(i)), callback_start("c" + std::to_string(i), 0, 5)});
    host.must(HeartbeatCallback{host.callback_id("c" + std::to_string(i))});
  }
  const Limits limits;
  for (const std::int64_t size : {1, 2, 4, 10, 11, 100}) {
    for (const char* marker : {"1", "2", "5", "11"}) {
      const auto request = page(size, marker);
      const std::size_t reach = history_reach(limits, request);
      EventLog part;
      for (const Event& event : host.log) {
        part.push_back(event);
        if (event.history_id > reach) break;
      }
      const auto known = history_page(part, host.execution, request).value();
      const auto whole = history_page(host.log, host.execution, request).value();
      EXPECT_EQ(known.events, whole.events) << size << " from " << marker;
      EXPECT_EQ(known.next_marker, whole.next_marker) << size << " from " << marker;
    }
  }
  EXPECT_EQ(history_reach(limits, page(0)), 100U);
  EXPECT_EQ(history_reach(limits, page(10, "18446744073709551615")),
            std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(history_reach(limits, page(10, {}, true)), std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(history_reach(limits, page(1001)), 0U) << "refused anyway";
}

TEST(History, OddPageRequestsAreRefused) {
  const Host host;
  for (const std::int64_t size : {-1, 1001}) {
    EXPECT_FALSE(history_page(host.log, host.execution, page(size)).has_value());
  }
  for (const char* marker : {"x", "0", "2", "-1", "1x", "99999999999999999999999"}) {
    EXPECT_FALSE(history_page(host.log, host.execution, page(10, marker)).has_value()) << marker;
  }
  EXPECT_TRUE(history_page(host.log, host.execution, page(0, "")).has_value());
}

}  // namespace
}  // namespace durable::engine
