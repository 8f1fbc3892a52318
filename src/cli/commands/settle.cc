// SPDX-License-Identifier: Apache-2.0
//
// What acts on a running execution: stop, and the three calls of a callback.
#include "cli/command_line.h"
#include "cli/commands/commands.h"

#include <durable/wire/json.h>

#include <utility>

namespace durable::cli {
namespace {

Result<int> said(const Result<void>& done, const std::string& what, Session& session) {
  if (!done) return done.error();
  if (session.options().json) {
    session.out() << "{}\n";
  } else {
    session.out() << what << "\n";
  }
  return exit_success;
}

}  // namespace

Result<int> run_stop(const StopCommand& command, Session& session) {
  const auto arn = find_execution(session, command.execution);
  if (!arn) return arn.error();
  auto client = session.client();
  if (!client) return std::move(client).error();
  const auto stopped =
      (*client)->stop({.durable_execution_arn = *arn, .error = error_of(command.error)});
  if (!stopped) return stopped.error();
  if (session.options().json) {
    if (auto done = session.print_body(wire::encode(*stopped)); !done) return done.error();
  } else {
    session.out() << "stopped at " << session.time_ms(stopped->stop_timestamp) << ": " << *arn
                  << "\n";
  }
  return exit_success;
}

Result<int> run_callback_succeed(const CallbackSucceedCommand& command, Session& session) {
  auto result = session.read(command.result);
  if (!result) return std::move(result).error();
  auto client = session.client();
  if (!client) return std::move(client).error();
  wire::SendDurableExecutionCallbackSuccessRequest request;
  request.callback_id = command.callback_id;
  if (*result) request.result = Payload(*std::move(*result));
  return said((*client)->callback_success(request), "callback succeeded", session);
}

Result<int> run_callback_fail(const CallbackFailCommand& command, Session& session) {
  auto client = session.client();
  if (!client) return std::move(client).error();
  return said((*client)->callback_failure(
                  {.callback_id = command.callback_id, .error = error_of(command.error)}),
              "callback failed, as asked", session);
}

Result<int> run_callback_heartbeat(const CallbackHeartbeatCommand& command, Session& session) {
  auto client = session.client();
  if (!client) return std::move(client).error();
  return said((*client)->callback_heartbeat({.callback_id = command.callback_id}), "heartbeat sent",
              session);
}

}  // namespace durable::cli
