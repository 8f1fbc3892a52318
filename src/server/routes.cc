// SPDX-License-Identifier: Apache-2.0
#include "server/routes.h"

#include <algorithm>
#include <array>
#include <optional>

namespace durable::server {
namespace {

constexpr std::array route_table{
    Route{"POST", "/2015-03-31/functions/{FunctionName}/invocations", Operation::invoke,
          "Invoke: start an execution or call a plain function"},
    Route{"POST", "/2025-12-01/durable-executions/{DurableExecutionArn}/checkpoint",
          Operation::checkpoint_durable_execution, "CheckpointDurableExecution"},
    Route{"GET", "/2025-12-01/durable-executions/{DurableExecutionArn}",
          Operation::get_durable_execution, "GetDurableExecution"},
    Route{"GET", "/2025-12-01/durable-executions/{DurableExecutionArn}/history",
          Operation::get_durable_execution_history, "GetDurableExecutionHistory"},
    Route{"GET", "/2025-12-01/durable-executions/{DurableExecutionArn}/state",
          Operation::get_durable_execution_state, "GetDurableExecutionState"},
    Route{"POST", "/2025-12-01/durable-executions/{DurableExecutionArn}/stop",
          Operation::stop_durable_execution, "StopDurableExecution"},
    Route{"GET", "/2025-12-01/functions/{FunctionName}/durable-executions",
          Operation::list_durable_executions_by_function, "ListDurableExecutionsByFunction"},
    Route{"POST", "/2025-12-01/durable-execution-callbacks/{CallbackId}/succeed",
          Operation::send_durable_execution_callback_success,
          "SendDurableExecutionCallbackSuccess"},
    Route{"POST", "/2025-12-01/durable-execution-callbacks/{CallbackId}/fail",
          Operation::send_durable_execution_callback_failure,
          "SendDurableExecutionCallbackFailure"},
    Route{"POST", "/2025-12-01/durable-execution-callbacks/{CallbackId}/heartbeat",
          Operation::send_durable_execution_callback_heartbeat,
          "SendDurableExecutionCallbackHeartbeat"},
    Route{"GET", "/2015-03-31/functions/{FunctionName}", Operation::get_function, "GetFunction"},
    Route{"GET", "/2015-03-31/functions/{FunctionName}/configuration",
          Operation::get_function_configuration, "GetFunctionConfiguration"},
    Route{"GET", "/2015-03-31/functions", Operation::list_functions, "ListFunctions"},
    Route{"POST", "/start-durable-execution", Operation::start_durable_execution,
          "start an execution, as the SAM CLI does"},
    Route{"GET", "/health", Operation::health, "whether the server answers"},
    Route{"GET", "/metrics", Operation::metrics, "counters as Prometheus text"},
    Route{"PUT", "/lambda-endpoint", Operation::lambda_endpoint,
          "invoke functions through another endpoint from now on"},
    Route{"GET", "/2025-12-01/durable-executions", Operation::list_durable_executions,
          "executions of all functions, as local runners list them"},
    Route{"GET", "/durable/executions", Operation::list_all_executions,
          "executions of all functions"},
    Route{"GET", "/durable/functions", Operation::list_function_states,
          "functions with their processes"},
    Route{"GET", "/durable/functions/{FunctionName}", Operation::get_function_state,
          "one function with its processes"},
    Route{"GET", "/durable/functions/{FunctionName}/logs", Operation::get_function_logs,
          "log lines after a number"},
};

/// Takes the first segment off `path`, which begins with '/'.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

/// Appends the raw segments that stand for the pattern's parameters.
bool matches(std::string_view pattern, std::string_view path,
             std::vector<std::string_view>& parameters) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = take_segment(pattern);
    const std::string_view found = take_segment(path);
    if (!expected.empty() && expected.front() == '{') {
      if (found.empty()) return false;
      parameters.push_back(found);
    } else if (expected != found) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

Failure unknown_path(std::string_view path) {
  Failure failure{404, "UnknownOperationException", "message", ""};
  failure.message.append("No operation has the path ").append(path.substr(0, 256));
  failure.message.append(
      ". In a path, each ARN and callback id is one segment: its '/' is sent as %2F.");
  return failure;
}

/// The methods of all routes with this path; empty: there is none.
std::string_view methods_of(std::string_view path) {
  for (const Route& route : route_table) {
    std::vector<std::string_view> ignored;
    if (matches(route.pattern, path, ignored)) return route.method;
  }
  return {};
}

}  // namespace

std::span<const Route> routes() { return route_table; }

std::variant<Match, Failure> find_route(std::string_view method, std::string_view path) {
  if (path.empty() || path.front() != '/') return unknown_path(path);
  if (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  for (const Route& route : route_table) {
    std::vector<std::string_view> found;
    if (route.method != method || !matches(route.pattern, path, found)) continue;
    Match match{&route, {}};
    for (const std::string_view raw : found) {
      std::optional<std::string> value = http::percent_decode(raw);
      if (!value) {
        Failure failure{400, "MalformedRequestException", "message", ""};
        failure.message.append("The path has a broken percent escape in the segment ").append(raw);
        return failure;
      }
      match.parameters.push_back(std::move(*value));
    }
    return match;
  }
  const std::string_view allowed = methods_of(path);
  if (allowed.empty()) return unknown_path(path);
  Failure failure{405, "MethodNotAllowedException", "message", ""};
  failure.message.append("This path knows the method ").append(allowed).append(", found ");
  failure.message.append(method.substr(0, 32));
  failure.allow = allowed;
  return failure;
}

}  // namespace durable::server
