// SPDX-License-Identifier: Apache-2.0
//
// The server as a whole: its store, its functions in processes or elsewhere, its start and end.
#include "server/server.h"

#include "cloud/sigv4.h"
#include "http/message.h"
#include "server/client.h"

#include <durable/json/value.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <future>

namespace durable::server {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view order = "/2015-03-31/functions/order:%24LATEST/invocations";
constexpr std::string_view event = "X-Amz-Invocation-Type: Event\r\n";

HttpAnswer call(const Server& server, std::string_view method, std::string_view target,
                std::string_view body = {}, std::string_view headers = {}) {
  Client client(server.port());
  return client.send(method, target, body, headers) ? client.receive() : HttpAnswer{};
}

/// A function of tests/server/order_function.py; without `runs` a process is to be attached.
enum class Runs : std::uint8_t { here, attached };
FunctionDefinition function(std::string name, Runs runs) {
  FunctionDefinition definition;
  definition.name = std::move(name);
  definition.durable = service::DurableConfig{std::chrono::minutes{10}, 1};
  if (runs == Runs::here) definition.command = {"python3", DURABLE_ORDER_FUNCTION};
  return definition;
}

ServerOptions in_memory() {
  ServerOptions options;
  options.port = 0;
  options.store = StoreKind::memory;
  options.seed = 11;
  return options;
}

std::unique_ptr<Server> must_open(ServerOptions options) {
  auto opened = Server::open(std::move(options));
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
  return std::move(*opened);
}

std::string member(const HttpAnswer& answer, std::string_view name) {
  const auto body = json::Value::parse(answer.body);
  const json::Value* const found = body ? body->find(name) : nullptr;
  return found != nullptr && found->as_string() != nullptr ? *found->as_string() : "absent";
}

std::string path_of(std::string_view arn) {
  return "/2025-12-01/durable-executions/" + http::percent_encode(arn);
}

/// The port of an attached function's Runtime API.
std::uint16_t runtime_port(const Server& server) {
  const std::string address = member(call(server, "GET", "/durable/functions/order"), "RuntimeApi");
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) {
    ADD_FAILURE() << "no Runtime API: " << address;
    return 0;
  }
  return static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1));
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    std::string name = (std::filesystem::temp_directory_path() / "durable-server-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~ServerTest() override {
    std::error_code ignored;  // What is left lies where the system cleans up.
    std::filesystem::remove_all(folder_, ignored);
  }
  ServerOptions on_disk() const {
    ServerOptions options = in_memory();
    options.store = StoreKind::sqlite;
    options.store_path = (folder_ / "new folder" / "executions.db").string();
    options.durability = store::Durability::normal;
    return options;
  }
  std::filesystem::path folder_;
};

// ---- Start ----

TEST_F(ServerTest, AnswersOnAFreePortOfThisMachine) {
  const auto server = must_open(in_memory());
  EXPECT_EQ(server->url(), "http://127.0.0.1:" + std::to_string(server->port()));
  EXPECT_EQ(call(*server, "GET", "/health").status, 200);
  EXPECT_THAT(server->warnings(), IsEmpty());
  EXPECT_THAT(call(*server, "GET", "/metrics").body, HasSubstr("\ndurable_server_connections 1\n"));
}

TEST_F(ServerTest, WarnsWhenOthersCanReachIt) {
  ServerOptions options = in_memory();
  options.host = "0.0.0.0";
  const auto server = must_open(options);
  EXPECT_THAT(server->warnings(), ElementsAre(HasSubstr("no authentication")));
  EXPECT_THAT(server->url(), HasSubstr("http://127.0.0.1:")) << "as its own functions reach it";
}

TEST_F(ServerTest, APortThatIsTakenIsAnError) {
  const auto first = must_open(in_memory());
  ServerOptions options = in_memory();
  options.port = first->port();
  const auto second = Server::open(options);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr(std::to_string(first->port())));
}

TEST_F(ServerTest, AFileThatIsInUseIsAnError) {
  const auto first = must_open(on_disk());
  const auto second = Server::open(on_disk());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::storage);
}

TEST_F(ServerTest, WrongFunctionsAreErrors) {
  ServerOptions twice = in_memory();
  twice.functions = {function("order", Runs::attached), function("order", Runs::attached)};
  EXPECT_THAT(Server::open(twice).error().message, HasSubstr("given twice"));
  ServerOptions missing = in_memory();
  missing.functions = {function("order", Runs::attached)};
  missing.functions.front().command = {"./no-such-program"};
  EXPECT_THAT(Server::open(missing).error().message, HasSubstr("no-such-program"));
  ServerOptions endpoint = in_memory();
  endpoint.lambda_endpoint = "localhost:3001";
  EXPECT_THAT(Server::open(endpoint).error().message, HasSubstr("http://127.0.0.1:3001"));
  EXPECT_EQ(Server::open(endpoint).error().code, ErrorCode::invalid_usage);
}

