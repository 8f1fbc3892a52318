// SPDX-License-Identifier: Apache-2.0
//
// What clients ask about functions: the service's configuration, and this server's processes and
// logs.
#include "json/time_text.h"
#include "server/function_registry.h"
#include "server/handlers.h"
#include "server/log_tail.h"
#include "server/query.h"

#include <algorithm>

namespace durable::server {
namespace {

constexpr std::int64_t functions_page_max = 50;  // ListFunctions' own, whatever is asked for
constexpr std::int64_t functions_asked_max = 10'000;
constexpr std::int64_t log_page_default = 100;
constexpr std::int64_t log_page_max = 1'000;

std::int64_t seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

/// As the service writes LastModified: `2025-12-02T08:30:00.250+0000`.
std::string last_modified(Timestamp time) {
  std::string text = json::detail::iso_8601(time).value_or("1970-01-01T00:00:00.000Z");
  text.back() = '+';
  return text + "0000";
}

/// FunctionConfiguration. The environment is left out: it may hold secrets.
json::Value configuration(const Context& context, const service::FunctionTarget& target,
                          std::string arn) {
  const FunctionDefinition* const known = context.catalog.find(target.name);
  const FunctionDefinition unknown;
  const FunctionDefinition& function = known != nullptr ? *known : unknown;
  json::Value body;
  body.set("FunctionName", target.name);
  body.set("FunctionArn", std::move(arn));
  body.set("Runtime", function.runtime);
  body.set("Role", "arn:aws:iam::" + context.options.account_id + ":role/local");
  body.set("Handler", function.handler);
  body.set("CodeSize", 0);
  body.set("Description", function.description);
  body.set("Timeout", seconds(target.timeout));
  body.set("MemorySize", function.memory_mb);
  body.set("LastModified", last_modified(context.started_at));
  body.set("CodeSha256", "");
  body.set("Version", target.version);
  body.set("State", "Active");
  body.set("LastUpdateStatus", "Successful");
  body.set("PackageType", "Zip");
  if (target.durable) {
    json::Value durable;
    durable.set("ExecutionTimeout", seconds(target.durable->execution_timeout));
    durable.set("RetentionPeriodInDays", target.durable->retention_days);
    body.set("DurableConfig", std::move(durable));
  }
  return body;
}

/// The configuration of the function that the request names; answers if there is none.
std::optional<json::Value> requested_configuration(const Context& context, const CallPtr& call) {
  const QueryReader query(call->request().query());
  if (query.failure()) {
    call->fail(*query.failure());
    return std::nullopt;
  }
  const std::optional<std::string> qualifier = query.text("Qualifier");
  const auto reference = parse_function(call->parameters.front(), qualifier);
  const auto target = context.functions.resolve(call->parameters.front(), qualifier);
  if (!reference || !target) {
    call->fail(!reference ? reference.error() : target.error());
    return std::nullopt;
  }
  return configuration(context, *target,
                       context.catalog.arn(target->name, reference->qualifier.value_or("")));
}

json::Value state_of(const Context& context, const FunctionDefinition& function) {
  json::Value body;
  body.set("FunctionName", function.name);
  body.set("FunctionArn", context.catalog.arn(function.name, ""));
  body.set("Durable", function.durable.has_value());
  const bool runs_here =
      context.registry == nullptr || context.registry->endpoint_of(function.name).empty();
  const bool is_attached = runs_here && function.command.empty();
  body.set("Attached", is_attached);
  const auto state = context.host != nullptr ? context.host->state(function.name) : std::nullopt;
  if (!state) return body;
  body.set("Processes", state->processes);
  body.set("Running", state->running);
  body.set("Waiting", state->waiting);
  body.set("AttachedProcesses", state->attached);
  body.set("RuntimeApi", state->runtime_api);
  if (is_attached) body.set("AttachLine", context.host->attach_line(function.name));
  return body;
}

/// The catalog's function that the path names; answers if there is none.
const FunctionDefinition* requested_function(const Context& context, const CallPtr& call) {
  const auto reference = parse_function(call->parameters.front());
  const FunctionDefinition* const function =
      reference ? context.catalog.find(reference->name) : nullptr;
  if (function != nullptr) return function;
  call->fail(reference ? context.catalog.not_found(*reference) : reference.error());
  return nullptr;
}

json::Value line_of(const functions::LogLine& line) {
  json::Value body;
  body.set("Number", line.number);
  body.set("Time", json::detail::iso_8601(line.time).value_or(""));
  if (!line.request_id.empty()) body.set("RequestId", as_utf8(line.request_id));
  body.set("Stream", line.from_stderr ? "stderr" : "stdout");
  body.set("Text", as_utf8(line.text));
  return body;
}

}  // namespace

void handle_get_function(Context& context, const CallPtr& call) {
  auto found = requested_configuration(context, call);
  if (!found) return;
  json::Value code;
  code.set("Location", "");
  json::Value body;
  body.set("Configuration", std::move(*found));
  body.set("Code", std::move(code));
  body.set("Tags", json::Value(json::Value::Object{}));
  call->respond(200, body);
}

void handle_get_function_configuration(Context& context, const CallPtr& call) {
  const auto found = requested_configuration(context, call);
  if (found) call->respond(200, *found);
}

void handle_list_functions(Context& context, const CallPtr& call) {
  QueryReader query(call->request().query());
  const std::string after = query.text("Marker").value_or("");
  const std::int64_t items = query.integer("MaxItems").value_or(functions_page_max);
  if (query.failure()) return call->fail(*query.failure());
  if (items < 1 || items > functions_asked_max) {
    return call->fail(validation_failure(
        std::to_string(items), "maxItems",
        "Member must have value from 1 to " + std::to_string(functions_asked_max)));
  }
  const auto items_max = static_cast<std::size_t>(std::min(items, functions_page_max));
  json::Value list(json::Value::Array{});
  std::string marker;
  std::string last;
  for (const FunctionDefinition* function : context.catalog.all()) {
    if (function->name <= after) continue;
    if (list.size() == items_max) {
      marker = last;
      break;
    }
    last = function->name;
    list.push_back(configuration(context, context.catalog.target(*function, "$LATEST"),
                                 context.catalog.arn(function->name, "")));
  }
  json::Value body;
  body.set("Functions", std::move(list));
  if (!marker.empty()) body.set("NextMarker", marker);
  call->respond(200, body);
}

void handle_function_states(Context& context, const CallPtr& call) {
  json::Value list(json::Value::Array{});
  for (const FunctionDefinition* function : context.catalog.all()) {
    list.push_back(state_of(context, *function));
  }
  json::Value body;
  body.set("Functions", std::move(list));
  call->respond(200, body);
}

void handle_function_state(Context& context, const CallPtr& call) {
  const FunctionDefinition* const function = requested_function(context, call);
  if (function != nullptr) call->respond(200, state_of(context, *function));
}

void handle_function_logs(Context& context, const CallPtr& call) {
  const FunctionDefinition* const function = requested_function(context, call);
  if (function == nullptr) return;
  QueryReader query(call->request().query());
  const std::int64_t after = query.integer("After").value_or(0);
  const std::int64_t items = query.integer("MaxItems").value_or(log_page_default);
  if (query.failure()) return call->fail(*query.failure());
  if (after < 0) {
    return call->fail(validation_failure(std::to_string(after), "after",
                                         "Member must have value greater than or equal to 0"));
  }
  const auto items_max = static_cast<std::size_t>(std::clamp<std::int64_t>(items, 1, log_page_max));
  json::Value lines(json::Value::Array{});
  auto last = static_cast<std::uint64_t>(after);
  if (context.host != nullptr) {
    for (const functions::LogLine& line :
         context.host->log(function->name, static_cast<std::uint64_t>(after), items_max)) {
      lines.push_back(line_of(line));
      last = line.number;
    }
  }
  json::Value body;
  body.set("Lines", std::move(lines));
  body.set("Last", last);
  // Taken after the lines, so that it is never before one of them.
  body.set("Newest", context.host != nullptr ? context.host->last_log_number(function->name) : 0);
  body.set("Started", json::detail::iso_8601(context.started_at).value_or(""));
  call->respond(200, body);
}

}  // namespace durable::server
