// SPDX-License-Identifier: Apache-2.0
//
// What local runners of durable functions offer besides Lambda's API: the SAM CLI and other tools
// are made for it.
#include "server/handlers.h"
#include "server/metrics.h"
#include "server/query.h"

#include <durable/json/value.h>

namespace durable::server {
namespace {

// Of the service's DurableConfig.
constexpr std::int64_t timeout_s_max = engine::Limits::year_s;
constexpr std::int64_t retention_days_max = 90;

/// What a start request may hold; the others of its members say nothing here.
struct Start {
  std::string function;
  std::optional<std::string> qualifier;
  std::optional<std::string> name;
  std::optional<std::int64_t> timeout_s;
  std::optional<std::int64_t> retention_days;
  std::optional<std::string> tenant_id;
  std::optional<std::string> input;
  std::optional<std::string> lambda_endpoint;
};

/// Reads members of an object, and keeps what is wrong first.
class MemberReader {
 public:
  explicit MemberReader(const json::Value& object) : object_(object) {}

  std::optional<std::string> text(std::string_view name) {
    const json::Value* const member = object_.find(name);
    if (member == nullptr || member->is_null()) return std::nullopt;
    if (member->as_string() != nullptr) return *member->as_string();
    return fail<std::string>(name, "a string");
  }
  /// An integer from 1 on.
  std::optional<std::int64_t> count(std::string_view name, std::int64_t max) {
    const json::Value* const member = object_.find(name);
    if (member == nullptr || member->is_null()) return std::nullopt;
    const std::optional<std::int64_t> value = member->as_integer();
    if (value && *value >= 1 && *value <= max) return value;
    return fail<std::int64_t>(name, "an integer from 1 to " + std::to_string(max));
  }
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

 private:
  template <class T>
  std::optional<T> fail(std::string_view name, std::string_view expected) {
    if (!failure_) {
      failure_ = parameter_failure(std::string(name) + ": expected " + std::string(expected));
    }
    return std::nullopt;
  }

  const json::Value& object_;
  std::optional<Failure> failure_;
};

std::optional<Failure> read_start(const std::string& body, Start& start) {
  const Result<json::Value> object = json::Value::parse(body);
  if (!object) {
    return parameter_failure("Invalid JSON in request body: " + object.error().message);
  }
  if (object->as_object() == nullptr) {
    return parameter_failure("Invalid JSON in request body: expected an object");
  }
  MemberReader members(*object);
  start.function = members.text("FunctionName").value_or("");
  start.qualifier = members.text("FunctionQualifier");
  start.name = members.text("ExecutionName");
  start.timeout_s = members.count("ExecutionTimeoutSeconds", timeout_s_max);
  start.retention_days = members.count("ExecutionRetentionPeriodDays", retention_days_max);
  start.tenant_id = members.text("TenantId");
  start.lambda_endpoint = members.text("LambdaEndpoint");
  start.input = members.text("Input");
  if (members.failure()) return members.failure();
  if (start.function.empty()) return parameter_failure("FunctionName is required");
  if (start.name) {
    if (auto failure = check_execution_name(*start.name)) return failure;
  }
  if (start.tenant_id) return check_tenant_id(*start.tenant_id);
  return std::nullopt;
}

/// The function to start, configured as the request asks.
Result<service::FunctionTarget> target_of(const Context& context, const Start& start) {
  const auto reference = parse_function(start.function, start.qualifier);
  if (!reference) return reference.error();
  if (start.lambda_endpoint && !start.lambda_endpoint->empty() && context.registry != nullptr) {
    const bool is_known = context.catalog.find(reference->name) != nullptr;
    if (!is_known) {
      const auto set = context.registry->set_endpoint_of(reference->name, *start.lambda_endpoint);
      if (!set) return set.error();
    }
  }
  const std::string qualifier = reference->qualifier.value_or("$LATEST");
  auto target = context.functions.resolve(reference->name, qualifier);
  if (!target) return target;
  if (!target->durable) target->durable.emplace();
  if (start.timeout_s) {
    target->durable->execution_timeout = std::chrono::seconds{*start.timeout_s};
  }
  if (start.retention_days) target->durable->retention_days = *start.retention_days;
  return target;
}

}  // namespace

void handle_start(Context& context, const CallPtr& call) {
  Start start;
  if (const auto failure = read_start(call->request().body, start)) return call->fail(*failure);
  auto target = target_of(context, start);
  if (!target) return call->fail(target.error());
  service::StartCall request;
  request.target = std::move(*target);
  request.name = std::move(start.name);
  if (start.input) request.input = Payload(std::move(*start.input));
  request.execution_timeout = request.target.durable->execution_timeout;
  request.tenant_id = std::move(start.tenant_id);
  context.service.start(std::move(request), [call](const Result<service::Started>& started) {
    if (!started) return call->fail(started.error());
    json::Value body;
    body.set("ExecutionArn", started->arn);
    call->respond(201, body);
  });
}

void handle_health(Context&, const CallPtr& call) {
  json::Value body;
  body.set("status", "healthy");
  call->respond(200, body);
}

void handle_metrics(Context& context, const CallPtr& call) {
  http::Response response;
  response.headers.push_back({"Content-Type", "text/plain; version=0.0.4; charset=utf-8"});
  ServerMetrics server;
  server.requests_in_work = context.book->in_work;
  for (std::size_t i = 0; i < server.answered.size(); ++i) {
    server.answered[i] = context.book->answered[i];
  }
  if (context.connections) server.connections = context.connections();
  response.body = metrics_text(context.service.metrics(), server, read_process_metrics());
  call->respond(std::move(response));
}

void handle_lambda_endpoint(Context& context, const CallPtr& call) {
  const Result<json::Value> body = json::Value::parse(call->request().body);
  const json::Value* const url = body ? body->find("EndpointUrl") : nullptr;
  if (url == nullptr || url->as_string() == nullptr) {
    return call->fail(parameter_failure(
        "EndpointUrl is required: a URL, or an empty text for the functions of this server"));
  }
  if (context.registry == nullptr) {
    return call->fail(parameter_failure("This server has no Lambda endpoint to change."));
  }
  const Result<void> set = context.registry->set_endpoint(*url->as_string());
  if (!set) return call->fail(set.error());
  json::Value answer;
  answer.set("message", "Lambda endpoint updated successfully");
  call->respond(200, answer);
}

}  // namespace durable::server
