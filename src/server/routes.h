// SPDX-License-Identifier: Apache-2.0
//
// Which request means what: the route table as data.
#pragma once

#include "server/errors.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace durable::server {

/// What a client asks for. One handler each.
enum class Operation : std::uint8_t {
  invoke,
  checkpoint_durable_execution,
  get_durable_execution,
  get_durable_execution_history,
  get_durable_execution_state,
  stop_durable_execution,
  list_durable_executions_by_function,
  send_durable_execution_callback_success,
  send_durable_execution_callback_failure,
  send_durable_execution_callback_heartbeat,
  get_function,
  get_function_configuration,
  list_functions,
  start_durable_execution,
  health,
  metrics,
  lambda_endpoint,
  list_durable_executions,
  list_all_executions,
  list_function_states,
  get_function_state,
  get_function_logs,
};

struct Route {
  std::string_view method;
  std::string_view pattern;  ///< `{name}` stands for one segment of the path.
  Operation operation;
  std::string_view doc;
};

/// All routes, in the order in which docs list them.
[[nodiscard]] std::span<const Route> routes();

struct Match {
  const Route* route = nullptr;         ///< An element of `routes()`.
  std::vector<std::string> parameters;  ///< Percent-decoded, in the order of the pattern.
};

/// The route that a request means, or what it is answered: 404 for an unknown path, 405 for a
/// method that a path does not know, 400 for a broken escape.
[[nodiscard]] std::variant<Match, Failure> find_route(std::string_view method,
                                                      std::string_view path);

}  // namespace durable::server