// ---- Functions ----

TEST_F(ServerTest, AFunctionRunsInItsProcessAndItsLogIsKept) {
  ServerOptions options = in_memory();
  options.functions = {function("order", Runs::here)};
  const auto server = must_open(options);
  const HttpAnswer answer =
      call(*server, "POST", order, R"({"mode":"step"})", "X-Amz-Log-Type: Tail\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("charge": "charged")"));
  EXPECT_EQ(answer.header("X-Amz-Log-Result"), "Y2hhcmdpbmcK") << "charging, in base64";
  EXPECT_THAT(call(*server, "GET", "/durable/functions/order/logs").body,
              HasSubstr(R"("Text":"charging")"));
  EXPECT_THAT(call(*server, "GET", "/durable/functions/order/logs?After=1").body,
              HasSubstr(R"("Lines":[],"Last":1,"Newest":1,"Started":"2)"));
}

TEST_F(ServerTest, AnAttachedFunctionIsAnyProcessThatAsksForWork) {
  ServerOptions options = in_memory();
  options.functions = {function("order", Runs::attached)};
  const auto server = must_open(options);
  EXPECT_THAT(server->attach_lines(), ElementsAre(HasSubstr("AWS_LAMBDA_RUNTIME_API=")));
  auto held = std::async(std::launch::async, [&server] {
    return call(*server, "POST", "/2015-03-31/functions/order:7/invocations", "{}");
  });
  Client process(runtime_port(*server));
  ASSERT_TRUE(process.send("GET", "/2018-06-01/runtime/invocation/next", "", ""));
  const HttpAnswer next = process.receive();
  EXPECT_THAT(next.body, HasSubstr("CheckpointToken"));
  EXPECT_THAT(next.header("Lambda-Runtime-Invoked-Function-Arn"), EndsWith(":function:order:7"));
  ASSERT_TRUE(process.send("POST",
                           "/2018-06-01/runtime/invocation/" +
                               next.header("Lambda-Runtime-Aws-Request-Id") + "/response",
                           R"({"Status":"SUCCEEDED","Result":"7"})", ""));
  EXPECT_EQ(process.receive().status, 202);
  EXPECT_EQ(held.get().body, "7");
}

TEST_F(ServerTest, StoppingDoesNotWaitForSomebodyToAttachAProcess) {
  ServerOptions options = in_memory();
  options.functions = {function("order", Runs::attached)};
  const auto server = must_open(options);
  EXPECT_EQ(call(*server, "POST", "/2015-03-31/functions/order:1/invocations", "{}",
                 "X-Amz-Invocation-Type: Event\r\n")
                .status,
            202);

  const auto begin = std::chrono::steady_clock::now();
  server->stop(std::chrono::seconds{60});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{40});
}

