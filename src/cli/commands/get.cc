// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "cli/follow.h"
#include "cli/render.h"
#include "testing/print.h"

#include <durable/wire/json.h>
#include <durable/wire/names.h>

namespace durable::cli {
namespace {

void print_head(const wire::GetDurableExecutionResponse& execution, Session& session) {
  const Style& style = session.out_style();
  std::vector<Row> rows{{style.dim("name"), execution.durable_execution_name},
                        {style.dim("function"), execution.function_arn},
                        {style.dim("arn"), execution.durable_execution_arn},
                        {style.dim("started"), session.time_ms(execution.start_timestamp)}};
  if (execution.end_timestamp) {
    rows.push_back({style.dim("ended"), session.time_ms(*execution.end_timestamp)});
  }
  if (execution.input_payload) {
    rows.push_back({style.dim("input"), shorten(execution.input_payload->view())});
  }
  session.out() << table(rows);
}

}  // namespace

Result<int> run_get(const GetCommand& command, Session& session) {
  const auto arn = find_execution(session, command.execution);
  if (!arn) return arn.error();
  auto client = session.client();
  if (!client) return std::move(client).error();
  const auto execution =
      (*client)->get({.durable_execution_arn = *arn, .include_execution_data = true});
  if (!execution) return execution.error();
  if (session.options().json) {
    if (auto done = session.print_body(wire::encode(*execution)); !done) return done.error();
    return exit_success;
  }
  auto events = load_history(**client, *arn, true);
  if (!events) return std::move(events).error();
  const auto record = record_of(*std::move(events), *arn, session.now());
  if (!record) return record.error();
  print_head(*execution, session);
  session.out() << summary(**record, session.out_style()) << "\n";
  print_operations(session.out(), **record, session.out_style());
  print_outcome(session.out(), **record, session.out_style());
  return exit_success;
}

Result<int> run_history(const HistoryCommand& command, Session& session) {
  const auto arn = find_execution(session, command.execution);
  if (!arn) return arn.error();
  auto client = session.client();
  if (!client) return std::move(client).error();
  const bool json = session.options().json;
  // Without data the tree could not tell results, and a reader of the timeline wants errors.
  auto events = load_history(**client, *arn, command.include_data || !json);
  if (!events) return std::move(events).error();
  if (json) {
    if (command.reverse) std::reverse(events->begin(), events->end());
    const auto body =
        wire::encode(wire::GetDurableExecutionHistoryResponse{*std::move(events), std::nullopt});
    if (!body) return body.error();
    auto value = with_text_times(*body);
    if (!value) return std::move(value).error();
    json::Value whole;
    whole.set("DurableExecutionArn", *arn);  // for replay, like a test's saved history
    if (const json::Value* list = value->find("Events")) whole.set("Events", *list);
    session.print_json(whole);
    return exit_success;
  }
  const auto record = record_of(*std::move(events), *arn, session.now());
  if (!record) return record.error();
  session.out() << summary(**record, session.out_style()) << "\n";
  if (command.tree) {
    print_operations(session.out(), **record, session.out_style());
    print_outcome(session.out(), **record, session.out_style());
  } else if (command.reverse) {
    const auto& history = (*record)->history();
    for (auto event = history.rbegin(); event != history.rend(); ++event) {
      session.out() << timeline_line(*event, (*record)->outcome().start) << "\n";
    }
  } else {
    print_timeline(session.out(), **record);
  }
  return exit_success;
}

}  // namespace durable::cli
