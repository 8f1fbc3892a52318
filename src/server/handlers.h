// SPDX-License-Identifier: Apache-2.0
//
// One function for each operation: decode, ask the service, encode. They hold no state and decide
// nothing that the service decides.
#pragma once

#include "functions/host.h"
#include "http/server.h"
#include "server/call.h"
#include "server/catalog.h"
#include "server/encoder.h"
#include "server/function_registry.h"
#include "service/service.h"

#include <durable/base/time.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace durable::server {

/// What may differ from one server to another in how it answers.
struct ApiOptions {
  std::string account_id = "123456789012";
  std::string region = "us-east-1";
  /// Whether a durable function may be invoked without a qualifier. The service refuses that.
  bool allow_unqualified = false;
  /// Of an execution that is started synchronously. The service's.
  Duration synchronous_timeout_max = std::chrono::seconds{900};
  std::size_t request_response_bytes_max = 6 * 1024 * 1024;  ///< The service's.
  std::size_t event_bytes_max = 1024 * 1024;                 ///< The service's.
  /// Synchronous invokes that are held at the same time. Fewer than connections, since functions
  /// need some to say how their work goes, without which no held call would ever end.
  std::size_t held_max = 1'536;
};

/// What handlers use. All of it outlives every call.
struct Context {
  service::Service& service;
  service::Functions& functions;
  const Catalog& catalog;
  FunctionRegistry* registry;  ///< Null: endpoints cannot be changed.
  functions::Host* host;       ///< Null: there are no processes and no logs.
  http::Server& http;
  std::function<std::size_t()> connections;  ///< Open ones; empty: unknown.
  std::shared_ptr<CallBook> book;            ///< Owners: this, and each call.
  std::shared_ptr<Gate> gate;                ///< Owners: this, and tasks that run later.
  Timestamp started_at{};
  ApiOptions options;
  Encoder* encoder = nullptr;  ///< The API's own. Used on the service's thread.
};

// ---- Invoke ----
void handle_invoke(Context& context, const CallPtr& call);

// ---- Durable executions ----
void handle_checkpoint(Context& context, const CallPtr& call);
void handle_get(Context& context, const CallPtr& call);
void handle_history(Context& context, const CallPtr& call);
void handle_state(Context& context, const CallPtr& call);
void handle_stop(Context& context, const CallPtr& call);
void handle_list(Context& context, const CallPtr& call);
void handle_list_all(Context& context, const CallPtr& call);
void handle_callback_success(Context& context, const CallPtr& call);
void handle_callback_failure(Context& context, const CallPtr& call);
void handle_callback_heartbeat(Context& context, const CallPtr& call);

// ---- Functions ----
void handle_get_function(Context& context, const CallPtr& call);
void handle_get_function_configuration(Context& context, const CallPtr& call);
void handle_list_functions(Context& context, const CallPtr& call);
void handle_function_states(Context& context, const CallPtr& call);
void handle_function_state(Context& context, const CallPtr& call);
void handle_function_logs(Context& context, const CallPtr& call);

// ---- What local runners offer besides ----
void handle_start(Context& context, const CallPtr& call);
void handle_health(Context& context, const CallPtr& call);
void handle_metrics(Context& context, const CallPtr& call);
void handle_lambda_endpoint(Context& context, const CallPtr& call);
void handle_list_of_local_runner(Context& context, const CallPtr& call);

}  // namespace durable::server
