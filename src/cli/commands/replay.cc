// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
#include "cli/replay/record.h"
#include "testing/history_fold.h"
#include "testing/print.h"

#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <utility>

namespace durable::cli {
namespace {

Error unreadable(const std::string& file, const Error& error) {
  return {ErrorCode::invalid_usage,
          (file == "-" ? "standard input" : file) + " is no history: " + error.message +
              "\nA history is what `durable history ARN --json --include-data`, `aws lambda "
              "get-durable-execution-history --include-execution-data` or save_history writes."};
}

/// What keeps a history from being replayed; empty: nothing.
std::string incompleteness(const json::Value& text, const FoldedHistory& history) {
  for (const std::string_view name : {"NextMarker", "NextToken"}) {
    const json::Value* const marker = text.find(name);
    if (marker != nullptr && marker->as_string() != nullptr && !marker->as_string()->empty()) {
      return "it is a first part (it has a " + std::string(name) + "): export all of it";
    }
  }
  if (!history.truncated.empty()) return history.truncated.front();
  if (!history.has_data) return "it holds no data: export it with --include-data";
  return {};
}

Result<int> print_operations_json(const FoldedHistory& history, const std::string& arn,
                                  const std::string& problem, Session& session) {
  json::Value operations(json::Value::Array{});
  for (const wire::Operation& operation : history.operations) {
    const auto text = wire::encode(operation);
    if (!text) return text.error();
    auto value = with_text_times(*text);
    if (!value) return std::move(value).error();
    operations.push_back(*std::move(value));
  }
  json::Value body;
  if (!arn.empty()) body.set("DurableExecutionArn", arn);
  body.set("Status", to_string(history.status));
  if (!problem.empty()) body.set("Problem", problem);
  body.set("Operations", std::move(operations));
  session.print_json(body);
  return problem.empty() ? exit_success : exit_failed;
}

void print_replay_json(const ProcessReplay& replay, const std::string& arn, Session& session) {
  const ReplayReport& report = replay.report;
  json::Value body;
  body.set("Fits", report.ok());
  body.set("Function", replay.function);
  if (!arn.empty()) body.set("DurableExecutionArn", arn);
  if (!report.problem.empty()) body.set("Problem", report.problem);
  if (report.divergence) {
    json::Value& divergence = body.set("Divergence", json::Value());
    divergence.set("Where", report.divergence->where);
    if (replay.event_id != 0) divergence.set("EventId", replay.event_id);
    if (!report.divergence->operation_id.empty()) {
      divergence.set("OperationId", report.divergence->operation_id);
    }
    divergence.set("Recorded", report.divergence->recorded);
    divergence.set("Now", report.divergence->now);
  }
  if (!report.left_over.empty()) {
    json::Value& left_over = body.set("LeftOver", json::Value(json::Value::Array{}));
    for (const std::string& operation : report.left_over) left_over.push_back(operation);
  }
  body.set("Operations", report.operations);
  body.set("Invocations", replay.invocations);
  body.set("Ended", report.ended);
  session.print_json(body);
}

/// Runs the function against the record; only a whole one says something.
Result<int> replay_with_process(const ReplayCommand& command, std::vector<wire::Event> events,
                                const std::string& recorded_arn, const std::string& problem,
                                Session& session) {
  const std::string arn = command.execution_arn.value_or(recorded_arn);
  ProcessReplay replay;
  replay.report.problem = problem.empty() ? "" : "this history cannot be replayed: " + problem;
  if (problem.empty()) {
    const auto record = ReplayRecord::from(std::move(events));
    if (!record) return unreadable(command.file, record.error());
    auto made = session.world().replay(command, *record, arn, session.world());
    if (!made) return std::move(made).error();
    replay = *std::move(made);
  }
  replay.report.source = command.file == "-" ? "standard input" : command.file;
  if (session.options().json) {
    print_replay_json(replay, arn, session);
  } else {
    session.out() << replay.report.to_string() << "\n";
  }
  return replay.report.ok() ? exit_success : exit_failed;
}

}  // namespace

Result<int> run_replay(const ReplayCommand& command, Session& session) {
  const bool runs = command.function || command.template_file;
  if (!runs && (command.logs || command.timeout || command.execution_arn)) {
    return Error{ErrorCode::invalid_usage,
                 "--logs, --timeout and --execution-arn are about the function's process: expected "
                 "--function NAME=COMMAND or --template FILE as well"};
  }
  auto text = session.read({.file = command.file});
  if (!text) return std::move(text).error();
  const auto value = json::Value::parse(**text);
  if (!value) return unreadable(command.file, value.error());
  auto response = wire::decode<wire::GetDurableExecutionHistoryResponse>(**text);
  if (!response) return unreadable(command.file, response.error());
  const auto folded = fold_history(response->events);
  if (!folded) return unreadable(command.file, folded.error());
  const json::Value* const named = value->find("DurableExecutionArn");
  const std::string arn =
      named != nullptr && named->as_string() != nullptr ? *named->as_string() : "";
  const std::string problem = incompleteness(*value, *folded);
  if (runs) {
    return replay_with_process(command, std::move(response->events), arn, problem, session);
  }
  if (session.options().json) return print_operations_json(*folded, arn, problem, session);

  Timestamp latest = Timestamp::min();
  for (const wire::Event& event : response->events) {
    latest = std::max(latest, event.event_timestamp);
  }
  const auto record = record_of(std::move(response->events), arn, latest);
  if (!record) return unreadable(command.file, record.error());
  if (!arn.empty()) session.out() << session.out_style().dim(arn) << "\n";
  session.out() << summary(**record, session.out_style()) << "\n";
  print_operations(session.out(), **record, session.out_style());
  print_outcome(session.out(), **record, session.out_style());
  if (command.timeline) print_timeline(session.out(), **record);
  if (!problem.empty()) {
    session.err() << session.err_style().red("This history cannot be replayed: ") << problem
                  << "\n";
    return exit_failed;
  }
  session.err() << "Whole: --function NAME=COMMAND says whether your code still fits it, as does "
                   "replay_history_file(handler, file) in a test.\n";
  return exit_success;
}

}  // namespace durable::cli
