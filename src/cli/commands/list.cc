// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "testing/print.h"

#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <algorithm>
#include <utility>

namespace durable::cli {
namespace {

constexpr std::size_t page_items_max = 1'000;  // the service's limit
constexpr std::size_t pages_max = 1'000;

/// Appends at most `command.limit` executions of one function.
Result<void> append(cloud::LambdaClient& client, const ListCommand& command,
                    const std::string& function, std::vector<wire::Execution>& executions) {
  wire::ListDurableExecutionsByFunctionRequest request;
  request.function_name = function;
  request.qualifier = command.qualifier;
  request.durable_execution_name = command.name;
  if (command.oldest_first) request.reverse_order = true;
  // The service takes one status; several are chosen from here.
  if (command.statuses.size() == 1) request.statuses = command.statuses;
  std::size_t found = 0;
  for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
    request.max_items = static_cast<std::int64_t>(std::min(command.limit, page_items_max));
    auto page = client.list(request);
    if (!page) return std::move(page).error();
    for (wire::Execution& execution : page->durable_executions) {
      const bool wanted =
          command.statuses.empty() || std::find(command.statuses.begin(), command.statuses.end(),
                                                execution.status) != command.statuses.end();
      if (!wanted) continue;
      executions.push_back(std::move(execution));
      if (++found == command.limit) return {};
    }
    if (!page->next_marker || page->next_marker->empty()) return {};
    request.marker = std::move(page->next_marker);
  }
  return {};
}

/// `order` of `arn:aws:lambda:us-east-1:123456789012:function:order:$LATEST`.
std::string function_name(const std::string& arn) {
  const std::size_t begin = arn.find(":function:");
  if (begin == std::string::npos) return arn;
  const std::string name = arn.substr(begin + 10);
  return name.substr(0, name.find(':'));
}

void print_table(const std::vector<wire::Execution>& executions, Session& session) {
  if (executions.empty()) {
    session.err() << "no executions\n";
    return;
  }
  const Style& style = session.out_style();
  std::vector<Row> rows{{style.bold("STATUS"), style.bold("STARTED"), style.bold("DURATION"),
                         style.bold("FUNCTION"), style.bold("NAME"), style.bold("ARN")}};
  for (const wire::Execution& execution : executions) {
    const Timestamp end = execution.end_timestamp.value_or(session.now());
    rows.push_back({style.status(to_string(execution.status)),
                    session.time(execution.start_timestamp),
                    format_duration(std::max(Duration{}, end - execution.start_timestamp)),
                    function_name(execution.function_arn), execution.durable_execution_name,
                    style.dim(execution.durable_execution_arn)});
  }
  session.out() << table(rows);
}

}  // namespace

Result<int> run_list(const ListCommand& command, Session& session) {
  auto client = session.client();
  if (!client) return std::move(client).error();
  std::vector<std::string> functions;
  if (command.function) {
    functions.push_back(*command.function);
  } else {
    auto all = (*client)->list_functions();
    if (!all) return std::move(all).error();
    for (const cloud::FunctionConfiguration& function : *all) {
      if (function.durable_config) functions.push_back(function.function_name);
    }
  }
  std::vector<wire::Execution> executions;
  for (const std::string& function : functions) {
    if (auto done = append(**client, command, function, executions); !done) return done.error();
  }
  std::stable_sort(executions.begin(), executions.end(),
                   [&command](const wire::Execution& a, const wire::Execution& b) {
                     return command.oldest_first ? a.start_timestamp < b.start_timestamp
                                                 : b.start_timestamp < a.start_timestamp;
                   });
  if (executions.size() > command.limit) executions.resize(command.limit);
  if (session.options().json) {
    auto done = session.print_body(wire::encode(
        wire::ListDurableExecutionsByFunctionResponse{std::move(executions), std::nullopt}));
    if (!done) return done.error();
  } else {
    print_table(executions, session);
  }
  return exit_success;
}

}  // namespace durable::cli
