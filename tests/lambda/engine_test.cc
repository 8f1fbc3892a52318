// SPDX-License-Identifier: Apache-2.0
//
// A whole execution: the loop, the SDK and the client of the API on one side, the engine that the
// local server runs on the other, and JSON between them.
#include "engine/view.h"
#include "lambda/loop.h"
#include "lambda/service_client.h"

#include <durable/base/system_clock.h>
#include <durable/durable.h>
#include <durable/wire/json.h>

#include <gmock/gmock.h>

#include "engine/host.h"
#include "lambda/fake_transport.h"
#include "sdk/fake_service.h"

#include <deque>

namespace durable::lambda {
namespace {

using ::testing::ElementsAre;

struct Order {
  int id = 0;
};

Task<std::string> approve(Order order, DurableContext& ctx) {
  const std::string charge =
      co_await ctx.step("charge", [&] { return "pay-" + std::to_string(order.id); });
  co_await ctx.wait("cool-down", std::chrono::hours{1});
  auto callback = co_await ctx.create_callback<std::string>("approval");
  const std::string who = co_await callback.result();
  co_return charge + " by " + who;
}

/// Both APIs, answered by the engine. Whenever the execution waits, the next of `meanwhile`
/// happens.
class Cloud final : public http::Transport {
 public:
  explicit Cloud(StopSwitch& stop) : stop_(stop) {}

  [[nodiscard]] Result<http::Response> send(const http::OutboundRequest& request) override {
    if (request.url.ends_with("/invocation/next")) return next();
    if (request.url.ends_with("/response")) return response(request.body);
    if (request.url.ends_with("/checkpoint")) return checkpoint(request.body);
    return fake::status(404, request.url);
  }

  engine::Host host{engine::Host::start_command()};
  std::deque<std::function<void()>> meanwhile;
  std::vector<std::string> answers;

 private:
  http::Response next() {
    host.start_invocation();
    return fake::next_invocation(host.request_id, wire::encode(host.input).value());
  }
  http::Response response(const std::string& body) {
    answers.push_back(body);
    auto output = wire::decode<wire::InvocationOutput>(body).value();
    const bool waits = output.status == wire::InvocationOutputStatus::pending;
    host.end(std::move(output));
    if (waits && !meanwhile.empty()) {
      meanwhile.front()();
      meanwhile.pop_front();
    } else {
      stop_.terminate();
    }
    return fake::status(202);
  }
  http::Response checkpoint(const std::string& body) {
    auto request = wire::decode<wire::CheckpointDurableExecutionRequest>(body).value();
    const auto sent =
        host.send(engine::Checkpoint{std::move(request.checkpoint_token),
                                     std::move(request.updates), std::move(request.client_token)});
    if (!sent) {
      ADD_FAILURE() << sent.error().message;
      return fake::status(400, R"({"Type":"User","message":"refused"})");
    }
    return fake::status(200, wire::encode(engine::checkpoint_response(host.execution)).value());
  }

  StopSwitch& stop_;
};

TEST(LambdaWithEngine, RunsStepsWaitsAndCallbacksToTheEnd) {
  StopSwitch stop([] {});
  const auto cloud = std::make_shared<Cloud>(stop);
  cloud->meanwhile.emplace_back([&] { cloud->host.pass(std::chrono::hours{1}); });
  cloud->meanwhile.emplace_back([&] {
    cloud->host.must(engine::CompleteCallback{cloud->host.callback_id("3"),
                                              engine::CallbackSuccess{Payload("Ada")}});
  });

  cloud::ClientOptions options;
  options.endpoint = "http://api:1";
  cloud::LambdaClient api(cloud, nullptr, options);
  ApiServiceClient service(api);
  RuntimeApi runtime(*cloud, "host:1");
  const SystemClock clock;
  fake::MemoryLogger logger;
  const Functions::Entry entry{"approve", Handler(approve)};
  const Options loop_options;
  Loop loop(entry, loop_options,
            {.api = runtime,
             .stop = stop,
             .clock = clock,
             .logger = logger,
             .service = &service,
             .seed = [] { return 7; },
             .set_trace = [](const std::optional<std::string>&) {},
             .flush_output = [] {}});
  EXPECT_EQ(loop.run(), 0);

  EXPECT_THAT(cloud->answers, ElementsAre(R"({"Status":"PENDING"})", R"({"Status":"PENDING"})",
                                          R"({"Status":"SUCCEEDED","Result":"\"pay-7 by Ada\""})"));
  EXPECT_TRUE(cloud->meanwhile.empty());
  EXPECT_EQ(cloud->host.execution.invocation_count(), 3U);
  EXPECT_EQ(cloud->host.history_types().back(), wire::EventType::execution_succeeded);
  EXPECT_TRUE(logger.lines.empty());
}

}  // namespace
}  // namespace durable::lambda
