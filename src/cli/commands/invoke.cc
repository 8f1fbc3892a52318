// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/follow.h"
#include "cli/progress.h"
#include "cli/render.h"
#include "cli/text.h"
#include "testing/print.h"

#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <utility>

namespace durable::cli {
namespace {

/// The client measures its time by another clock, which may tick a little earlier.
constexpr Duration clock_rounding = std::chrono::milliseconds{10};

/// The qualifier that stands in the name itself: behind the seventh colon of an ARN, or behind the
/// only one of a name.
bool is_qualified(const InvokeCommand& command) {
  if (command.qualifier) return true;
  std::size_t colons = 0;
  for (const char c : command.function) colons += c == ':' ? 1 : 0;
  return command.function.starts_with("arn:") ? colons >= 7 : colons >= 1;
}

Result<wire::InvokeRequest> request_of(const InvokeCommand& command, Session& session) {
  wire::InvokeRequest request;
  request.function_name = command.function;
  request.qualifier = command.qualifier;
  request.durable_execution_name = command.name;
  request.tenant_id = command.tenant_id;
  auto payload = session.read(command.payload);
  if (!payload) return std::move(payload).error();
  if (!*payload) return request;
  const auto value = json::Value::parse(**payload);
  if (!value) {
    return Error{ErrorCode::invalid_usage,
                 "the payload is no JSON: " + value.error().message +
                     "\nA text needs quotes that the shell leaves alone: '\"World\"'"};
  }
  request.payload = Payload(*std::move(*payload));
  return request;
}

json::Value payload_value(const std::optional<Payload>& payload) {
  if (!payload) return nullptr;
  auto value = json::Value::parse(payload->view());
  return value ? *std::move(value) : json::Value(payload->view());
}

/// The answer of a call that waited for the end itself.
int print_answer(const wire::InvokeResponse& response, Session& session) {
  const bool failed = response.function_error.has_value();
  if (session.options().json) {
    json::Value body;
    body.set("StatusCode", response.status_code);
    if (failed) body.set("FunctionError", *response.function_error);
    if (response.executed_version) body.set("ExecutedVersion", *response.executed_version);
    if (response.durable_execution_arn) {
      body.set("DurableExecutionArn", *response.durable_execution_arn);
    }
    body.set("Payload", payload_value(response.payload));
    session.print_json(body);
  } else if (failed) {
    session.err() << session.err_style().red("the function failed: ")
                  << (response.payload ? response.payload->view() : *response.function_error)
                  << "\n";
  } else if (response.payload) {
    session.out() << response.payload->view() << "\n";
  }
  return failed ? exit_failed : exit_success;
}

Result<int> print_end(cloud::LambdaClient& client, const std::string& arn, Session& session) {
  auto execution = client.get({.durable_execution_arn = arn, .include_execution_data = true});
  if (!execution) return std::move(execution).error();
  const bool succeeded = execution->status == wire::ExecutionStatus::succeeded;
  const int exit_code = succeeded ? exit_success : exit_failed;
  if (session.options().json) {
    if (auto done = session.print_body(wire::encode(*execution)); !done) return done.error();
    return exit_code;
  }
  if (succeeded) {
    if (execution->result) session.out() << execution->result->view() << "\n";
    return exit_code;
  }
  const Style& style = session.err_style();
  session.err() << "execution " << style.status(to_string(execution->status));
  if (execution->end_timestamp) {
    session.err() << " after "
                  << format_duration(*execution->end_timestamp - execution->start_timestamp);
  }
  if (execution->error) session.err() << ": " << whole_error(*execution->error);
  session.err() << "\nWhat happened: durable get " << shell_word(arn) << "\n";
  return exit_code;
}

int say_still_running(const std::string& arn, Session& session) {
  session.err() << "the time to wait is over; the execution goes on\n"
                << "Follow it: durable watch " << shell_word(arn) << "\n"
                << "Stop it:   durable stop " << shell_word(arn) << "\n";
  return exit_still_runs;
}

int print_started(const wire::InvokeResponse& response, Session& session) {
  if (session.options().json) {
    json::Value body;
    body.set("StatusCode", response.status_code);
    if (response.executed_version) body.set("ExecutedVersion", *response.executed_version);
    if (response.durable_execution_arn) {
      body.set("DurableExecutionArn", *response.durable_execution_arn);
    }
    session.print_json(body);
  } else {
    session.out() << response.durable_execution_arn.value_or("started") << "\n";
  }
  return exit_success;
}

/// Starts the execution and follows its history: no request has to last as long as it does.
Result<int> start_and_follow(cloud::LambdaClient& client, wire::InvokeRequest request,
                             const InvokeCommand& command, Session& session) {
  request.invocation_type = wire::InvocationType::event;
  auto started = client.invoke(request);
  if (!started) {
    Error error = std::move(started).error();
    if (error.code == ErrorCode::request_too_large && !command.event) {
      error.message +=
          "\nA durable function is started as an Event. --sync makes one request that lasts until "
          "the end instead: at most 15 minutes, but up to 6 MB";
    }
    return error;
  }
  if (command.event) return print_started(*started, session);
  if (!started->durable_execution_arn) {
    return Error{ErrorCode::service_failure,
                 "the function was invoked, but the answer does not name its execution, so that "
                 "it cannot be followed. `durable list` shows it; --sync waits without following"};
  }
  const std::string& arn = *started->durable_execution_arn;
  if (!command.quiet) session.err() << session.err_style().dim("execution " + arn) << "\n";
  Progress progress(session, command.quiet);
  Follower follower(client, arn);
  auto ended = follow(
      session, follower, command.timeout,
      [&progress](const Follower&, std::span<const wire::Event> news) { progress.show(news); });
  progress.clear();
  if (!ended) return std::move(ended).error();
  if (!*ended) return say_still_running(arn, session);
  return print_end(client, arn, session);
}

}  // namespace

Result<int> run_invoke(const InvokeCommand& command, Session& session) {
  auto request = request_of(command, session);
  if (!request) return std::move(request).error();
  auto client = session.client(command.timeout);
  if (!client) return std::move(client).error();
  // Who may invoke may not always read the configuration; then one request has to do.
  const auto function = (*client)->function_configuration(command.function, command.qualifier);
  if (!function &&
      (function.error().retryable() || function.error().code == ErrorCode::resource_not_found)) {
    return function.error();
  }
  const bool durable = function && function->durable_config.has_value();
  if (durable && !is_qualified(command)) request->qualifier = "$LATEST";
  if ((durable && !command.sync) || command.event) {
    return start_and_follow(**client, *std::move(request), command, session);
  }
  const Timestamp start = session.now();
  auto response = (*client)->invoke(*request);
  if (response) return print_answer(*response, session);
  const Duration waited = session.now() - start + clock_rounding;
  const bool is_over = command.timeout && waited >= *command.timeout;
  if (!is_over || response.error().code != ErrorCode::unavailable) return response.error();
  session.err() << "the time to wait is over; the invocation goes on\n";
  return exit_still_runs;
}

}  // namespace durable::cli