TEST_F(ServerTest, FunctionsBehindAnotherEndpointAreInvokedThere) {
  ServerOptions there = in_memory();
  there.functions = {function("echo", Runs::here)};
  there.functions.front().durable.reset();
  const auto remote = must_open(there);
  ServerOptions here = in_memory();
  here.functions = {function("order", Runs::attached)};
  here.lambda_endpoint = remote->url();
  const auto server = must_open(here);
  EXPECT_THAT(server->attach_lines(), ElementsAre()) << "nothing here would ask them";
  EXPECT_THAT(call(*server, "GET", "/durable/functions/order").body, Not(HasSubstr("AttachLine")));
  constexpr std::string_view echo = "/2015-03-31/functions/echo/invocations";
  EXPECT_EQ(call(*server, "POST", echo, "[1]").body, R"({"echo": [1]})");
  EXPECT_EQ(call(*server, "PUT", "/lambda-endpoint", R"({"EndpointUrl":""})").status, 200);
  EXPECT_EQ(call(*server, "POST", echo, "[1]").status, 404) << "it is not here";
  EXPECT_THAT(server->attach_lines(), ElementsAre(HasSubstr("AWS_LAMBDA_RUNTIME_API=")));
  EXPECT_EQ(call(*server, "PUT", "/lambda-endpoint", R"({"EndpointUrl":"ftp://x"})").status, 400);
  const std::string body = R"({"EndpointUrl":")" + remote->url() + "\"}";
  EXPECT_EQ(call(*server, "PUT", "/lambda-endpoint", body).status, 200);
  EXPECT_EQ(call(*server, "POST", echo, "[2]").body, R"({"echo": [2]})");
}

TEST_F(ServerTest, AStartRequestMayBringTheEndpointOfItsFunction) {
  ServerOptions there = in_memory();
  there.functions = {function("order", Runs::here)};
  there.functions.front().durable.reset();
  const auto remote = must_open(there);
  const auto server = must_open(in_memory());
  const HttpAnswer started =
      call(*server, "POST", "/start-durable-execution",
           R"({"FunctionName":"order","FunctionQualifier":"$LATEST","ExecutionName":"n",)"
           R"("ExecutionTimeoutSeconds":60,"Input":"{\"mode\":\"fail\"}","LambdaEndpoint":")" +
               remote->url() + "\"}");
  ASSERT_EQ(started.status, 201) << started.body;
  // The same name and input wait for its end.
  const HttpAnswer ended =
      call(*server, "POST", order, R"({"mode":"fail"})", "X-Amz-Durable-Execution-Name: n\r\n");
  EXPECT_EQ(ended.body, R"({"errorMessage":"as asked","errorType":"Broken"})");
  EXPECT_EQ(ended.header("X-Amz-Durable-Execution-Arn"), member(started, "ExecutionArn"));
}

// ---- End ----

TEST_F(ServerTest, ExecutionsGoOnAtTheNextStart) {
  ServerOptions attached = on_disk();
  attached.functions = {function("order", Runs::attached)};
  std::string arn;
  {
    const auto server = must_open(attached);
    arn = call(*server, "POST", order, R"({"mode":"step"})", event)
              .header("X-Amz-Durable-Execution-Arn");
    EXPECT_EQ(member(call(*server, "GET", path_of(arn)), "Status"), "RUNNING");
  }
  ServerOptions running = on_disk();
  running.functions = {function("order", Runs::here)};
  const auto server = must_open(running);
  const std::string name = member(call(*server, "GET", path_of(arn)), "DurableExecutionName");
  const HttpAnswer ended = call(*server, "POST", order, R"({"mode":"step"})",
                                "X-Amz-Durable-Execution-Name: " + name + "\r\n");
  EXPECT_EQ(ended.header("X-Amz-Durable-Execution-Arn"), arn);
  EXPECT_THAT(ended.body, HasSubstr(R"("charge": "charged")"));
}

TEST_F(ServerTest, StopLetsWhatRunsEndAndStartsNothing) {
  ServerOptions options = in_memory();
  options.functions = {function("order", Runs::attached)};
  const auto server = must_open(options);
  const std::uint16_t port = server->port();
  auto held =
      std::async(std::launch::async, [&server] { return call(*server, "POST", order, "{}"); });
  Client process(runtime_port(*server));
  ASSERT_TRUE(process.send("GET", "/2018-06-01/runtime/invocation/next", "", ""));
  const HttpAnswer next = process.receive();
  auto stopped =
      std::async(std::launch::async, [&server] { server->stop(std::chrono::seconds{60}); });
  Client late(port);
  HttpAnswer refused;
  for (int tries = 0; refused.status != 503 && tries < 10'000; ++tries) {
    // A dry run starts nothing before the server drains, either.
    ASSERT_TRUE(late.send("POST", order, "{}", "X-Amz-Invocation-Type: DryRun\r\n"));
    refused = late.receive();
  }
  EXPECT_EQ(refused.status, 503);
  ASSERT_TRUE(process.send("POST",
                           "/2018-06-01/runtime/invocation/" +
                               next.header("Lambda-Runtime-Aws-Request-Id") + "/response",
                           R"({"Status":"SUCCEEDED","Result":"7"})", ""));
  EXPECT_EQ(held.get().body, "7");
  stopped.get();
  Client after(port);
  EXPECT_FALSE(after.send("GET", "/health", "", "") && after.receive().status == 200);
}

TEST_F(ServerTest, WhatFunctionsPrintedCanBeReadAfterStop) {
  ServerOptions options = in_memory();
  options.functions = {function("order", Runs::here)};
  const auto server = must_open(options);
  EXPECT_EQ(call(*server, "POST", order, R"({"mode":"step"})").status, 200);
  server->stop(std::chrono::seconds{60});
  const std::vector<functions::LogLine> lines = server->log("order", 0, 10);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].text, "charging");
  EXPECT_THAT(server->attach_lines(), IsEmpty());
}

