// SPDX-License-Identifier: Apache-2.0
//
// Which calls are tried again, after which pauses, and when it ends.
#include "cloud/fakes.h"
#include "cloud/lambda_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace durable::cloud {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* throttled = R"({"message":"Rate exceeded"})";
constexpr const char* empty_state = R"({"CheckpointToken":"bg==","NewExecutionState":{}})";

TEST(PauseBefore, DoublesWithFullJitterUpToItsBound) {
  const RetryPolicy policy{.attempts_max = 9,
                           .first_delay = std::chrono::milliseconds{100},
                           .delay_max = std::chrono::milliseconds{350}};
  const std::vector<Duration> ceilings{Duration{100}, Duration{200}, Duration{350}, Duration{350}};
  for (std::uint32_t attempt = 2; attempt < 6; ++attempt) {
    const Duration ceiling = ceilings[attempt - 2];
    Duration least = policy.delay_max;
    Duration most{};
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
      Random random(seed);
      const Duration pause = pause_before(policy, attempt, {}, random);
      least = std::min(least, pause);
      most = std::max(most, pause);
    }
    EXPECT_LT(least, ceiling / 10) << "attempt " << attempt;
    EXPECT_GT(most, ceiling * 9 / 10) << "attempt " << attempt;
    EXPECT_LE(most, ceiling) << "attempt " << attempt;
  }
}

TEST(PauseBefore, RespectsRetryAfterUpToItsBound) {
  const RetryPolicy policy;
  Random random(1);
  EXPECT_EQ(pause_before(policy, 2, std::chrono::seconds{7}, random), std::chrono::seconds{7});
  EXPECT_EQ(pause_before(policy, 2, std::chrono::hours{7}, random), policy.delay_max);
}

TEST(PauseBefore, StaysBoundedForAnyAttempt) {
  Random random(1);
  EXPECT_LE(pause_before(RetryPolicy{}, 4'000'000'000U, {}, random), RetryPolicy{}.delay_max);
  EXPECT_EQ(pause_before({.delay_max = Duration{0}}, 2, {}, random), Duration{0});
}

class Retry : public ::testing::Test {
 protected:
  Retry() {
    options.endpoint = "http://127.0.0.1:9";
    options.clock = clock;
    options.pause = [this](Duration pause) {
      pauses.push_back(pause);
      clock->pass(pause);
    };
  }

  [[nodiscard]] LambdaClient client() { return LambdaClient(transport, nullptr, options); }
  [[nodiscard]] Result<wire::InvokeResponse> invoke(std::optional<std::string> name) {
    return client().invoke({.function_name = "f",
                            .invocation_type = wire::InvocationType::event,
                            .log_type = {},
                            .client_context = {},
                            .durable_execution_name = std::move(name),
                            .payload = {},
                            .qualifier = {},
                            .tenant_id = {}});
  }
  [[nodiscard]] Result<wire::CheckpointDurableExecutionResponse> checkpoint() {
    return client().checkpoint({.durable_execution_arn = "arn",
                                .checkpoint_token = "dA==",
                                .updates = {},
                                .client_token = {}});
  }

  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::vector<Duration> pauses;
  ClientOptions options;
};

TEST_F(Retry, WaitsAsLongAsAThrottledAnswerSays) {
  transport->then(429, throttled, {{"Retry-After", "3"}})
      .then(429, throttled, {{"Retry-After", "2"}})
      .then(202, "");

  EXPECT_TRUE(invoke({}));

  EXPECT_THAT(pauses, ElementsAre(std::chrono::seconds{3}, std::chrono::seconds{2}));
}

TEST_F(Retry, GivesUpAfterTheLastAttempt) {
  transport->then(429, throttled).then(429, throttled).then(429, throttled);

  const auto response = invoke({});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), (Error{ErrorCode::too_many_requests, "Rate exceeded (attempt 3)"}));
  EXPECT_THAT(pauses, SizeIs(2));
  EXPECT_TRUE(transport->said_all());
}

TEST_F(Retry, PausesTheSameForTheSameSeed) {
  for (int i = 0; i < 6; ++i) transport->then(500, "");

  EXPECT_FALSE(checkpoint());
  const std::vector<Duration> first = std::exchange(pauses, {});
  EXPECT_FALSE(checkpoint());

  EXPECT_EQ(pauses, first);
  EXPECT_LE(pauses.at(0), options.retry.first_delay);
  EXPECT_LE(pauses.at(1), 2 * options.retry.first_delay);
}

TEST_F(Retry, SendsTheSameCheckpointWithTheSameTokenAgain) {
  transport->then(answer_lost()).then(502, "").then(200, empty_state);

  const auto response = checkpoint();

  ASSERT_TRUE(response) << response.error().message;
  ASSERT_THAT(transport->requests(), SizeIs(3));
  EXPECT_THAT(transport->requests()[0].body, HasSubstr("\"ClientToken\":\""));
  EXPECT_EQ(transport->requests()[1].body, transport->requests()[0].body);
  EXPECT_EQ(transport->requests()[2].body, transport->requests()[0].body);
}

