// SPDX-License-Identifier: Apache-2.0
#include "engine/host.h"

namespace durable::engine {
namespace {

TEST(Wait, EndsAtItsTimeAndWantsAnInvocation) {
  Host host;
  const Timestamp start = host.now;
  const auto response = host.checkpoint({wait_start("w", 60)});
  EXPECT_EQ(response.new_execution_state.operations.at(0).wait_details->scheduled_end_timestamp,
            start + 60s);
  host.end(pending());

  host.pass(59'999ms);
  EXPECT_EQ(host.status("w"), OperationStatus::started);
  host.pass(1ms);

  EXPECT_EQ(host.status("w"), OperationStatus::succeeded);
  EXPECT_EQ(host.operation("w").ended_at, start + 60s);
  EXPECT_EQ(host.execution.invocation_wanted_at(), host.now);
}

TEST(Wait, EndsWhenNoticedLate) {
  Host host;
  host.checkpoint({wait_start("w", 1)});
  host.end(pending());
  host.pass(1h);
  EXPECT_EQ(host.operation("w").ended_at, host.now);
}

TEST(Wait, SeveralEndInTheOrderOfTheirDeadlines) {
  Host host;
  host.checkpoint({wait_start("long", 30), wait_start("short", 10), wait_start("middle", 20)});
  host.end(pending());
  host.pass(1min);

  const auto history = host.history();

  ASSERT_EQ(history.size(), 8U);
  EXPECT_EQ(history[5].id, "short");
  EXPECT_EQ(history[6].id, "middle");
  EXPECT_EQ(history[7].id, "long");
}

TEST(Wait, CanBeCancelledWhileItRuns) {
  Host host;
  host.checkpoint({wait_start("w", 60)});

  host.checkpoint({wait_cancel("w")});

  EXPECT_EQ(host.status("w"), OperationStatus::cancelled);
  EXPECT_FALSE(host.execution.next_timer().has_value());
  EXPECT_EQ(host.history_types().back(), wire::EventType::wait_cancelled);
}

TEST(Wait, OptionsAndTheirRangeAreRequired) {
  Host host;
  auto bare = make_update("w", OperationType::wait, OperationAction::start);
  EXPECT_TRUE(host.refused({bare}).starts_with("Update for WAIT operation requires WaitOptions."));
  EXPECT_NE(host.refused({wait_start("w", 0)}).find("greater than or equal to 1"),
            std::string::npos);
  EXPECT_NE(host.refused({wait_start("w", 31'622'401)}).find("less than or equal to 31622400"),
            std::string::npos);
  EXPECT_EQ(host.refused({wait_start("w", 31'622'400)}), "");
}

}  // namespace
}  // namespace durable::engine
