// SPDX-License-Identifier: Apache-2.0
#include "cloud/lambda_client.h"

#include "cloud/digest.h"
#include "cloud/query.h"

#include <durable/json/codec.h>
#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <string_view>
#include <utility>

namespace durable::cloud {

/// A page of ListFunctions. Not in the unnamed namespace: the policy of this one is for it.
struct FunctionPage {
  std::vector<FunctionConfiguration> functions;
  std::optional<std::string> next_marker;
};

namespace {

constexpr std::size_t function_pages_max = 1'000;  // of 50 functions each
constexpr std::size_t client_token_size = 32;      // of at most 64

http::Header json_body() { return {"Content-Type", "application/json"}; }
http::Header raw_body() { return {"Content-Type", "application/octet-stream"}; }

std::string execution_path(std::string_view arn, std::string_view rest = {}) {
  return "/2025-12-01/durable-executions/" + http::percent_encode(arn) + std::string(rest);
}

std::string callback_path(std::string_view id, std::string_view rest) {
  return "/2025-12-01/durable-execution-callbacks/" + http::percent_encode(id) + std::string(rest);
}

std::string function_path(std::string_view version, std::string_view name, std::string_view rest) {
  return "/" + std::string(version) + "/functions/" + http::percent_encode(name) +
         std::string(rest);
}

Error undecodable(const Call& call, const Error& error) {
  return {error.code, call.name + ": the answer is not what the service's API says: " +
                          error.message + "; does the endpoint speak it?"};
}

template <class Response, class Decode>
Result<Response> decoded(const Call& call, Result<http::Response> answer, Decode decode) {
  if (!answer) return std::move(answer).error();
  Result<Response> response = decode(answer->body);
  if (!response) return undecodable(call, response.error());
  return response;
}

template <class Response>
Result<Response> send_for(Caller& caller, const Call& call) {
  return decoded<Response>(call, caller.send(call),
                           [](std::string_view body) { return wire::decode<Response>(body); });
}

Result<void> send_only(Caller& caller, const Call& call) {
  Result<http::Response> answer = caller.send(call);
  if (!answer) return std::move(answer).error();
  return {};
}

void add(http::Headers& headers, const char* name, const std::optional<std::string>& value) {
  if (value) headers.push_back({name, *value});
}

std::optional<std::string> take(const http::Headers& headers, std::string_view name) {
  const auto value = http::find_header(headers, name);
  if (!value) return std::nullopt;
  return std::string(*value);
}

}  // namespace

LambdaClient::LambdaClient(std::shared_ptr<http::Transport> transport,
                           std::shared_ptr<Signer> signer, ClientOptions options)
    : caller_(std::move(transport), std::move(signer), std::move(options)) {}

Result<wire::InvokeResponse> LambdaClient::invoke(const wire::InvokeRequest& request) {
  Query query;
  query.add("Qualifier", request.qualifier);
  Call call{
      .name = "Invoke",
      .method = "POST",
      .target = query.after(function_path("2015-03-31", request.function_name, "/invocations"))};
  call.headers.push_back(json_body());
  call.headers.push_back(
      {"X-Amz-Invocation-Type", std::string(to_string(request.invocation_type))});
  add(call.headers, "X-Amz-Log-Type", request.log_type);
  add(call.headers, "X-Amz-Client-Context", request.client_context);
  add(call.headers, "X-Amz-Durable-Execution-Name", request.durable_execution_name);
  add(call.headers, "X-Amz-Tenant-Id", request.tenant_id);
  if (request.payload) call.body = request.payload->str();
  const bool harmless = request.durable_execution_name.has_value() ||
                        request.invocation_type == wire::InvocationType::dry_run;
  call.repeat = harmless ? Repeat::always : Repeat::if_not_sent;
  call.waits_long = request.invocation_type == wire::InvocationType::request_response;

  Result<http::Response> answer = caller_.send(call);
  if (!answer) return std::move(answer).error();
  wire::InvokeResponse response;
  response.status_code = answer->status;
  response.function_error = take(answer->headers, "X-Amz-Function-Error");
  response.log_result = take(answer->headers, "X-Amz-Log-Result");
  response.executed_version = take(answer->headers, "X-Amz-Executed-Version");
  response.durable_execution_arn = take(answer->headers, "X-Amz-Durable-Execution-Arn");
  if (!answer->body.empty()) response.payload = Payload(std::move(answer->body));
  return response;
}

Result<wire::CheckpointDurableExecutionResponse> LambdaClient::checkpoint(
    const wire::CheckpointDurableExecutionRequest& request) {
  Call call{.name = "CheckpointDurableExecution",
            .method = "POST",
            .target = execution_path(request.durable_execution_arn, "/checkpoint"),
            .headers = {json_body()},
            .plain_message = true};
  Result<void> encoded = wire::encode_to(request, call.body);
  if (!encoded) return std::move(encoded).error();
  if (!request.client_token) {
    // Of the whole call, so that no two calls of one process, and no two processes with the same
    // seed that say different things, have the same token. Before the closing brace: the body
    // always has the member CheckpointToken.
    const std::string token =
        hex(sha256(std::to_string(caller_.draw()) + call.body)).substr(0, client_token_size);
    call.body.pop_back();
    call.body += ",\"ClientToken\":\"" + token + "\"}";
  }
  return send_for<wire::CheckpointDurableExecutionResponse>(caller_, call);
}

Result<wire::GetDurableExecutionStateResponse> LambdaClient::get_state(
    const wire::GetDurableExecutionStateRequest& request) {
  Query query;
  query.add("CheckpointToken", request.checkpoint_token);
  query.add("Marker", request.marker);
  query.add("MaxItems", request.max_items);
  const Call call{.name = "GetDurableExecutionState",
                  .method = "GET",
                  .target = query.after(execution_path(request.durable_execution_arn, "/state")),
                  .plain_message = true};
  return send_for<wire::GetDurableExecutionStateResponse>(caller_, call);
}

Result<wire::GetDurableExecutionResponse> LambdaClient::get(
    const wire::GetDurableExecutionRequest& request) {
  Query query;
  query.add("IncludeExecutionData", request.include_execution_data.value_or(true));
  const Call call{.name = "GetDurableExecution",
                  .method = "GET",
                  .target = query.after(execution_path(request.durable_execution_arn))};
  return send_for<wire::GetDurableExecutionResponse>(caller_, call);
}

Result<wire::GetDurableExecutionHistoryResponse> LambdaClient::history(
    const wire::GetDurableExecutionHistoryRequest& request) {
  Query query;
  query.add("IncludeExecutionData", request.include_execution_data.value_or(true));
  query.add("MaxItems", request.max_items);
  query.add("Marker", request.marker);
  query.add("ReverseOrder", request.reverse_order);
  const Call call{.name = "GetDurableExecutionHistory",
                  .method = "GET",
                  .target = query.after(execution_path(request.durable_execution_arn, "/history"))};
  return send_for<wire::GetDurableExecutionHistoryResponse>(caller_, call);
}

Result<wire::ListDurableExecutionsByFunctionResponse> LambdaClient::list(
    const wire::ListDurableExecutionsByFunctionRequest& request) {
  Query query;
  query.add("Qualifier", request.qualifier);
  query.add("DurableExecutionName", request.durable_execution_name);
  for (const wire::ExecutionStatus status : request.statuses) {
    query.add("Statuses", std::string(to_string(status)));
  }
  query.add("StartedAfter", request.started_after);
  query.add("StartedBefore", request.started_before);
  query.add("ReverseOrder", request.reverse_order);
  query.add("Marker", request.marker);
  query.add("MaxItems", request.max_items);
  const Call call{.name = "ListDurableExecutionsByFunction",
                  .method = "GET",
                  .target = query.after(
                      function_path("2025-12-01", request.function_name, "/durable-executions"))};
  return send_for<wire::ListDurableExecutionsByFunctionResponse>(caller_, call);
}

Result<wire::StopDurableExecutionResponse> LambdaClient::stop(
    const wire::StopDurableExecutionRequest& request) {
  Call call{.name = "StopDurableExecution",
            .method = "POST",
            .target = execution_path(request.durable_execution_arn, "/stop"),
            .headers = {json_body()}};
  Result<void> encoded = wire::encode_to(request, call.body);
  if (!encoded) return std::move(encoded).error();
  return send_for<wire::StopDurableExecutionResponse>(caller_, call);
}

Result<void> LambdaClient::callback_success(
    const wire::SendDurableExecutionCallbackSuccessRequest& request) {
  Call call{.name = "SendDurableExecutionCallbackSuccess",
            .method = "POST",
            .target = callback_path(request.callback_id, "/succeed"),
            .headers = {raw_body()}};
  if (request.result) call.body = request.result->str();
  return send_only(caller_, call);
}

Result<void> LambdaClient::callback_failure(
    const wire::SendDurableExecutionCallbackFailureRequest& request) {
  Call call{.name = "SendDurableExecutionCallbackFailure",
            .method = "POST",
            .target = callback_path(request.callback_id, "/fail"),
            .headers = {json_body()}};
  Result<void> encoded = wire::encode_to(request, call.body);
  if (!encoded) return std::move(encoded).error();
  return send_only(caller_, call);
}

Result<void> LambdaClient::callback_heartbeat(
    const wire::SendDurableExecutionCallbackHeartbeatRequest& request) {
  const Call call{.name = "SendDurableExecutionCallbackHeartbeat",
                  .method = "POST",
                  .target = callback_path(request.callback_id, "/heartbeat")};
  return send_only(caller_, call);
}

Result<FunctionConfiguration> LambdaClient::function_configuration(
    const std::string& function_name, const std::optional<std::string>& qualifier) {
  Query query;
  query.add("Qualifier", qualifier);
  const Call call{
      .name = "GetFunctionConfiguration",
      .method = "GET",
      .target = query.after(function_path("2015-03-31", function_name, "/configuration"))};
  return decoded<FunctionConfiguration>(call, caller_.send(call), [](std::string_view body) {
    return json::decode<FunctionConfiguration>(body);
  });
}

Result<std::vector<FunctionConfiguration>> LambdaClient::list_functions() {
  std::vector<FunctionConfiguration> all;
  std::optional<std::string> marker;
  for (std::size_t page_number = 0; page_number < function_pages_max; ++page_number) {
    Query query;
    query.add("Marker", marker);
    const Call call{
        .name = "ListFunctions", .method = "GET", .target = query.after("/2015-03-31/functions")};
    auto page = decoded<FunctionPage>(call, caller_.send(call), [](std::string_view body) {
      return json::decode<FunctionPage>(body);
    });
    if (!page) return std::move(page).error();
    for (FunctionConfiguration& function : page->functions) all.push_back(std::move(function));
    if (!page->next_marker || page->next_marker->empty()) return all;
    marker = std::move(page->next_marker);
  }
  return Error{ErrorCode::invalid_json, "ListFunctions: the service's pages have no end: after " +
                                            std::to_string(function_pages_max) +
                                            " pages it offers another one"};
}

Result<http::Response> LambdaClient::call(std::string method, std::string path_and_query,
                                          std::string body) {
  const bool reads = method == "GET" || method == "HEAD";
  Call call{.name = method + " " + path_and_query.substr(0, path_and_query.find('?')),
            .method = std::move(method),
            .target = std::move(path_and_query),
            .body = std::move(body),
            .repeat = reads ? Repeat::always : Repeat::if_not_sent};
  if (!call.body.empty()) call.headers.push_back(json_body());
  return caller_.send(call);
}

}  // namespace durable::cloud
