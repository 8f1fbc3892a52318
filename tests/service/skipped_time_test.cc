// SPDX-License-Identifier: Apache-2.0
//
// Where time may jump to, and what holds it.
#include "service/core.h"

#include "service/worlds.h"

namespace durable::service {
namespace {

/// Waits for a callback and for an hour at the same time.
InvocationOutcome callback_or_an_hour(Call& call) {
  if (call.find("w") == nullptr) {
    EXPECT_TRUE(call.checkpoint({callback_start("c", 7200), wait_start("w", 3600)}).has_value());
  }
  const bool open =
      call.is("c", OperationStatus::started) && !call.is("w", OperationStatus::succeeded);
  return answer(open ? pending() : succeeded(Payload("1")));
}

ServiceOptions skipping() {
  ServiceOptions options = test_options();
  options.time_mode = TimeMode::skipped;
  return options;
}

class SkippedTime : public ::testing::Test {
 protected:
  std::string start(const std::string& function) {
    const auto started = host.start(function);
    EXPECT_TRUE(started.has_value()) << started.error().message;
    host.settle();
    return started ? started->arn : "";
  }
  std::string callback_of(const std::string& arn) {
    wire::GetDurableExecutionHistoryRequest request;
    request.durable_execution_arn = arn;
    const auto history = host.history(request);
    return std::get<wire::CallbackStartedDetails>(history->events.at(1).details).callback_id;
  }

  World<InMemory> world{
      {{"orders", await_callback}, {"race", callback_or_an_hour}, {"sleepy", wait_an_hour}},
      skipping()};
  CoreHost& host = world.host();
};

TEST_F(SkippedTime, JumpsToTheEarliestWait) {
  start("sleepy");
  EXPECT_EQ(host.core.next_jump(), first_moment + 1h);
}

TEST_F(SkippedTime, IsHeldForAWhileByACallbackThatIsOpen) {
  start("race");
  EXPECT_EQ(host.core.next_jump(), std::nullopt);
  EXPECT_EQ(host.core.next_due(), first_moment + 10s) << "the service looks again then";
  host.pass(9s);
  EXPECT_EQ(host.core.next_jump(), std::nullopt);
  host.pass(1s);
  EXPECT_EQ(host.core.next_jump(), first_moment + 1h);
}

TEST_F(SkippedTime, IsHeldForTheWaitsOfOthersToo) {
  start("sleepy");
  const std::string arn = start("orders");
  EXPECT_EQ(host.core.next_jump(), std::nullopt);
  ASSERT_TRUE(host.succeed_callback(callback_of(arn), "1").has_value());
  host.settle();
  EXPECT_EQ(host.core.next_jump(), first_moment + 1h);
}

TEST_F(SkippedTime, IsNotHeldByAnExecutionThatHasEnded) {
  start("sleepy");
  const std::string arn = start("orders");
  EXPECT_EQ(host.core.next_jump(), std::nullopt);
  ASSERT_TRUE(host.stop(arn).has_value());
  host.settle();
  EXPECT_EQ(host.core.next_jump(), first_moment + 1h);
}

TEST_F(SkippedTime, DoesNotJumpToDeadlinesOfCallbacks) {
  start("orders");
  host.pass(1min);
  EXPECT_EQ(host.core.next_jump(), std::nullopt);
}

}  // namespace
}  // namespace durable::service