TEST_F(Retry, DoesNotRepeatARefusal) {
  transport->then(400, R"({"message":"no"})",
                  {{"x-amzn-ErrorType", "InvalidParameterValueException"}});

  EXPECT_FALSE(checkpoint());

  EXPECT_THAT(pauses, IsEmpty());
}

TEST_F(Retry, DoesNotRepeatAFailureOfAKeyThoughItsStatusIs502) {
  transport->then(502, R"({"Message":"off"})", {{"x-amzn-ErrorType", "KMSDisabledException"}});

  const auto response = checkpoint();

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error(), (Error{ErrorCode::key_disabled, "off"}));
}

TEST_F(Retry, InvokesAgainWhereTheCallWasNotReceived) {
  transport->then(connection_refused()).then(202, "");

  EXPECT_TRUE(invoke({}));
}

TEST_F(Retry, DoesNotInvokeAgainWhereTheCallMayHaveBeenReceived) {
  transport->then(answer_lost());

  const auto response = invoke({});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_THAT(response.error().message,
              HasSubstr("Invoke: no answer from http://127.0.0.1:9: phase receive"));
  EXPECT_THAT(pauses, IsEmpty());
}

TEST_F(Retry, DoesNotInvokeAgainAfterAFailureOfTheService) {
  transport->then(500, "");

  EXPECT_FALSE(invoke({}));

  EXPECT_THAT(pauses, IsEmpty());
}

TEST_F(Retry, InvokesANamedExecutionAgain) {
  transport->then(answer_lost()).then(500, "").then(202, "");

  EXPECT_TRUE(invoke("order-7"));

  EXPECT_THAT(pauses, SizeIs(2));
}

TEST_F(Retry, SaysThatALostAttemptMayHaveClosedTheCallback) {
  transport->then(answer_lost())
      .then(400, R"({"Message":"already completed"})",
            {{"x-amzn-ErrorType", "CallbackTimeoutException"}});

  const auto done = client().callback_success({.callback_id = "id", .result = {}});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::callback_closed);
  EXPECT_EQ(done.error().message,
            "CallbackTimeoutException: already completed (attempt 2); an earlier attempt, whose "
            "answer was lost, may have done it");
}

TEST_F(Retry, EndsBeforeAPauseThatWouldPassTheDeadline) {
  options.call_timeout = std::chrono::seconds{10};
  transport->then(429, throttled, {{"Retry-After", "9"}})
      .then(429, throttled, {{"Retry-After", "1"}});

  const auto response = checkpoint();

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::too_many_requests);
  EXPECT_THAT(pauses, ElementsAre(std::chrono::seconds{9}));
}

TEST_F(Retry, GivesAnAttemptOnlyTheTimeThatIsLeft) {
  options.call_timeout = std::chrono::seconds{10};
  transport
      ->then([this](const http::OutboundRequest&) {
        clock->pass(std::chrono::seconds{4});
        return Result<http::Response>(answer_lost());
      })
      .then(200, empty_state);
  options.retry.first_delay = Duration{0};

  EXPECT_TRUE(checkpoint());

  EXPECT_EQ(transport->requests()[0].timeout, std::chrono::seconds{10});
  EXPECT_EQ(transport->requests()[1].timeout, std::chrono::seconds{6});
}

TEST_F(Retry, RepeatsAnUnknownCallOnlyIfItReads) {
  transport->then(answer_lost()).then(200, "").then(answer_lost());

  EXPECT_TRUE(client().call("GET", "/x", ""));
  const auto response = client().call("POST", "/x?secret=1", "{}");

  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, testing::StartsWith("POST /x: "));
  EXPECT_TRUE(transport->said_all());
}

TEST_F(Retry, SignsEachAttempt) {
  class CountingSigner final : public Signer {
   public:
    Result<void> sign(http::OutboundRequest& request) override {
      request.headers.push_back({"Authorization", std::to_string(++count)});
      return {};
    }
    int count = 0;
  };
  transport->then(500, "").then(200, empty_state);
  LambdaClient signing(transport, std::make_shared<CountingSigner>(), options);

  ASSERT_TRUE(signing.checkpoint({.durable_execution_arn = "arn",
                                  .checkpoint_token = "dA==",
                                  .updates = {},
                                  .client_token = {}}));

  EXPECT_EQ(header_of(transport->requests()[0], "Authorization"), "1");
  EXPECT_EQ(header_of(transport->requests()[1], "Authorization"), "2");
}

TEST_F(Retry, SendsNothingThatCannotBeSigned) {
  class Unable final : public Signer {
   public:
    Result<void> sign(http::OutboundRequest&) override {
      return Error{ErrorCode::unavailable, "STS: no answer"};
    }
  };
  LambdaClient signing(transport, std::make_shared<Unable>(), options);

  const auto done = signing.callback_heartbeat({.callback_id = "id"});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), (Error{ErrorCode::unavailable,
                                 "SendDurableExecutionCallbackHeartbeat: STS: no answer"}));
  EXPECT_TRUE(transport->requests().empty());
  EXPECT_THAT(pauses, IsEmpty()) << "the signer has its own attempts";
}

}  // namespace
}  // namespace durable::cloud
