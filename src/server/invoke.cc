// SPDX-License-Identifier: Apache-2.0
//
// Invoke: of a durable function it starts an execution, and waits for its end if asked to; a plain
// function is called.
#include "engine/base64.h"
#include "server/handlers.h"
#include "server/log_tail.h"
#include "server/query.h"

#include <durable/json/document.h>
#include <durable/wire/names.h>

namespace durable::server {
namespace {

constexpr std::size_t client_context_bytes_max = 3'583;  // the service's, in base64
/// Between two attempts to wait for an execution while the service is busy.
constexpr Duration busy_pause = std::chrono::milliseconds{20};

/// The request, read and found valid.
struct Invoke {
  service::FunctionTarget target;
  wire::InvocationType type = wire::InvocationType::request_response;
  bool with_log = false;
  std::optional<std::string> execution_name;
  std::optional<std::string> client_context;
  std::optional<std::string> tenant_id;
  std::optional<std::string> trace_header;
};

std::optional<std::string> header(const CallPtr& call, std::string_view name) {
  const auto value = http::find_header(call->request().headers, name);
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

std::optional<Failure> read_types(const CallPtr& call, Invoke& invoke) {
  if (const auto type = header(call, "X-Amz-Invocation-Type")) {
    invoke.type = wire::from_string<wire::InvocationType>(*type);
    if (invoke.type == wire::InvocationType::unknown) {
      return validation_failure(
          *type, "invocationType",
          "Member must satisfy enum value set: [Event, RequestResponse, DryRun]");
    }
  }
  if (const auto type = header(call, "X-Amz-Log-Type")) {
    if (*type != "None" && *type != "Tail") {
      return validation_failure(*type, "logType",
                                "Member must satisfy enum value set: [None, Tail]");
    }
    invoke.with_log = *type == "Tail";
  }
  return std::nullopt;
}

std::optional<Failure> read_client_context(const CallPtr& call, Invoke& invoke) {
  invoke.client_context = header(call, "X-Amz-Client-Context");
  if (!invoke.client_context) return std::nullopt;
  if (invoke.client_context->size() > client_context_bytes_max) {
    return validation_failure(invoke.client_context->substr(0, 64), "clientContext",
                              "Member must have length less than or equal to 3583");
  }
  const auto text = engine::from_base64(*invoke.client_context);
  json::Document document;
  if (text && text->find_first_of("\r\n") == std::string::npos && document.parse(*text)) {
    return std::nullopt;
  }
  return failure_of({ErrorCode::invalid_json,
                     "Client context must be a valid Base64-encoded JSON object on one line."});
}

std::optional<Failure> read_headers(const CallPtr& call, Invoke& invoke) {
  if (auto failure = read_types(call, invoke)) return failure;
  if (auto failure = read_client_context(call, invoke)) return failure;
  invoke.tenant_id = header(call, "X-Amz-Tenant-Id");
  if (invoke.tenant_id) {
    if (auto failure = check_tenant_id(*invoke.tenant_id)) return failure;
  }
  invoke.execution_name = header(call, "X-Amz-Durable-Execution-Name");
  if (invoke.execution_name) {
    if (auto failure = check_execution_name(*invoke.execution_name)) return failure;
  }
  if (const auto trace = header(call, "X-Amzn-Trace-Id")) invoke.trace_header = as_utf8(*trace);
  return std::nullopt;
}

/// The function, and whether it may be invoked in this way.
std::optional<Failure> read_target(const Context& context, const CallPtr& call, Invoke& invoke) {
  const QueryReader query(call->request().query());
  if (query.failure()) return query.failure();
  const std::optional<std::string> qualifier = query.text("Qualifier");
  const auto reference = parse_function(call->parameters.front(), qualifier);
  if (!reference) return failure_of(reference.error());
  auto target = context.functions.resolve(call->parameters.front(), qualifier);
  if (!target) return failure_of(target.error());
  invoke.target = std::move(*target);
  const bool durable = invoke.target.durable.has_value();
  if (durable && !reference->qualifier && !context.options.allow_unqualified) {
    return parameter_failure("You cannot invoke a durable function using an unqualified ARN.");
  }
  if (!durable && invoke.execution_name) {
    return parameter_failure("A durable execution name is only allowed for a durable function; " +
                             invoke.target.name + " has no DurableConfig.");
  }
  const bool held = invoke.type == wire::InvocationType::request_response;
  if (durable && held &&
      invoke.target.durable->execution_timeout > context.options.synchronous_timeout_max) {
    return parameter_failure(
        "You cannot synchronously invoke a durable function with an executionTimeout greater than "
        "15 minutes.");
  }
  return std::nullopt;
}

std::optional<Failure> check_payload(const Context& context, const CallPtr& call,
                                     const Invoke& invoke) {
  const std::string& body = call->request().body;
  const std::size_t bytes_max = invoke.type == wire::InvocationType::event
                                    ? context.options.event_bytes_max
                                    : context.options.request_response_bytes_max;
  if (body.size() > bytes_max) {
    return failure_of(
        {ErrorCode::request_too_large, "Request must be smaller than " + std::to_string(bytes_max) +
                                           " bytes for the InvokeFunction operation"});
  }
  if (body.empty()) return std::nullopt;
  json::Document document;
  const Result<void> parsed = document.parse(body);
  if (parsed) return std::nullopt;
  return failure_of({ErrorCode::invalid_json,
                     "Could not parse request body into json: " + parsed.error().message});
}

// ---- Answers ----

http::Response answer_with_version(const service::FunctionTarget& target, int status) {
  http::Response response;
  response.status = status;
  response.headers.push_back({"X-Amz-Executed-Version", target.version});
  return response;
}

/// An error as the caller of a function sees it.
std::string error_payload(const wire::ErrorObject& error) {
  json::Value body;
  if (error.error_message) body.set("errorMessage", as_utf8(*error.error_message));
  if (error.error_type) body.set("errorType", as_utf8(*error.error_type));
  if (error.stack_trace) {
    json::Value lines{json::Value::Array{}};
    for (const std::string& line : *error.stack_trace) lines.push_back(as_utf8(line));
    body.set("stackTrace", std::move(lines));
  }
  if (error.error_data) body.set("errorData", as_utf8(*error.error_data));
  if (body.is_null()) body.set("errorMessage", "Unhandled");
  return body.dump().value();
}

void set_function_error(http::Response& response, const wire::ErrorObject& error) {
  response.headers.push_back({"X-Amz-Function-Error", "Unhandled"});
  response.body = error_payload(error);
}

void add_log(const Context& context, http::Response& response, std::string_view function,
             std::string_view request_id) {
  context.gate->run([&] {
    if (context.host == nullptr) return;
    response.headers.push_back({"X-Amz-Log-Result", log_tail(*context.host, function, request_id)});
  });
}

// ---- Plain functions ----

void call_function(Context& context, const CallPtr& call, Invoke invoke) {
  service::Invocation invocation;
  invocation.target = invoke.target;
  invocation.request_id = std::string(call->request_id());
  invocation.payload = std::move(call->request().body);
  if (invocation.payload.empty()) invocation.payload = "{}";
  invocation.tenant_id = std::move(invoke.tenant_id);
  invocation.trace_header = std::move(invoke.trace_header);
  invocation.client_context = std::move(invoke.client_context);
  if (invoke.type == wire::InvocationType::event) {
    context.functions.invoke(std::move(invocation), [](const service::InvocationOutcome&) {});
    return call->respond(answer_with_version(invoke.target, 202));
  }
  const bool with_log = invoke.with_log;
  context.functions.invoke(
      std::move(invocation), [&context, call, target = std::move(invoke.target),
                              with_log](service::InvocationOutcome outcome) {
        http::Response response = answer_with_version(target, 200);
        if (auto* const answer = std::get_if<service::InvocationAnswer>(&outcome)) {
          response.body = std::move(answer->payload);
        } else {
          set_function_error(response, std::get<service::InvocationError>(outcome).error);
        }
        if (with_log) add_log(context, response, target.name, call->request_id());
        call->respond(std::move(response));
      });
}

// ---- Durable functions ----

/// Sends the answer, with the log of the execution's last invocation.
void respond_with_log(Context& context, const CallPtr& call, const service::FunctionTarget& target,
                      const std::string& arn, http::Response response) {
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = arn;
  request.include_execution_data = false;
  request.reverse_order = true;
  request.max_items = 10;
  context.service.history(
      std::move(request), [&context, call, target, response = std::move(response)](
                              const Result<wire::GetDurableExecutionHistoryResponse>& page) {
        http::Response sent = response;
        for (std::size_t i = 0; page && i < page->events.size(); ++i) {
          const auto* const completed =
              std::get_if<wire::InvocationCompletedDetails>(&page->events[i].details);
          if (completed == nullptr) continue;
          add_log(context, sent, target.name, completed->request_id);
          break;
        }
        call->respond(std::move(sent));
      });
}

http::Response response_of(const service::FunctionTarget& target, const service::Ended& ended) {
  http::Response response = answer_with_version(target, 200);
  response.headers.push_back({"X-Amz-Durable-Execution-Arn", ended.arn});
  if (ended.status == wire::ExecutionStatus::succeeded) {
    response.body = ended.result ? std::string(ended.result->view()) : "null";
  } else {
    set_function_error(response, ended.error ? *ended.error : wire::ErrorObject{});
  }
  return response;
}

struct Held {
  CallPtr call;
  service::FunctionTarget target;
  std::string arn;
  bool with_log = false;
};

/// Answers when the execution has ended.
void hold(Context& context, const Held& held) {
  const std::uint64_t waiter =
      context.service.wait_for_end(held.arn, [&context, held](const Result<service::Ended>& ended) {
        if (!ended && ended.error().code == ErrorCode::too_many_requests) {
          // The execution has started: to refuse now would make the client start another one.
          context.http.post_after(busy_pause, [&context, held, gate = context.gate] {
            gate->run([&context, &held] { hold(context, held); });
          });
          return;
        }
        if (!ended) return held.call->fail(ended.error());
        http::Response response = response_of(held.target, *ended);
        if (!held.with_log) return held.call->respond(std::move(response));
        respond_with_log(context, held.call, held.target, held.arn, std::move(response));
      });
  held.call->on_abandoned([&service = context.service, waiter, gate = context.gate] {
    gate->run([&service, waiter] { service.forget(waiter); });
  });
}

void start_execution(Context& context, const CallPtr& call, Invoke invoke) {
  service::StartCall start;
  start.target = invoke.target;
  start.name = std::move(invoke.execution_name);
  if (!call->request().body.empty()) start.input = Payload(std::move(call->request().body));
  start.started_by = invoke.type;
  start.tenant_id = std::move(invoke.tenant_id);
  start.trace_header = std::move(invoke.trace_header);
  Held held{call, std::move(invoke.target), {}, invoke.with_log};
  const bool is_event = invoke.type == wire::InvocationType::event;
  context.service.start(std::move(start), [&context, held = std::move(held), is_event](
                                              const Result<service::Started>& started) mutable {
    if (!started) return held.call->fail(started.error());
    held.arn = started->arn;
    if (!is_event) return hold(context, held);
    http::Response response = answer_with_version(held.target, 202);
    response.headers.push_back({"X-Amz-Durable-Execution-Arn", held.arn});
    held.call->respond(std::move(response));
  });
}

/// As the service answers when an account's concurrency is used up.
Failure too_many_held(std::size_t held_max) {
  Failure failure = failure_of(
      {ErrorCode::too_many_requests,
       "Rate Exceeded. " + std::to_string(held_max) +
           " synchronous invocations wait for their results already. Try again later, or invoke "
           "with the type Event."});
  failure.reason = "ConcurrentInvocationLimitExceeded";
  return failure;
}

}  // namespace

void handle_invoke(Context& context, const CallPtr& call) {
  Invoke invoke;
  std::optional<Failure> failure = read_headers(call, invoke);
  if (!failure) failure = read_target(context, call, invoke);
  if (!failure) failure = check_payload(context, call, invoke);
  if (failure) return call->fail(*failure);
  if (invoke.type == wire::InvocationType::dry_run) {
    return call->respond(answer_with_version(invoke.target, 204));
  }
  const bool is_held = invoke.type == wire::InvocationType::request_response;
  if (is_held && !call->hold(context.options.held_max)) {
    return call->fail(too_many_held(context.options.held_max));
  }
  if (invoke.target.durable) return start_execution(context, call, std::move(invoke));
  call_function(context, call, std::move(invoke));
}

}  // namespace durable::server
