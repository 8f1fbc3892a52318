// SPDX-License-Identifier: Apache-2.0
#include "server/api.h"

namespace durable::server {
namespace {

/// Whether a web page of another site sent the request: its user did not, and a server that starts
/// programs must not do what any page asks.
bool is_cross_origin(const http::Request& request) {
  const auto origin = http::find_header(request.headers, "Origin");
  if (!origin) return false;
  const auto host = http::find_header(request.headers, "Host");
  const std::size_t scheme = origin->find("://");
  return !host || scheme == std::string_view::npos || origin->substr(scheme + 3) != *host;
}

bool starts_something(Operation operation) {
  return operation == Operation::invoke || operation == Operation::start_durable_execution;
}

}  // namespace

std::string make_request_id(Random& random) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id = "00000000-0000-4000-8000-000000000000";
  std::uint64_t bits = 0;
  std::size_t used = 16;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (id[i] == '-' || i == 14) continue;
    if (used == 16) {
      bits = random.next();
      used = 0;
    }
    const auto digit = static_cast<std::size_t>(bits & 15U);
    id[i] = digits[i == 19 ? 8 + digit % 4 : digit];
    bits >>= 4U;
    ++used;
  }
  return id;
}

Api::Api(Context context, RequestVerifier* verifier, std::uint64_t seed)
    : context_(std::move(context)), verifier_(verifier), random_(seed) {
  context_.encoder = &encoder_;
}

std::optional<Failure> Api::refusal(const http::Request& request) const {
  if (is_cross_origin(request)) {
    return Failure{403, "AccessDeniedException", "Message",
                   "A web page of another origin may not use this server."};
  }
  return verifier_ != nullptr ? verifier_->refusal(request) : std::nullopt;
}

void Api::handle(http::Request request, http::Responder responder) {
  auto found = find_route(request.method, request.path());
  std::optional<Failure> failure = refusal(request);
  const auto call = std::make_shared<Call>(std::move(request), std::move(responder),
                                           make_request_id(random_), context_.book);
  if (failure) return call->fail(*failure);
  if (const auto* const unknown = std::get_if<Failure>(&found)) return call->fail(*unknown);
  auto& match = std::get<Match>(found);
  call->parameters = std::move(match.parameters);
  if (draining_ && starts_something(match.route->operation)) {
    return call->fail(Error{ErrorCode::unavailable, "The server is stopping."});
  }
  dispatch(match.route->operation, call);
}

http::Response Api::refuse(const http::Refusal& refusal) {
  http::Response response = to_response(failure_of(refusal));
  const std::string request_id = make_request_id(random_);
  add_common_headers(response, request_id);
  AccessRecord record{refusal.method, refusal.target, request_id, refusal.status};
  record.path = record.path.substr(0, record.path.find('?'));
  if (record.method.empty()) record.method = record.path = "-";
  enter(*context_.book, record);
  return response;
}

void Api::dispatch(Operation operation, const CallPtr& call) {
  using Op = Operation;
  switch (operation) {
    case Op::invoke:
      return handle_invoke(context_, call);
    case Op::checkpoint_durable_execution:
      return handle_checkpoint(context_, call);
    case Op::get_durable_execution:
      return handle_get(context_, call);
    case Op::get_durable_execution_history:
      return handle_history(context_, call);
    case Op::get_durable_execution_state:
      return handle_state(context_, call);
    case Op::stop_durable_execution:
      return handle_stop(context_, call);
    case Op::list_durable_executions_by_function:
      return handle_list(context_, call);
    case Op::send_durable_execution_callback_success:
      return handle_callback_success(context_, call);
    case Op::send_durable_execution_callback_failure:
      return handle_callback_failure(context_, call);
    case Op::send_durable_execution_callback_heartbeat:
      return handle_callback_heartbeat(context_, call);
    case Op::get_function:
      return handle_get_function(context_, call);
    case Op::get_function_configuration:
      return handle_get_function_configuration(context_, call);
    case Op::list_functions:
      return handle_list_functions(context_, call);
    case Op::start_durable_execution:
      return handle_start(context_, call);
    case Op::health:
      return handle_health(context_, call);
    case Op::metrics:
      return handle_metrics(context_, call);
    case Op::lambda_endpoint:
      return handle_lambda_endpoint(context_, call);
    case Op::list_durable_executions:
      return handle_list_of_local_runner(context_, call);
    case Op::list_all_executions:
      return handle_list_all(context_, call);
    case Op::list_function_states:
      return handle_function_states(context_, call);
    case Op::get_function_state:
      return handle_function_state(context_, call);
    case Op::get_function_logs:
      return handle_function_logs(context_, call);
  }
}

}  // namespace durable::server
