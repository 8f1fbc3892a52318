// SPDX-License-Identifier: Apache-2.0
#include "lambda/service_client.h"

#include <durable/durable.h>
#include <durable/sdk/invocation.h>

#include <gmock/gmock.h>

#include "lambda/api_stand_in.h"
#include "lambda/fake_transport.h"

#include <future>
#include <thread>

namespace durable::lambda {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto patience = 30s;

cloud::LambdaClient client_of(const std::shared_ptr<http::Transport>& transport) {
  cloud::ClientOptions options;
  options.endpoint = "http://api:1";
  options.user_agent = "aws-durable-execution-sdk-cpp/test";
  options.pause = [](Duration) {};
  return cloud::LambdaClient(transport, nullptr, std::move(options));
}

wire::CheckpointDurableExecutionRequest request_with(std::string token) {
  wire::CheckpointDurableExecutionRequest request;
  request.durable_execution_arn =
      "arn:aws:lambda:us-west-2:123456789012:function:f:1/durable-execution/e/1";
  request.checkpoint_token = std::move(token);
  return request;
}

constexpr const char* accepted = R"({"CheckpointToken":"t2","NewExecutionState":{}})";

TEST(ApiServiceClient, ReturnsWhileTheCallIsOut) {
  const auto transport = std::make_shared<fake::Transport>();
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  transport->will([released](const http::OutboundRequest&) -> Result<http::Response> {
    if (released.wait_for(patience) != std::future_status::ready) {
      return Error{ErrorCode::unavailable, "checkpoint() did not return while its call was out"};
    }
    return fake::status(200, accepted);
  });
  cloud::LambdaClient api = client_of(transport);
  std::promise<std::pair<std::string, std::thread::id>> told;  // outlives the client's thread
  ApiServiceClient client(api);
  client.checkpoint(request_with("t1"), [&](auto reply) {
    told.set_value(
        {reply ? *reply->checkpoint_token : reply.error().message, std::this_thread::get_id()});
  });
  release.set_value();
  const auto [token, thread] = told.get_future().get();
  EXPECT_EQ(token, "t2");
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST(ApiServiceClient, MakesEachCallOnceWhicheverThreadIsFaster) {
  constexpr int calls = 200;
  const auto transport = std::make_shared<fake::Transport>();
  for (int i = 0; i < calls; ++i) transport->will_answer(fake::status(200, accepted));
  cloud::LambdaClient api = client_of(transport);
  ApiServiceClient client(api);
  client.lend_thread();  // with no call out
  for (int i = 0; i < calls; ++i) {
    std::promise<bool> told;
    client.checkpoint(request_with("t1"), [&](auto reply) { told.set_value(reply.has_value()); });
    client.lend_thread();
    EXPECT_TRUE(told.get_future().get());
  }
  EXPECT_EQ(transport->lines().size(), static_cast<std::size_t>(calls));
}

TEST(ApiServiceClient, TellsWhoAsks) {
  const auto transport = std::make_shared<fake::Transport>();
  transport->will_answer(fake::status(200, accepted));
  cloud::LambdaClient api = client_of(transport);
  std::promise<void> told;
  ApiServiceClient client(api);
  client.checkpoint(request_with("t1"), [&](const auto&) { told.set_value(); });
  told.get_future().get();
  EXPECT_EQ(fake::header_of(transport->request(0), "User-Agent"),
            "aws-durable-execution-sdk-cpp/test");
  EXPECT_EQ(fake::header_of(transport->request(0), "Authorization"), "(none)");
}

TEST(ApiServiceClient, HandsOnWhatTheServiceRefuses) {
  const auto transport = std::make_shared<fake::Transport>();
  http::Response stale =
      fake::status(400, R"({"Type":"User","message":"Invalid checkpoint token"})");
  stale.headers.push_back({"X-Amzn-ErrorType", "InvalidParameterValueException"});
  transport->will_answer(stale);
  cloud::LambdaClient api = client_of(transport);
  std::promise<Error> told;
  ApiServiceClient client(api);
  client.checkpoint(request_with("t1"), [&](auto reply) {
    told.set_value(reply ? Error{ErrorCode::corrupt, "it was accepted"} : reply.error());
  });
  const Error error = told.get_future().get();
  EXPECT_EQ(error.code, ErrorCode::invalid_parameter);
  EXPECT_EQ(error.message, "Invalid checkpoint token");
}

TEST(ApiServiceClient, ServesOneExecutionAfterTheOther) {
  // The way of a whole execution: SDK, client, JSON, and back.
  fake::Service service("\"Ada\"");
  fake::ApiStandIn stand_in(service);
  const auto transport = std::make_shared<fake::Transport>();
  for (int i = 0; i < 20; ++i) {
    transport->will([&](const http::OutboundRequest& request) -> Result<http::Response> {
      return stand_in.answer(request.method, request.url.substr(std::string("http://api:1").size()),
                             request.body);
    });
  }
  cloud::LambdaClient api = client_of(transport);
  ApiServiceClient client(api);
  const Handler handler([](std::string name, DurableContext& ctx) -> Task<std::string> {
    co_await ctx.step("first", [&] { return name; });
    co_await ctx.wait("sleep", 1h);
    co_return co_await ctx.step("second", [&] { return "Hello " + name; });
  });
  service.page_items = 1;  // so that the state is read page by page

  const auto invoke = [&] {
    return fake::output_of(run_invocation(handler, service.event(), client, service.environment));
  };
  EXPECT_EQ(invoke().status, wire::InvocationOutputStatus::pending);
  service.pass_time();
  const wire::InvocationOutput output = invoke();
  EXPECT_EQ(output.status, wire::InvocationOutputStatus::succeeded);
  EXPECT_EQ(output.result, Payload("\"Hello Ada\""));
  EXPECT_THAT(service.calls, ElementsAre("1 STEP START \"first\", 1 STEP SUCCEED \"first\"",
                                         "2 WAIT START \"sleep\"",
                                         "3 STEP START \"second\", 3 STEP SUCCEED \"second\""));
}

}  // namespace
}  // namespace durable::lambda
