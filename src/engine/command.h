// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/limits.h"

#include <durable/base/boxed.h>
#include <durable/base/payload.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace durable::engine {

/// How an execution was started; it decides the size limits of its input and result.
enum class StartedBy : std::uint8_t { request_response, event };

/// Starts an execution. Only for an `Execution` that nothing has happened to yet.
struct StartExecution {
  std::string arn;  ///< Its text after the last '/' is the id of the EXECUTION operation.
  std::string name;
  std::string function_arn;  ///< With its version.
  std::string version;
  std::optional<Payload> input;
  Duration execution_timeout =
      std::chrono::seconds{Limits::year_s};  ///< Whole seconds, from 1 second to a year.
  StartedBy started_by = StartedBy::request_response;
  /// Makes tokens and callback ids hard to guess. From the host, since the engine has no chance.
  std::uint64_t token_secret = 0;
  Settings settings;
};

/// The host begins an invocation that the engine wanted (`Invoke`). Refused when none is wanted or
/// its time has not come.
struct StartInvocation {
  std::string request_id;
};

/// The running invocation records updates; with none it only asks what has changed.
struct Checkpoint {
  std::string token;
  std::vector<wire::OperationUpdate> updates;
  std::optional<std::string> client_token;
};

/// The host was interrupted and cannot know how an invocation ended. It is repeated at once, and
/// uses up nothing of what `InvocationRetryPolicy` and the quota of operations allow.
struct InvocationLost {
  wire::ErrorObject error;  ///< What the history shows.
};

/// The running invocation has ended: with the function's answer, or with the error of an invocation
/// that gave none (`Runtime.ExitError`, `Sandbox.Timedout`, an error thrown to the runtime).
struct EndInvocation {
  std::string request_id;
  std::variant<wire::InvocationOutput, wire::ErrorObject, InvocationLost> outcome;
};

struct CallbackSuccess {
  std::optional<Payload> result;
};
struct CallbackFailure {
  wire::ErrorObject error;
};
/// Somebody outside completes a callback.
struct CompleteCallback {
  std::string callback_id;
  std::variant<CallbackSuccess, CallbackFailure> outcome;
};

/// Somebody outside says that the work behind a callback is alive.
struct HeartbeatCallback {
  std::string callback_id;
};

/// The host has started what a CHAINED_INVOKE asked for. It may be left out when the host completes
/// the operation at once.
struct ChainedInvokeStarted {
  std::string operation_id;
  std::optional<std::string> executed_version;
  std::optional<std::string> durable_execution_arn;  ///< When the target is a durable function.
};

/// What a CHAINED_INVOKE asked for has ended.
struct CompleteChainedInvoke {
  enum class Status : std::uint8_t { succeeded, failed, timed_out, stopped };
  std::string operation_id;
  Status status = Status::succeeded;
  std::optional<Payload> result;  ///< With `succeeded`.
  wire::ErrorObject error;        ///< With every other status.
};

/// Stops the execution. A closed execution stays as it is; that is no error.
struct Stop {
  Boxed<wire::ErrorObject> error;
};

/// Time has passed: fires all that is due.
struct Tick {};

/// What may happen to an execution. A closed set: a new member does not compile until every visitor
/// handles it.
using Command =
    std::variant<StartExecution, StartInvocation, Checkpoint, EndInvocation, CompleteCallback,
                 HeartbeatCallback, ChainedInvokeStarted, CompleteChainedInvoke, Stop, Tick>;

}  // namespace durable::engine
