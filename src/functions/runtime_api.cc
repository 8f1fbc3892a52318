// SPDX-License-Identifier: Apache-2.0
#include "functions/runtime_api.h"

#include <durable/json/json.h>

#include "functions/log.h"

#include <algorithm>
#include <utility>

namespace durable::functions {
namespace {

constexpr std::string_view version_prefix = "/2018-06-01";
constexpr std::string_view next_path = "/runtime/invocation/next";
constexpr std::string_view init_error_path = "/runtime/init/error";
constexpr std::string_view invocation_prefix = "/runtime/invocation/";
constexpr std::string_view response_suffix = "/response";
constexpr std::string_view error_suffix = "/error";

/// Of an error's type and message; the rest of what a function says about it is dropped.
constexpr std::size_t failure_text_max = 256 * 1024;
constexpr std::size_t stack_lines_max = 1'000;

struct ErrorBody {
  std::string errorMessage;  // NOLINT(readability-identifier-naming): Lambda's names
  std::string errorType;     // NOLINT(readability-identifier-naming)
};

http::Response json_response(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

http::Response refusal(int status, std::string type, std::string message) {
  return reply_response({status, std::move(type), std::move(message)});
}

/// Cut between two characters: half of one is no UTF-8, and a history that holds it no JSON.
std::string shortened(const std::string& text) {
  std::size_t size = std::min(text.size(), failure_text_max);
  while (size > 0 && size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  return text.substr(0, size);
}

std::string text_of(const json::Value* value) {
  const std::string* const text = value == nullptr ? nullptr : value->as_string();
  if (text != nullptr) return shortened(*text);
  if (value == nullptr || value->is_null()) return {};
  const Result<std::string> dumped = value->dump();
  return dumped ? shortened(*dumped) : std::string();
}

std::vector<std::string> stack_of(const json::Value* value) {
  std::vector<std::string> result;
  const json::Value::Array* const lines = value == nullptr ? nullptr : value->as_array();
  if (lines == nullptr) return result;
  for (const json::Value& line : *lines) {
    if (result.size() == stack_lines_max) break;
    result.push_back(text_of(&line));
  }
  return result;
}

std::variant<RuntimeCall, http::Response> read_invocation_call(std::string_view path,
                                                               const http::Request& request) {
  RuntimeCall call;
  std::string_view suffix;
  if (path.ends_with(response_suffix)) {
    call.kind = CallKind::response;
    suffix = response_suffix;
  } else if (path.ends_with(error_suffix)) {
    call.kind = CallKind::error;
    suffix = error_suffix;
  }
  const std::size_t around = invocation_prefix.size() + suffix.size();
  if (suffix.empty() || path.size() <= around) {
    return refusal(404, "NotFound", "The Runtime API has no path " + std::string(request.path()));
  }
  call.ids.request_id = path.substr(invocation_prefix.size(), path.size() - around);
  call.ids.invocation_id = http::find_header(request.headers, "Lambda-Runtime-Invocation-Id");
  call.error_type = http::find_header(request.headers, "Lambda-Runtime-Function-Error-Type");
  return call;
}

}  // namespace

std::variant<RuntimeCall, http::Response> read_call(const http::Request& request) {
  std::string_view path = request.path();
  if (!path.starts_with(version_prefix)) {
    return refusal(404, "NotFound",
                   "The Runtime API is below " + std::string(version_prefix) + ", not at " +
                       std::string(path));
  }
  path.remove_prefix(version_prefix.size());
  std::variant<RuntimeCall, http::Response> call;
  std::string_view method = "POST";
  if (path == next_path) {
    call = RuntimeCall{CallKind::next, {}, {}};
    method = "GET";
  } else if (path == init_error_path) {
    call = RuntimeCall{CallKind::init_error,
                       {},
                       http::find_header(request.headers, "Lambda-Runtime-Function-Error-Type")};
  } else {
    call = read_invocation_call(path, request);
  }
  if (std::holds_alternative<RuntimeCall>(call) && request.method != method) {
    return refusal(405, "MethodNotAllowed",
                   "Expected " + std::string(method) + ", found " + request.method);
  }
  return call;
}

Failure read_failure(std::optional<std::string_view> error_type, const std::string& body) {
  Failure failure;
  const Result<json::Value> parsed = json::Value::parse(body);
  if (parsed && parsed->as_object() != nullptr) {
    failure.error_type = text_of(parsed->find("errorType"));
    failure.error_message = text_of(parsed->find("errorMessage"));
    failure.stack_trace = stack_of(parsed->find("stackTrace"));
  } else {
    failure.error_message = to_utf8(body.substr(0, failure_text_max));
  }
  if (failure.error_type.empty()) {
    failure.error_type = to_utf8(std::string(error_type.value_or("Runtime.Unknown")));
  }
  return failure;
}

http::Response reply_response(const Reply& reply) {
  if (reply.error_type.empty()) return json_response(reply.status, R"({"status":"OK"})");
  const ErrorBody body{to_utf8(reply.error_message), reply.error_type};
  return json_response(reply.status, json::write(body));
}

http::Response event_response(Deliver delivery, const std::string& arn, Timestamp deadline) {
  Event& event = delivery.event;
  http::Response response = json_response(200, std::move(event.payload));
  http::Headers& headers = response.headers;
  headers.push_back({"Lambda-Runtime-Aws-Request-Id", std::move(event.request_id)});
  headers.push_back(
      {"Lambda-Runtime-Deadline-Ms", std::to_string(deadline.time_since_epoch().count())});
  headers.push_back({"Lambda-Runtime-Invoked-Function-Arn", event.arn.value_or(arn)});
  headers.push_back({"Lambda-Runtime-Invocation-Id", std::move(delivery.invocation_id)});
  const auto add = [&](const char* name, std::optional<std::string>& value) {
    if (value) headers.push_back({name, std::move(*value)});
  };
  add("Lambda-Runtime-Trace-Id", event.trace_header);
  add("Lambda-Runtime-Client-Context", event.client_context);
  add("Lambda-Runtime-Aws-Tenant-Id", event.tenant_id);
  return response;
}

}  // namespace durable::functions
