// SPDX-License-Identifier: Apache-2.0
#include "server/function_registry.h"

#include "engine/base64.h"
#include "server/log_tail.h"

namespace durable::server {
namespace {

using service::InvocationOutcome;

InvocationOutcome outcome_of(functions::Outcome outcome) {
  if (auto* const answer = std::get_if<functions::Answer>(&outcome)) {
    return service::InvocationAnswer{std::move(answer->payload)};
  }
  auto& failure = std::get<functions::Failure>(outcome);
  service::InvocationError failed;
  failed.timed_out = failure.timed_out;
  // It may come from a header, which has any bytes.
  if (!failure.error_type.empty()) failed.error.error_type = as_utf8(failure.error_type);
  failed.error.error_message = std::move(failure.error_message);
  if (!failure.stack_trace.empty()) failed.error.stack_trace = std::move(failure.stack_trace);
  return failed;
}

InvocationOutcome failure(std::string type, std::string message) {
  service::InvocationError failed;
  failed.error.error_type = std::move(type);
  failed.error.error_message = std::move(message);
  return failed;
}

Result<void> check_url(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    const bool has_host = url.size() > scheme.size() && url[scheme.size()] != '/';
    const bool is_plain = url.find_first_of(" \t\r\n?#") == std::string_view::npos;
    if (url.starts_with(scheme) && has_host && is_plain) return {};
  }
  return Error{ErrorCode::invalid_parameter,
               "Lambda endpoint: expected a URL such as http://127.0.0.1:3001, found \"" +
                   std::string(url.substr(0, 256)) + "\""};
}

}  // namespace

FunctionRegistry::FunctionRegistry(const Catalog& catalog, functions::Host& host,
                                   RemoteFunctions& remote, Defer defer,
                                   service::DurableConfig default_config)
    : catalog_(catalog),
      host_(host),
      remote_(remote),
      defer_(std::move(defer)),
      default_config_(default_config) {}

Result<service::FunctionTarget> FunctionRegistry::resolve(
    std::string_view function, std::optional<std::string_view> qualifier) const {
  const Result<FunctionReference> reference = parse_function(function, qualifier);
  if (!reference) return reference.error();
  const FunctionDefinition* const known = catalog_.find(reference->name);
  std::string version = Catalog::version_of(known, reference->qualifier);
  if (known != nullptr) return catalog_.target(*known, std::move(version));
  if (endpoint_of(reference->name).empty()) return catalog_.not_found(*reference);
  FunctionDefinition unknown;
  unknown.name = reference->name;
  if (reference->qualifier) unknown.durable = default_config_;
  return catalog_.target(unknown, std::move(version));
}

void FunctionRegistry::invoke(service::Invocation invocation,
                              std::function<void(InvocationOutcome)> ended) {
  ++*running_;
  auto counted = [running = running_, ended = std::move(ended)](InvocationOutcome outcome) {
    --*running;
    ended(std::move(outcome));
  };
  std::string endpoint = endpoint_of(invocation.target.name);
  if (endpoint.empty()) return run_here(std::move(invocation), std::move(counted));
  if (!remote_.invoke(std::move(endpoint), std::move(invocation), counted)) {
    defer_([counted] {
      counted(failure("TooManyRequestsException",
                      "Too many invocations wait for the Lambda endpoint."));
    });
  }
}

void FunctionRegistry::run_here(service::Invocation invocation,
                                std::function<void(InvocationOutcome)> ended) {
  if (catalog_.find(invocation.target.name) == nullptr) {
    // An execution of a function that this server was started without.
    defer_([ended = std::move(ended), arn = std::move(invocation.target.arn)] {
      ended(failure("ResourceNotFoundException", "Function not found: " + arn));
    });
    return;
  }
  functions::Event event;
  event.request_id = std::move(invocation.request_id);
  event.payload = std::move(invocation.payload);
  event.arn = std::move(invocation.target.arn);
  event.tenant_id = std::move(invocation.tenant_id);
  event.trace_header = std::move(invocation.trace_header);
  if (invocation.client_context) {
    // As it came it is base64; the Runtime API shows the JSON text.
    event.client_context = engine::from_base64(*invocation.client_context);
  }
  host_.invoke(invocation.target.name, std::move(event),
               [ended = std::move(ended)](functions::Outcome outcome) {
                 ended(outcome_of(std::move(outcome)));
               });
}

Result<void> FunctionRegistry::set_endpoint(std::string url) {
  if (!url.empty()) {
    Result<void> valid = check_url(url);
    if (!valid) return valid;
  }
  const std::lock_guard lock(mutex_);
  endpoint_ = std::move(url);
  return {};
}

Result<void> FunctionRegistry::set_endpoint_of(std::string_view function, std::string url) {
  Result<void> valid = check_url(url);
  if (!valid) return valid;
  const std::lock_guard lock(mutex_);
  const auto found = own_endpoints_.find(function);
  if (found != own_endpoints_.end()) {
    found->second = std::move(url);
  } else if (own_endpoints_.size() < own_endpoints_max) {
    own_endpoints_.emplace(function, std::move(url));
  } else {
    return Error{ErrorCode::too_many_requests,
                 "Too many functions have an endpoint of their own; restart the server."};
  }
  return {};
}

std::string FunctionRegistry::endpoint() const {
  const std::lock_guard lock(mutex_);
  return endpoint_;
}

std::string FunctionRegistry::endpoint_of(std::string_view function) const {
  const std::lock_guard lock(mutex_);
  const auto found = own_endpoints_.find(function);
  return found != own_endpoints_.end() ? found->second : endpoint_;
}

}  // namespace durable::server
