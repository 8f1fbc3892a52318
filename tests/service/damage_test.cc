// SPDX-License-Identifier: Apache-2.0
//
// One execution that cannot be kept or read harms no other.
#include "service/worlds.h"

namespace durable::service {
namespace {

class DamageTest : public ::testing::Test {
 protected:
  CoreHost& host() { return world.host(); }
  store::ExecutionKey key_of(const std::string& arn) {
    return world.store().find(std::string_view(arn)).value()->key;
  }
  /// Refuses each commit that writes to the execution.
  void refuse(store::ExecutionKey damaged, ErrorCode code) {
    world.store().fault = [=](std::span<const store::Write> writes) -> std::optional<Error> {
      for (const store::Write& write : writes) {
        if (write.key == damaged) return Error{code, "the log is damaged"};
      }
      return std::nullopt;
    };
  }

  World<InMemory> world{{{"orders", wait_an_hour}}};
};

TEST_F(DamageTest, OneThatCannotBeWrittenIsLeftAlone) {
  std::vector<std::string> arns;
  for (int i = 0; i < 5; ++i) arns.push_back(host().start("orders")->arn);
  host().settle();
  const auto told = host().wait(arns[2]);
  refuse(key_of(arns[2]), ErrorCode::corrupt);
  host().pass(1h);

  for (const int i : {0, 1, 3, 4}) {
    EXPECT_EQ(host().get(arns[static_cast<std::size_t>(i)])->status, ExecutionStatus::succeeded);
  }
  ASSERT_TRUE(told->has_value());
  EXPECT_EQ((**told).error(), (Error{ErrorCode::service_failure, "the log is damaged"}));
  EXPECT_EQ(host().get(arns[2]).error().code, ErrorCode::service_failure);
  EXPECT_EQ(host().stop(arns[2]).error().code, ErrorCode::service_failure);
  EXPECT_EQ(host().core.metrics().isolated, 1U);
  const int invocations = host().invocations;
  host().pass(24h);
  EXPECT_EQ(host().invocations, invocations);
}

TEST_F(DamageTest, OneThatCannotBeReadIsLeftAlone) {
  const std::string damaged = host().start("orders")->arn;
  const std::string sound = host().start("orders")->arn;
  host().settle();
  world.restart();
  const store::ExecutionKey key = key_of(damaged);
  world.store().read_fault = [key](store::ExecutionKey read) -> std::optional<Error> {
    if (read != key) return std::nullopt;
    return Error{ErrorCode::corrupt, "the log is damaged"};
  };
  host().pass(1h);
  EXPECT_EQ(host().get(sound)->status, ExecutionStatus::succeeded);
  EXPECT_EQ(host().get(damaged).error(), (Error{ErrorCode::service_failure, "the log is damaged"}));
  EXPECT_EQ(host().core.metrics().isolated, 1U);
}

TEST_F(DamageTest, OneThatCannotBeReadForAWhileIsReadLater) {
  const std::string arn = host().start("orders")->arn;
  host().settle();
  world.restart();
  world.store().read_fault = [](store::ExecutionKey) { return std::optional(FaultyStore::gone()); };
  host().pass(1h);
  world.store().read_fault = nullptr;
  host().pass(commit_retry_delay);
  EXPECT_EQ(host().get(arn)->status, ExecutionStatus::succeeded);
}

TEST_F(DamageTest, AConflictIsDecidedAnewAndAtLastGivenUp) {
  const std::string once = host().start("orders")->arn;
  host().settle();
  int refusals = 1;
  world.store().fault = [&](auto) -> std::optional<Error> {
    if (refusals-- <= 0) return std::nullopt;
    return Error{ErrorCode::conflict, "another revision"};
  };
  host().pass(1h);
  EXPECT_EQ(host().get(once)->status, ExecutionStatus::succeeded);
  EXPECT_EQ(host().core.metrics().isolated, 0U);

  const std::string always = host().start("orders")->arn;
  host().settle();
  refuse(key_of(always), ErrorCode::conflict);
  host().pass(1h);
  EXPECT_EQ(host().get(always).error().code, ErrorCode::service_failure);
  EXPECT_EQ(host().core.metrics().isolated, 1U);
}

TEST_F(DamageTest, CallersAreToldAtOnceWhenTheDiskFails) {
  const std::string arn = host().start("orders")->arn;
  host().settle();
  world.store().fault = [](auto) { return std::optional(FaultyStore::gone()); };
  const auto refused = host().stop(arn);
  EXPECT_EQ(refused.error(), (Error{ErrorCode::service_failure, "the disk is gone"}));
  EXPECT_EQ(host().get(arn)->status, ExecutionStatus::running);

  // What the service has to keep by itself waits, and so nobody waits behind it.
  host().pass(1h);
  EXPECT_FALSE(host().core.is_ready());
  bool answered = false;
  host().core.take(Message(StopMessage{{arn, {}},
                                       [&](auto stopped) {
                                         EXPECT_FALSE(stopped.has_value());
                                         answered = true;
                                       }}),
                   host().now);
  host().pass(commit_retry_delay);
  EXPECT_TRUE(answered);
  world.store().fault = nullptr;
  host().pass(commit_retry_delay);
  EXPECT_EQ(host().get(arn)->status, ExecutionStatus::succeeded);
}

}  // namespace
}  // namespace durable::service
