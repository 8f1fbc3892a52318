// SPDX-License-Identifier: Apache-2.0
//
// Names and starts: the six cases, over both stores.
#include "service/worlds.h"

namespace durable::service {
namespace {

template <class Kept>
class StartTest : public ::testing::Test {
 protected:
  World<Kept> world{{{"orders", wait_an_hour}, {"bills", one_step}}};
  CoreHost& host() { return world.host(); }

  void expect_refused(const Result<Started>& started, const std::string& arn) {
    ASSERT_FALSE(started.has_value());
    EXPECT_EQ(started.error().code, ErrorCode::execution_already_started);
    EXPECT_EQ(started.error().message, "Execution already started: " + arn);
  }
};
TYPED_TEST_SUITE(StartTest, Kinds);

TYPED_TEST(StartTest, WithoutANameEachIsNew) {
  const auto first = this->host().start("orders");
  const auto second = this->host().start("orders");
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_TRUE(first->created && second->created);
  EXPECT_NE(first->arn, second->arn);
}

TYPED_TEST(StartTest, WithANameIsFoundAgainWhileItRuns) {
  const auto first = this->host().start("orders", "n", Payload("1"));
  ASSERT_TRUE(first.has_value());
  this->host().settle();

  const auto again = this->host().start("orders", "n", Payload("1"));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->arn, first->arn);
  this->expect_refused(this->host().start("orders", "n", Payload("2")), first->arn);
  this->expect_refused(this->host().start("orders", "n", std::nullopt), first->arn);

  const auto elsewhere = this->host().start("bills", "n", Payload("2"));
  ASSERT_TRUE(elsewhere.has_value());
  EXPECT_TRUE(elsewhere->created);
}

TYPED_TEST(StartTest, WithANameIsFoundAgainOnceClosed) {
  const auto first = this->host().start("bills", "n", Payload("1"));
  ASSERT_TRUE(first.has_value());
  this->host().settle();

  const auto again = this->host().start("bills", "n", Payload("1"));
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->arn, first->arn);
  const auto ended = this->host().wait(again->arn);
  ASSERT_TRUE(ended->has_value());
  EXPECT_EQ((***ended).status, ExecutionStatus::succeeded);
  EXPECT_EQ((***ended).result, Payload("\"done\""));
  this->expect_refused(this->host().start("bills", "n", Payload("2")), first->arn);
}

TYPED_TEST(StartTest, OfAnotherVersionIsAnotherRequest) {
  const auto first = this->host().start("orders", "n", Payload("1"));
  ASSERT_TRUE(first.has_value());
  StartCall other;
  other.target = FakeFunctions::target("orders", "7");
  other.name = "n";
  other.input = Payload("1");
  this->expect_refused(this->host().start(std::move(other)), first->arn);
}

TYPED_TEST(StartTest, AfterTheRetentionNameAndArnAreFree) {
  const auto first = this->host().start("bills", "n", Payload("1"));
  ASSERT_TRUE(first.has_value());
  this->host().settle();
  // Gone for its callers before the store has removed it.
  this->host().now += 24h * 14;
  EXPECT_EQ(this->host().get(first->arn).error().code, ErrorCode::resource_not_found);

  const auto again = this->host().start("bills", "n", Payload("2"));
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_TRUE(again->created);
  EXPECT_NE(again->arn, first->arn);
  this->host().pass(2min);
  EXPECT_FALSE(*this->world.store().find(std::string_view(first->arn)));
  EXPECT_TRUE(*this->world.store().find(std::string_view(again->arn)));
}

TYPED_TEST(StartTest, TwoWithOneNameInOneTickAreOneExecution) {
  std::vector<Result<Started>> answers;
  for (const char* input : {"1", "1", "2"}) {
    StartCall call;
    call.target = FakeFunctions::target("orders");
    call.name = "n";
    call.input = Payload(input);
    this->host().core.take(
        Message(StartMessage{std::move(call), [&](Result<Started> s) { answers.push_back(s); }}),
        this->host().now);
  }
  this->host().settle();

  ASSERT_EQ(answers.size(), 3U);
  ASSERT_TRUE(answers[0].has_value() && answers[1].has_value());
  EXPECT_TRUE(answers[0]->created);
  EXPECT_FALSE(answers[1]->created);
  EXPECT_EQ(answers[0]->arn, answers[1]->arn);
  this->expect_refused(answers[2], answers[0]->arn);
}

TYPED_TEST(StartTest, IsKeptBeforeItIsAnswered) {
  this->world.store().fault = [](auto) { return std::optional(FaultyStore::gone()); };
  const auto refused = this->host().start("orders", "n");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::service_failure);
  EXPECT_EQ(error_info(refused.error().code).http_status, 500);

  this->world.store().fault = nullptr;
  const auto started = this->host().start("orders", "n");
  ASSERT_TRUE(started.has_value());
  EXPECT_TRUE(started->created);
  EXPECT_EQ(this->host().core.metrics().started, 1U);
}

TYPED_TEST(StartTest, RefusesWhatTheServiceDoes) {
  EXPECT_EQ(this->host().start("orders", "a b").error().code, ErrorCode::invalid_parameter);
  StartCall plain;
  plain.target = FakeFunctions::target("orders");
  plain.target.durable.reset();
  EXPECT_EQ(this->host().start(plain).error().code, ErrorCode::invalid_parameter);
  StartCall large;
  large.target = FakeFunctions::target("orders");
  large.started_by = wire::InvocationType::event;
  large.input = Payload(std::string(1'048'577, 'x'));
  EXPECT_EQ(this->host().start(large).error().code, ErrorCode::request_too_large);
  EXPECT_EQ(this->host().core.metrics().started, 0U);
}

}  // namespace
}  // namespace durable::service
