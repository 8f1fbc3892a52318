// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/render.h"
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

}  // namespace

Result<int> run_replay(const ReplayCommand& command, Session& session) {
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
  session.err() << "Whole: replay_history_file(handler, file) in a test says whether your code "
                   "still fits it.\n";
  return exit_success;
}

}  // namespace durable::cli
