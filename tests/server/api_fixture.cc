// SPDX-License-Identifier: Apache-2.0
#include "server/api_fixture.h"

namespace durable::server {
namespace {

FunctionDefinition definition(std::string name, std::optional<Duration> execution_timeout) {
  FunctionDefinition function;
  function.name = std::move(name);
  function.handler = "app.handler";
  if (execution_timeout) function.durable = service::DurableConfig{*execution_timeout, 3};
  return function;
}

}  // namespace

ApiTest::ApiTest(const ApiOptions& options) {
  EXPECT_TRUE(catalog_.add(definition("order", std::chrono::minutes{10})));
  EXPECT_TRUE(catalog_.add(definition("yearly", std::chrono::hours{24 * 300})));
  EXPECT_TRUE(catalog_.add(definition("plain", std::nullopt)));
  service::ServiceOptions service_options;
  service_options.seed = 1;
  service_ = service::Service::open(store_, functions_, service_options).value();
  book_->log = &log_;
  Context context{
      *service_, functions_, catalog_, nullptr, nullptr,
      http_,     {},         book_,    gate_,   Timestamp{std::chrono::seconds{1'764'664'200}},
      options};
  api_ = std::make_unique<Api>(std::move(context), nullptr, 7);
  http::ListenerOptions listen;
  listen.body_bytes_max = 16 * 1024 * 1024;
  listen.refuse = [this](const http::Refusal& refusal) { return api_->refuse(refusal); };
  listener_ = http_
                  .listen(listen,
                          [this](http::Request request, http::Responder responder) {
                            api_->handle(std::move(request), std::move(responder));
                          })
                  .value();
}

ApiTest::~ApiTest() {
  gate_->close();
  listener_.reset();
  service_.reset();
}

HttpAnswer ApiTest::call(std::string_view method, std::string_view target, std::string_view body,
                         std::string_view headers) const {
  Client client(port());
  return client.send(method, target, body, headers) ? client.receive() : HttpAnswer{};
}

std::future<HttpAnswer> ApiTest::later(std::string method, std::string target, std::string body,
                                       std::string headers) const {
  return std::async(
      std::launch::async,
      [this, method = std::move(method), target = std::move(target), body = std::move(body),
       headers = std::move(headers)] { return call(method, target, body, headers); });
}

std::string ApiTest::start(std::string_view body, std::string_view name) const {
  std::string headers = "X-Amz-Invocation-Type: Event\r\n";
  if (!name.empty()) {
    headers.append("X-Amz-Durable-Execution-Name: ").append(name).append("\r\n");
  }
  const HttpAnswer started =
      call("POST", "/2015-03-31/functions/order:%24LATEST/invocations", body, headers);
  EXPECT_EQ(started.status, 202) << started.body;
  return started.header("X-Amz-Durable-Execution-Arn");
}

std::string ApiTest::execution(std::string_view arn, std::string_view rest) {
  return "/2025-12-01/durable-executions/" + http::percent_encode(arn) + std::string(rest);
}

json::Value ApiTest::json_of(const HttpAnswer& answer) {
  auto value = json::Value::parse(answer.body);
  EXPECT_TRUE(value.has_value()) << answer.status << " " << answer.body;
  return value ? *value : json::Value();
}

std::string ApiTest::member(const json::Value& value, std::string_view path) {
  const json::Value* at = &value;
  while (!path.empty() && at != nullptr) {
    const std::size_t end = std::min(path.find('.'), path.size());
    const std::string_view name = path.substr(0, end);
    const bool is_index = name.find_first_not_of("0123456789") == std::string_view::npos;
    at = is_index ? at->at(std::stoul(std::string(name))) : at->find(name);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (at == nullptr) return "absent";
  return at->as_string() != nullptr ? *at->as_string() : at->dump().value();
}

json::Value ApiTest::event_of(const ParkedFunctions::Running& running) {
  auto value = json::Value::parse(running.invocation.payload);
  EXPECT_TRUE(value.has_value()) << running.invocation.payload;
  return value ? *value : json::Value();
}

HttpAnswer ApiTest::checkpoint(std::string_view arn, std::string_view token,
                               std::string_view updates) const {
  std::string body = R"({"CheckpointToken":")";
  body.append(token).append(R"(","Updates":)").append(updates).append("}");
  return post(execution(arn, "/checkpoint"), body);
}

bool ApiTest::eventually(const std::function<bool()>& condition) const {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    EXPECT_EQ(get("/health").status, 200);
  }
  return true;
}

}  // namespace durable::server
