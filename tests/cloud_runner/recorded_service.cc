// SPDX-License-Identifier: Apache-2.0
#include "cloud_runner/recorded_service.h"

#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <algorithm>
#include <utility>

namespace durable {
namespace {

/// The value of a query parameter; empty if there is none.
std::string parameter(const http::OutboundRequest& request, std::string_view name) {
  const auto query = http::parse_query(request.url.substr(request.url.find('?') + 1));
  for (const http::QueryParameter& each : query.value_or(std::vector<http::QueryParameter>{})) {
    if (each.name == name) return each.value;
  }
  return "";
}

wire::ExecutionStatus status_of(InvocationStatus status) {
  switch (status) {
    case InvocationStatus::pending:
      return wire::ExecutionStatus::running;
    case InvocationStatus::succeeded:
      return wire::ExecutionStatus::succeeded;
    case InvocationStatus::failed:
      return wire::ExecutionStatus::failed;
    case InvocationStatus::timed_out:
      return wire::ExecutionStatus::timed_out;
    case InvocationStatus::stopped:
      return wire::ExecutionStatus::stopped;
  }
  return wire::ExecutionStatus::unknown;
}

}  // namespace

Result<http::Response> RecordedService::send(const http::OutboundRequest& request) {
  if (request.url.find("/invocations") != std::string::npos) {
    return http::Response{202, {{"X-Amz-Durable-Execution-Arn", result_.execution_arn()}}, ""};
  }
  if (request.url.find("/history") == std::string::npos) {
    return http::Response{200, {}, execution_body(request)};
  }
  ++history_pages_;
  return http::Response{200, {}, history_page(request)};
}

std::string RecordedService::execution_body(const http::OutboundRequest& request) const {
  wire::GetDurableExecutionResponse response;
  response.durable_execution_arn = result_.execution_arn();
  response.durable_execution_name = "name";
  response.function_arn = "arn:aws:lambda:us-west-2:123456789012:function:MyFunction:$LATEST";
  response.status = status_of(result_.status());
  response.start_timestamp = result_.history().front().event_timestamp;
  response.end_timestamp = response.start_timestamp + result_.duration();
  if (parameter(request, "IncludeExecutionData") == "true") {
    response.result = result_.raw_result();
    if (result_.error() != nullptr) response.error = *result_.error();
  }
  return *wire::encode(response);
}

std::string RecordedService::history_page(const http::OutboundRequest& request) const {
  const std::vector<wire::Event>& events = result_.history();
  const std::size_t end = std::min(shown_, events.size());
  const std::string marker = parameter(request, "Marker");
  const std::size_t first = marker.empty() ? 0 : std::stoul(marker);
  const std::size_t asked = std::stoul(parameter(request, "MaxItems"));
  const std::size_t last = std::min(end, first + std::min(asked, page_items_max_));
  wire::GetDurableExecutionHistoryResponse response;
  for (std::size_t i = first; i < last; ++i) response.events.push_back(events[i]);
  if (last < end) response.next_marker = std::to_string(last);
  return *wire::encode(response);
}

ScriptedRunner::ScriptedRunner(std::shared_ptr<http::Transport> transport, std::string name) {
  cloud::ClientOptions client;
  client.endpoint = "https://lambda.us-west-2.amazonaws.com";
  client.retry.attempts_max = 1;
  client.pause = [](Duration) {};
  CloudRunnerOptions options;
  options.clock = clock;
  options.pause = [this](Duration time) {
    pauses.push_back(time);
    clock->pass(time);
  };
  options.on_warning = [this](const std::string& text) { warnings.push_back(text); };
  runner = std::make_unique<DurableFunctionCloudTestRunner>(
      std::move(name), std::move(options),
      std::make_shared<cloud::LambdaClient>(std::move(transport), nullptr, std::move(client)));
}

http::Headers arn_header() { return {{"X-Amz-Durable-Execution-Arn", execution_arn}}; }

std::string execution_json(const std::string& status, const std::string& more) {
  return std::string("{\"DurableExecutionArn\":\"") + execution_arn +
         "\",\"DurableExecutionName\":\"name\",\"FunctionArn\":\"arn\",\"StartTimestamp\":1.5,"
         "\"Status\":\"" +
         status + "\"" + more + "}";
}

}  // namespace durable
