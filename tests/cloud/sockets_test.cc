// SPDX-License-Identifier: Apache-2.0
//
// The client over real connections, with both transports.
#include "cloud/command.h"
#include "cloud/fakes.h"
#include "cloud/lambda_client.h"
#include "cloud/request_signer.h"
#include "cloud/sigv4_verify.h"
#include "cloud/system_clock.h"
#include "http/server.h"
#include "http/stand_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <utility>

namespace durable::cloud {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* arn =
    "arn:aws:lambda:us-west-2:123456789012:function:f:$LATEST/durable-execution/n/1";

struct Maker {
  const char* name;
  std::unique_ptr<http::Transport> (*make)(http::TransportOptions);
};

/// For GoogleTest, which would name a test by the addresses in it.
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

class OverSockets : public ::testing::TestWithParam<Maker> {
 protected:
  OverSockets() {
    options.user_agent = "test/1";
    options.pause = [this](Duration) { ++pauses; };
    signer =
        std::make_shared<RequestSigner>(std::make_shared<FixedCredentials>(key),
                                        SigningScope{"us-west-2"}, std::make_shared<SystemClock>());
  }
  [[nodiscard]] LambdaClient client(std::string endpoint,
                                    std::size_t response_bytes_max = 100'000) {
    options.endpoint = std::move(endpoint);
    http::TransportOptions transport;
    transport.response_bytes_max = response_bytes_max;
    return LambdaClient(GetParam().make(transport), signer, options);
  }
  [[nodiscard]] static wire::InvokeRequest event(std::optional<std::string> name = {}) {
    wire::InvokeRequest request;
    request.function_name = "f:$LATEST";
    request.invocation_type = wire::InvocationType::event;
    request.durable_execution_name = std::move(name);
    request.payload = Payload("{\"a\":\"\xc3\xa4\"}");
    return request;
  }

  const Credentials key{"AKIDEXAMPLE", Secret("secret"), Secret("session/token+="), {}};
  std::shared_ptr<Signer> signer;
  ClientOptions options;
  int pauses = 0;
};

/// Serves what is signed with `key` and refuses all else.
http::Handler requiring(const Credentials& key) {
  VerifyOptions required;
  required.keys.push_back(key);
  return [required](http::Request request, http::Responder responder) {
    const auto refusal = verify(request, required, SystemClock().now());
    if (!refusal) {
      return responder.respond(
          {200, {}, R"({"Events":[],"Operations":[],"NewExecutionState":{}})"});
    }
    responder.respond({refusal->status,
                       {{"x-amzn-ErrorType", refusal->exception}},
                       "{\"message\":\"" + refusal->message + "\"}"});
  };
}

TEST_P(OverSockets, SendsWhatItHasSigned) {
  http::Server server;
  const auto listener = server.listen({}, requiring(key));
  ASSERT_TRUE(listener) << listener.error().message;
  auto lambda = client("http://127.0.0.1:" + std::to_string((*listener)->port()));

  const auto invoked = lambda.invoke(event("order-7"));
  const auto checkpointed = lambda.checkpoint({.durable_execution_arn = arn,
                                               .checkpoint_token = "a/b+c=",
                                               .updates = {},
                                               .client_token = {}});
  const auto state = lambda.get_state({.durable_execution_arn = arn,
                                       .checkpoint_token = "a/b+c=",
                                       .marker = "x y&z",
                                       .max_items = 7});
  const auto history = lambda.history({.durable_execution_arn = arn,
                                       .include_execution_data = true,
                                       .max_items = {},
                                       .marker = "\xc3\xa4",
                                       .reverse_order = true});
  const auto heartbeat = lambda.callback_heartbeat({.callback_id = "a/b+c="});

  EXPECT_TRUE(invoked) << invoked.error().message;
  EXPECT_TRUE(checkpointed) << checkpointed.error().message;
  EXPECT_TRUE(state) << state.error().message;
  EXPECT_TRUE(history) << history.error().message;
  EXPECT_TRUE(heartbeat) << heartbeat.error().message;
}

TEST_P(OverSockets, IsRefusedWithAnotherSecret) {
  http::Server server;
  Credentials other = key;
  other.secret_access_key = Secret("another");
  const auto listener = server.listen({}, requiring(other));
  ASSERT_TRUE(listener) << listener.error().message;

  const auto response =
      client("http://127.0.0.1:" + std::to_string((*listener)->port())).invoke(event());

  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message,
              StartsWith("InvalidSignatureException: The request signature we calculated"));
}

TEST(SignaturesOfBoto3, AreTakenAndRefused) {
  http::Server server;
  const Credentials key{"AKIDEXAMPLE", Secret("secret"), Secret("session/token+="), {}};
  const auto listener = server.listen({}, requiring(key));
  ASSERT_TRUE(listener) << listener.error().message;
  const std::string command = "python3 '" DURABLE_CALL_WITH_BOTO3 "' http://127.0.0.1:" +
                              std::to_string((*listener)->port()) + " ";

  const Result<std::string> good = run_command(command + "secret");
  const Result<std::string> bad = run_command(command + "guess");

  if (!good && (good.error().message.find("status 77") != std::string::npos ||
                good.error().message.find("status 127") != std::string::npos)) {
    GTEST_SKIP() << "python3 with a boto3 that knows durable executions is not installed";
  }
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(*good, "OK\nOK\nOK\n");
  ASSERT_TRUE(bad) << bad.error().message;
  EXPECT_EQ(*bad,
            "InvalidSignatureException\nInvalidSignatureException\nInvalidSignatureException\n");
}

TEST_P(OverSockets, InvokesAgainWhereNobodyListens) {
  std::uint16_t port = 0;
  {
    http::Server server;
    const auto listener = server.listen({}, [](http::Request, http::Responder) {});
    ASSERT_TRUE(listener) << listener.error().message;
    port = (*listener)->port();
  }

  const auto response = client("http://127.0.0.1:" + std::to_string(port)).invoke(event());

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_THAT(response.error().message, HasSubstr("(attempt 3)"));
  EXPECT_EQ(pauses, 2);
}

TEST_P(OverSockets, InvokesOnceWhereTheAnswerIsLost) {
  const http::test::StandIn server([](http::test::Peer& peer) { peer.read_request(); });

  const auto unnamed = client(server.url("")).invoke(event());
  const int pauses_of_unnamed = std::exchange(pauses, 0);
  const auto named = client(server.url("")).invoke(event("order-7"));

  ASSERT_FALSE(unnamed);
  EXPECT_EQ(unnamed.error().code, ErrorCode::unavailable);
  EXPECT_EQ(pauses_of_unnamed, 0);
  ASSERT_FALSE(named);
  EXPECT_EQ(pauses, 2);
}

TEST_P(OverSockets, TakesNoAnswerAboveItsBound) {
  const http::test::StandIn server([](http::test::Peer& peer) {
    while (!peer.read_request().empty()) peer.write_response(200, std::string(2'000, ' '));
  });

  const auto response = client(server.url(""), 1'000).call("GET", "/x", "");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::request_too_large);
}

INSTANTIATE_TEST_SUITE_P(Transports, OverSockets,
                         ::testing::Values(Maker{"Curl", http::make_curl_transport},
                                           Maker{"Asio", http::make_asio_transport}),
                         [](const auto& made) { return std::string(made.param.name); });

}  // namespace
}  // namespace durable::cloud