TEST_F(ServerTest, StopDoesNotWaitLongerThanItsGrace) {
  ServerOptions options = in_memory();
  options.functions = {function("order", Runs::attached)};
  const auto server = must_open(options);
  auto held =
      std::async(std::launch::async, [&server] { return call(*server, "POST", order, "{}"); });
  Client process(runtime_port(*server));
  ASSERT_TRUE(process.send("GET", "/2018-06-01/runtime/invocation/next", "", ""));
  EXPECT_EQ(process.receive().status, 200);
  server->stop(Duration{0});
  const HttpAnswer ended = held.get();
  EXPECT_EQ(ended.status, 503) << "the held call ends without a result, and is told so";
  EXPECT_EQ(ended.header("x-amzn-ErrorType"), "ServiceUnavailableException");
  EXPECT_EQ(ended.header("Retry-After"), "1");
}

TEST_F(ServerTest, StopDoesNotWaitForAnEndpointThatDoesNotAnswer) {
  ServerOptions there = in_memory();
  there.functions = {function("echo", Runs::attached)};  // which nobody ever does
  there.functions.front().durable.reset();
  const auto silent = must_open(there);
  ServerOptions here = in_memory();
  here.lambda_endpoint = silent->url();
  auto server = must_open(here);
  auto held = std::async(std::launch::async, [&server] {
    return call(*server, "POST", "/2015-03-31/functions/echo/invocations", "{}");
  });
  std::string state;
  while (state.find(R"("Waiting":1)") == std::string::npos) {
    state = call(*silent, "GET", "/durable/functions/echo").body;
    ASSERT_FALSE(state.empty());
  }
  const auto before = std::chrono::steady_clock::now();
  server->stop(Duration{0});
  EXPECT_NE(held.get().status, 200);
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{30});
}

// ---- Who may ask ----

TEST_F(ServerTest, AVerifierIsAskedBeforeAnythingIsDone) {
  class OnlyFriends final : public RequestVerifier {
   public:
    std::optional<Failure> refusal(const http::Request& request) override {
      if (http::find_header(request.headers, "Authorization") == "friend") return std::nullopt;
      return Failure{403, "MissingAuthenticationTokenException", "message", "who are you"};
    }
  };
  OnlyFriends verifier;
  ServerOptions options = in_memory();
  options.verifier = &verifier;
  const auto server = must_open(options);
  const HttpAnswer refused = call(*server, "GET", "/health");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("x-amzn-ErrorType"), "MissingAuthenticationTokenException");
  EXPECT_EQ(call(*server, "GET", "/health", "", "Authorization: friend\r\n").status, 200);
}

TEST_F(ServerTest, SignaturesCanBeRequiredAndAFunctionsOwnRequestsHaveThem) {
  ServerOptions options = in_memory();
  cloud::Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = cloud::Secret("a secret");
  options.required_keys = {credentials};
  options.functions = {function("order", Runs::attached)};
  const auto server = must_open(options);
  EXPECT_EQ(call(*server, "GET", "/health").status, 403);
  http::OutboundRequest request;
  request.url = server->url() + "/health";
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  ASSERT_TRUE(cloud::sign(request, credentials, {"us-east-1", "lambda"}, now));
  std::string headers;
  for (const http::Header& header : request.headers) {
    headers += header.name + ": " + header.value + "\r\n";
  }
  EXPECT_EQ(call(*server, "GET", "/health", "", headers).status, 200);
  EXPECT_EQ(call(*server, "GET", "/metrics", "", headers).status, 403) << "for another path";
  EXPECT_THAT(server->attach_lines(),
              ElementsAre(AllOf(Not(HasSubstr("a secret")), Not(HasSubstr("AWS_ACCESS_KEY_ID")),
                                Not(HasSubstr("AWS_SESSION_TOKEN")))));
}

TEST_F(ServerTest, TheLineThatAttachesAProcessSaysWhereTheKeyIsAndNotTheKey) {
  ServerOptions options = in_memory();
  cloud::Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = cloud::Secret("a secret");
  options.required_keys = {credentials};
  options.key_file = "/keys/of test.ini";
  options.key_profile = "dev";
  options.functions = {function("order", Runs::attached)};
  const auto server = must_open(options);
  EXPECT_THAT(server->attach_lines(),
              ElementsAre(AllOf(HasSubstr(" 'AWS_SHARED_CREDENTIALS_FILE=/keys/of test.ini' "),
                                HasSubstr(" AWS_PROFILE=dev "), HasSubstr(" AWS_ACCESS_KEY_ID= "),
                                Not(HasSubstr("a secret")), Not(HasSubstr("AKIDEXAMPLE")))));
}

}  // namespace
}  // namespace durable::server
