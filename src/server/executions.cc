// SPDX-License-Identifier: Apache-2.0
//
// The operations on durable executions: decode, ask the service, encode.
#include "json/text.h"
#include "server/handlers.h"
#include "server/query.h"

#include <durable/wire/json.h>

namespace durable::server {
namespace {

template <wire::Body Response>
void respond(const CallPtr& call, const Result<Response>& result) {
  if (!result) return call->fail(result.error());
  Result<std::string> body = wire::encode(*result);
  if (!body) return call->fail(Error{ErrorCode::service_failure, body.error().message});
  http::Response response;
  response.body = std::move(*body);
  call->respond(std::move(response));
}

/// Answers with the response's body, or with the service's refusal.
template <wire::Body Response>
service::Reply<Response> answer(const CallPtr& call) {
  return [call](const Result<Response>& result) { respond(call, result); };
}

/// The same for a page that may be large. It is encoded on another thread than the service's, which
/// all executions would wait for.
template <wire::Body Page>
service::Reply<Page> answer_page(const Context& context, const CallPtr& call) {
  return [call, &encoder = *context.encoder](Result<Page> result) {
    if (!result) return call->fail(result.error());
    auto page = std::make_shared<const Result<Page>>(std::move(result));  // owner: the task
    encoder.run([call, page = std::move(page)] { respond(call, *page); });
  };
}

/// For operations whose response has no members.
service::Reply<void> answer_empty(const CallPtr& call) {
  return [call](Result<void> result) {
    if (!result) return call->fail(result.error());
    http::Response response;
    response.body = "{}";
    call->respond(std::move(response));
  };
}

/// Answers what is wrong with the path's ARN, if anything.
bool has_execution_arn(const CallPtr& call) {
  const auto failure = check_execution_arn(call->parameters.front());
  if (failure) call->fail(*failure);
  return !failure;
}

/// Answers what is wrong with the query, if anything.
bool is_readable(const CallPtr& call, const QueryReader& query) {
  if (query.failure()) call->fail(*query.failure());
  return !query.failure();
}

/// A body that is not what its operation takes is, to the service, a wrong parameter.
template <wire::Body Request>
std::optional<Request> read_body(const CallPtr& call) {
  Result<Request> request = wire::decode<Request>(call->request().body);
  std::string().swap(call->request().body);  // not kept while the service works
  if (request) return std::move(*request);
  call->fail(parameter_failure("Could not parse request body: " + request.error().message));
  return std::nullopt;
}

/// What both listings have in common.
void read_listing(QueryReader& query, wire::ListDurableExecutionsByFunctionRequest& request) {
  request.durable_execution_name = query.text("DurableExecutionName");
  request.statuses = query.statuses("Statuses");
  request.started_after = query.timestamp("StartedAfter");
  request.started_before = query.timestamp("StartedBefore");
  request.reverse_order = query.boolean("ReverseOrder");
  request.marker = query.text("Marker");
  request.max_items = query.integer("MaxItems");
  if (request.durable_execution_name) {
    auto failure = check_execution_name(*request.durable_execution_name);
    if (failure) query.fail(std::move(*failure));
  }
}

}  // namespace

void handle_checkpoint(Context& context, const CallPtr& call) {
  if (!has_execution_arn(call)) return;
  auto request = read_body<wire::CheckpointDurableExecutionRequest>(call);
  if (!request) return;
  request->durable_execution_arn = call->parameters.front();
  context.service.checkpoint(std::move(*request),
                             answer<wire::CheckpointDurableExecutionResponse>(call));
}

void handle_get(Context& context, const CallPtr& call) {
  if (!has_execution_arn(call)) return;
  QueryReader query(call->request().query());
  wire::GetDurableExecutionRequest request;
  request.durable_execution_arn = call->parameters.front();
  request.include_execution_data = query.boolean("IncludeExecutionData");
  if (!is_readable(call, query)) return;
  context.service.get(std::move(request), answer<wire::GetDurableExecutionResponse>(call));
}

void handle_history(Context& context, const CallPtr& call) {
  if (!has_execution_arn(call)) return;
  QueryReader query(call->request().query());
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = call->parameters.front();
  request.include_execution_data = query.boolean("IncludeExecutionData");
  request.max_items = query.integer("MaxItems");
  request.marker = query.text("Marker");
  request.reverse_order = query.boolean("ReverseOrder");
  if (!is_readable(call, query)) return;
  context.service.history(std::move(request),
                          answer_page<wire::GetDurableExecutionHistoryResponse>(context, call));
}

void handle_state(Context& context, const CallPtr& call) {
  if (!has_execution_arn(call)) return;
  QueryReader query(call->request().query());
  wire::GetDurableExecutionStateRequest request;
  request.durable_execution_arn = call->parameters.front();
  request.checkpoint_token = query.text("CheckpointToken").value_or("");
  request.marker = query.text("Marker");
  request.max_items = query.integer("MaxItems");
  if (!is_readable(call, query)) return;
  context.service.get_state(std::move(request),
                            answer_page<wire::GetDurableExecutionStateResponse>(context, call));
}

void handle_stop(Context& context, const CallPtr& call) {
  if (!has_execution_arn(call)) return;
  auto request = read_body<wire::StopDurableExecutionRequest>(call);
  if (!request) return;
  request->durable_execution_arn = call->parameters.front();
  context.service.stop(std::move(*request), answer<wire::StopDurableExecutionResponse>(call));
}

void handle_list(Context& context, const CallPtr& call) {
  QueryReader query(call->request().query());
  wire::ListDurableExecutionsByFunctionRequest request;
  read_listing(query, request);
  if (!is_readable(call, query)) return;
  const std::optional<std::string> qualifier = query.text("Qualifier");
  auto reference = parse_function(call->parameters.front(), qualifier);
  if (!reference) return call->fail(reference.error());
  const auto target = context.functions.resolve(call->parameters.front(), qualifier);
  if (!target) return call->fail(target.error());
  request.function_name = target->name;
  // Without a qualifier all versions are listed.
  if (reference->qualifier) request.qualifier = target->version;
  context.service.list(std::move(request),
                       answer<wire::ListDurableExecutionsByFunctionResponse>(call));
}

void handle_list_all(Context& context, const CallPtr& call) {
  QueryReader query(call->request().query());
  wire::ListDurableExecutionsByFunctionRequest request;
  read_listing(query, request);
  if (!is_readable(call, query)) return;
  context.service.list(std::move(request),
                       answer<wire::ListDurableExecutionsByFunctionResponse>(call));
}

/// The same with the names that local runners give to the filters; the service has no such call.
void handle_list_of_local_runner(Context& context, const CallPtr& call) {
  QueryReader query(call->request().query());
  wire::ListDurableExecutionsByFunctionRequest request;
  read_listing(query, request);
  if (request.statuses.empty()) request.statuses = query.statuses("StatusFilter");
  if (!request.started_after) request.started_after = query.timestamp("TimeAfter");
  if (!request.started_before) request.started_before = query.timestamp("TimeBefore");
  if (!is_readable(call, query)) return;
  request.qualifier = query.text("FunctionVersion");
  if (const auto function = query.text("FunctionName")) {
    auto reference = parse_function(*function, request.qualifier);
    if (!reference) return call->fail(reference.error());
    request.function_name = std::move(reference->name);
    request.qualifier = std::move(reference->qualifier);
  }
  context.service.list(std::move(request),
                       answer<wire::ListDurableExecutionsByFunctionResponse>(call));
}

void handle_callback_success(Context& context, const CallPtr& call) {
  wire::SendDurableExecutionCallbackSuccessRequest request;
  request.callback_id = call->parameters.front();
  // It becomes a text of the execution's state and history, and those could not be read any more.
  if (!json::detail::is_utf8(call->request().body)) {
    return call->fail(parameter_failure(
        "Callback result: expected UTF-8 text, found other bytes. Encode binary data, for example "
        "as base64."));
  }
  if (!call->request().body.empty()) request.result = Payload(std::move(call->request().body));
  context.service.callback_success(std::move(request), answer_empty(call));
}

void handle_callback_failure(Context& context, const CallPtr& call) {
  auto request = read_body<wire::SendDurableExecutionCallbackFailureRequest>(call);
  if (!request) return;
  request->callback_id = call->parameters.front();
  context.service.callback_failure(std::move(*request), answer_empty(call));
}

void handle_callback_heartbeat(Context& context, const CallPtr& call) {
  wire::SendDurableExecutionCallbackHeartbeatRequest request;
  request.callback_id = call->parameters.front();
  context.service.callback_heartbeat(std::move(request), answer_empty(call));
}

}  // namespace durable::server
