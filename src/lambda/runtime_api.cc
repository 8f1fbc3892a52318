// SPDX-License-Identifier: Apache-2.0
#include "lambda/runtime_api.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace durable::lambda {
namespace {

constexpr std::string_view version_path = "/2018-06-01/runtime";
/// The host is on this machine; one that does not answer for so long is broken.
constexpr Duration post_timeout = std::chrono::seconds{30};
constexpr std::size_t quoted_size_max = 500;

std::optional<std::string> text_of(const http::Headers& headers, std::string_view name) {
  const auto value = http::find_header(headers, name);
  if (!value || value->empty()) return std::nullopt;
  return std::string(*value);
}

std::optional<Timestamp> time_of(const http::Headers& headers, std::string_view name) {
  const auto text = http::find_header(headers, name);
  if (!text) return std::nullopt;
  std::int64_t milliseconds = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), milliseconds);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size()) return std::nullopt;
  return Timestamp(Duration(milliseconds));
}

std::string status_text(const http::Response& response) {
  std::string text = "HTTP " + std::to_string(response.status);
  if (!response.body.empty()) text += ": " + response.body.substr(0, quoted_size_max);
  return text;
}

Posted::Verdict verdict_of(int status) noexcept {
  if (status >= 200 && status < 300) return Posted::Verdict::taken;
  if (status == 410) return Posted::Verdict::expired;
  if (status == 413) return Posted::Verdict::too_large;
  // 5xx means that the container cannot be used any more.
  return status >= 500 ? Posted::Verdict::broken : Posted::Verdict::refused;
}

http::Headers headers_for(const LambdaContext& invocation) {
  http::Headers headers;
  headers.push_back({"Content-Type", "application/json"});
  if (!invocation.invocation_id.empty()) {
    headers.push_back({"Lambda-Runtime-Invocation-Id", invocation.invocation_id});
  }
  return headers;
}

std::string path_of(const LambdaContext& invocation, std::string_view end) {
  return "/invocation/" + http::percent_encode(invocation.request_id) + std::string(end);
}

}  // namespace

RuntimeApi::RuntimeApi(http::Transport& transport, const std::string& host_and_port)
    : transport_(transport), base_("http://" + host_and_port + std::string(version_path)) {}

Result<Invocation> RuntimeApi::next() {
  http::OutboundRequest request;
  request.url = base_ + "/invocation/next";
  request.timeout = Duration::zero();
  Result<http::Response> response = transport_.send(request);
  if (!response) return std::move(response).error();
  if (response->status != 200) {
    return Error{ErrorCode::service_failure,
                 "GET " + request.url + ": expected HTTP 200, found " + status_text(*response)};
  }
  const http::Headers& headers = response->headers;
  Invocation invocation;
  LambdaContext& info = invocation.info;
  info.request_id = text_of(headers, "Lambda-Runtime-Aws-Request-Id").value_or("");
  if (info.request_id.empty()) {
    return Error{ErrorCode::service_failure,
                 "GET " + request.url +
                     ": the answer has no header Lambda-Runtime-Aws-Request-Id. Is "
                     "AWS_LAMBDA_RUNTIME_API the address of a Lambda Runtime API?"};
  }
  info.invocation_id = text_of(headers, "Lambda-Runtime-Invocation-Id").value_or("");
  info.function_arn = text_of(headers, "Lambda-Runtime-Invoked-Function-Arn").value_or("");
  info.deadline = time_of(headers, "Lambda-Runtime-Deadline-Ms");
  info.tenant_id = text_of(headers, "Lambda-Runtime-Aws-Tenant-Id");
  info.trace_header = text_of(headers, "Lambda-Runtime-Trace-Id");
  info.client_context = text_of(headers, "Lambda-Runtime-Client-Context");
  info.cognito_identity = text_of(headers, "Lambda-Runtime-Cognito-Identity");
  invocation.event = std::move(response->body);
  return invocation;
}

Posted RuntimeApi::respond(const LambdaContext& invocation, std::string body) {
  return post(path_of(invocation, "/response"), headers_for(invocation), std::move(body));
}

Posted RuntimeApi::fail(const LambdaContext& invocation, const ErrorReport& report) {
  http::Headers headers = headers_for(invocation);
  headers.push_back({"Lambda-Runtime-Function-Error-Type", report.header()});
  return post(path_of(invocation, "/error"), std::move(headers), report.body());
}

Posted RuntimeApi::fail_init(const ErrorReport& report) {
  http::Headers headers = headers_for({});
  headers.push_back({"Lambda-Runtime-Function-Error-Type", report.header()});
  return post("/init/error", std::move(headers), report.body());
}

Posted RuntimeApi::post(const std::string& path, http::Headers headers, std::string body) {
  http::OutboundRequest request;
  request.method = "POST";
  request.url = base_ + path;
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.timeout = post_timeout;
  const Result<http::Response> response = transport_.send(request);
  if (!response) return {Posted::Verdict::broken, response.error().message};
  const Posted::Verdict verdict = verdict_of(response->status);
  if (verdict == Posted::Verdict::taken) return {};
  return {verdict, "POST " + request.url + ": " + status_text(*response)};
}

}  // namespace durable::lambda
