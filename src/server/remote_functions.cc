// SPDX-License-Identifier: Apache-2.0
#include "server/remote_functions.h"

#include "server/log_tail.h"

#include <durable/json/value.h>

namespace durable::server {
namespace {

using service::InvocationError;
using service::InvocationOutcome;

InvocationError error_of(std::string type, std::string message) {
  InvocationError failed;
  failed.error.error_type = std::move(type);
  failed.error.error_message = std::move(message);
  return failed;
}

std::optional<std::string> text_member(const json::Value& object, std::string_view name) {
  const json::Value* const member = object.find(name);
  const std::string* const text = member != nullptr ? member->as_string() : nullptr;
  return text != nullptr ? std::optional(*text) : std::nullopt;
}

/// The error payload of a function: errorMessage, errorType, stackTrace.
InvocationError function_error(const http::Response& response) {
  InvocationError failed;
  const Result<json::Value> body = json::Value::parse(response.body);
  if (!body || body->as_object() == nullptr) {
    return error_of("Unhandled", "The function failed without an error object.");
  }
  failed.error.error_message = text_member(*body, "errorMessage");
  failed.error.error_type = text_member(*body, "errorType");
  const json::Value* const trace = body->find("stackTrace");
  if (trace != nullptr && trace->as_array() != nullptr) {
    auto& lines = failed.error.stack_trace.emplace();
    for (const json::Value& line : *trace->as_array()) {
      if (line.as_string() != nullptr) lines.push_back(*line.as_string());
    }
  }
  failed.timed_out = failed.error.error_type == "Sandbox.Timedout";
  return failed;
}

InvocationError refusal(const http::Response& response) {
  const auto header = http::find_header(response.headers, "x-amzn-ErrorType");
  const Result<json::Value> body = json::Value::parse(response.body);
  std::optional<std::string> message;
  if (body) {
    message = text_member(*body, "message");
    if (!message) message = text_member(*body, "Message");
  }
  // A header has any bytes.
  return error_of(as_utf8(header.value_or("ServiceException")),
                  message.value_or("The Lambda endpoint answered with status " +
                                   std::to_string(response.status) + "."));
}

}  // namespace

InvocationOutcome outcome_of(const http::Response& response) {
  if (response.status < 200 || response.status > 299) return refusal(response);
  if (http::find_header(response.headers, "X-Amz-Function-Error")) return function_error(response);
  return service::InvocationAnswer{response.body};
}

RemoteFunctions::RemoteFunctions(http::Transport& transport, RemoteOptions options)
    : transport_(transport), options_(options) {}

RemoteFunctions::~RemoteFunctions() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    waiting_.clear();
    threads.swap(threads_);
  }
  wake_.notify_all();
  stop_.request_stop();
  for (std::thread& thread : threads) thread.join();
}

bool RemoteFunctions::invoke(std::string endpoint, service::Invocation invocation, Ended ended) {
  {
    const std::lock_guard lock(mutex_);
    if (ends_ || waiting_.size() >= options_.waiting_max) return false;
    waiting_.push_back({std::move(endpoint), std::move(invocation), std::move(ended)});
    if (idle_ < waiting_.size() && threads_.size() < options_.threads_max) {
      threads_.emplace_back([this] { work(); });
    }
  }
  wake_.notify_one();
  return true;
}

void RemoteFunctions::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    --idle_;
    if (ends_) return;
    const Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job.ended(call(job));
    lock.lock();
  }
}

InvocationOutcome RemoteFunctions::call(const Job& job) {
  const service::Invocation& invocation = job.invocation;
  http::OutboundRequest request;
  request.method = "POST";
  request.url = job.endpoint;
  while (request.url.ends_with('/')) request.url.pop_back();
  request.url +=
      "/2015-03-31/functions/" + http::percent_encode(invocation.target.name) + "/invocations";
  request.headers.push_back({"Content-Type", "application/json"});
  request.headers.push_back({"X-Amz-Invocation-Type", "RequestResponse"});
  if (invocation.tenant_id) request.headers.push_back({"X-Amz-Tenant-Id", *invocation.tenant_id});
  if (invocation.trace_header) {
    request.headers.push_back({"X-Amzn-Trace-Id", *invocation.trace_header});
  }
  if (invocation.client_context) {
    request.headers.push_back({"X-Amz-Client-Context", *invocation.client_context});
  }
  request.body = invocation.payload;
  request.stop = stop_.get_token();
  request.timeout = invocation.target.timeout + options_.margin;
  const Result<http::Response> response = transport_.send(request);
  // It repeats parts of the URL, which may have been given on a command line.
  if (!response) return error_of("ServiceException", as_utf8(response.error().message));
  return outcome_of(*response);
}

}  // namespace durable::server
