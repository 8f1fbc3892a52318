// SPDX-License-Identifier: Apache-2.0
//
// What is asked about functions: which there are, and what their processes print.
#include "cli/command_line.h"
#include "cli/commands/commands.h"
#include "json/time_text.h"
#include "testing/print.h"

#include <durable/json/codec.h>

#include <algorithm>
#include <utility>

namespace durable::cli {
namespace {

constexpr std::uint64_t log_page = 1'000;
constexpr Duration log_pause = std::chrono::milliseconds{500};
constexpr std::uint32_t log_failures_max = 10;  // one after another

std::string seconds(std::optional<std::int64_t> count) {
  return count ? format_duration(std::chrono::seconds{*count}) : std::string("-");
}

std::string text_of(const json::Value& object, std::string_view name) {
  const json::Value* const member = object.find(name);
  return member != nullptr && member->as_string() != nullptr ? *member->as_string() : "";
}

/// What the local server tells of a function besides Lambda's API.
struct ProcessState {
  std::string function;
  std::string processes;    ///< `2 started, 1 running, 0 waiting`
  std::string attach_line;  ///< Empty: the server starts its processes.
};

std::vector<ProcessState> process_states(cloud::LambdaClient& client) {
  std::vector<ProcessState> states;
  const auto answer = client.call("GET", "/durable/functions", "");
  if (!answer) return states;  // another endpoint than ours, which has no processes to tell of
  const auto body = json::Value::parse(answer->body);
  const json::Value* const list = body ? body->find("Functions") : nullptr;
  if (list == nullptr || list->as_array() == nullptr) return states;
  for (const json::Value& function : *list->as_array()) {
    const auto count = [&function](std::string_view name) {
      const json::Value* const member = function.find(name);
      return std::to_string(member != nullptr ? member->as_integer().value_or(0) : 0);
    };
    states.push_back({text_of(function, "FunctionName"),
                      count("Processes") + " started, " + count("Running") + " running, " +
                          count("Waiting") + " waiting",
                      text_of(function, "AttachLine")});
  }
  return states;
}

void print_table(const std::vector<cloud::FunctionConfiguration>& functions,
                 const std::vector<ProcessState>& states, Session& session) {
  const Style& style = session.out_style();
  std::vector<Row> rows{{style.bold("FUNCTION"), style.bold("DURABLE"), style.bold("TIMEOUT"),
                         style.bold("EXECUTION TIMEOUT"), style.bold("RETENTION")}};
  if (!states.empty()) rows.front().push_back(style.bold("PROCESSES"));
  for (const cloud::FunctionConfiguration& function : functions) {
    const auto& durable = function.durable_config;
    std::string retention = "-";
    if (durable && durable->retention_period_in_days) {
      retention = std::to_string(*durable->retention_period_in_days) + "d";
    }
    Row& row = rows.emplace_back(
        Row{function.function_name, durable ? "yes" : "no", seconds(function.timeout),
            durable ? seconds(durable->execution_timeout) : "-", std::move(retention)});
    const auto state =
        std::find_if(states.begin(), states.end(), [&function](const ProcessState& known) {
          return known.function == function.function_name;
        });
    if (state != states.end()) row.push_back(state->processes);
  }
  session.out() << table(rows);
  for (const ProcessState& state : states) {
    if (state.attach_line.empty()) continue;
    session.out() << "attach " << state.function << ": " << state.attach_line << "\n";
  }
}

void print_line(const json::Value& line, Session& session) {
  if (session.options().json) {
    const auto text = line.dump();
    session.out() << (text ? *text : "{}") << "\n";
    return;
  }
  const Style& style = session.out_style();
  const auto time = json::detail::parse_iso_8601(text_of(line, "Time"));
  session.out() << style.dim(time ? session.time_ms(*time) : text_of(line, "Time")) << "  ";
  const std::string text = text_of(line, "Text");
  session.out() << (text_of(line, "Stream") == "stderr" ? style.red(text) : text) << "\n";
}

struct LogPage {
  json::Value::Array lines;
  std::uint64_t last = 0;    ///< Number of the last one.
  std::uint64_t newest = 0;  ///< Of the last one that the server has.
  std::string started;       ///< When the server was, which counts lines from then on.
};

/// Reads what a function prints, from one number to the next.
class LogReader {
 public:
  LogReader(cloud::LambdaClient& client, std::string function, Session& session)
      : client_(client), function_(std::move(function)), session_(session) {}

  /// Number of the newest line, and from now on the reader stands `lines` before it.
  Result<std::uint64_t> stand_before_end(std::uint64_t lines) {
    const auto page = load(0, 1);
    if (!page) return page.error();
    last_ = page->newest - std::min(page->newest, lines);
    started_ = page->started;
    return page->newest;
  }
  /// Prints the next lines, at most so many, and no more than a page; gives their count.
  Result<std::uint64_t> print_some(std::uint64_t lines_max) {
    auto page = load(last_, std::min(lines_max, log_page));
    if (page && page->started != started_) {
      session_.err()
          << "durable: the server was started again; what it printed before is gone, and "
             "this is its log from the beginning\n";
      started_ = page->started;
      last_ = 0;
      page = load(last_, log_page);
    }
    if (!page) return std::move(page).error();
    if (const std::uint64_t kept = last_ + page->lines.size(); page->last > kept) {
      session_.err() << "durable: " << page->last - kept
                     << " lines are missing here: more were printed than the server keeps\n";
    }
    for (const json::Value& line : page->lines) print_line(line, session_);
    session_.out() << std::flush;
    last_ = page->last;
    return page->lines.size();
  }
  [[nodiscard]] std::uint64_t last() const noexcept { return last_; }

 private:
  Result<LogPage> load(std::uint64_t after, std::uint64_t lines_max) {
    const auto answer = client_.call("GET",
                                     "/durable/functions/" + http::percent_encode(function_) +
                                         "/logs?After=" + std::to_string(after) +
                                         "&MaxItems=" + std::to_string(lines_max),
                                     "");
    if (!answer) return answer.error();
    const auto body = json::Value::parse(answer->body);
    const json::Value* const lines = body ? body->find("Lines") : nullptr;
    const json::Value* const last = body ? body->find("Last") : nullptr;
    const json::Value* const newest = body ? body->find("Newest") : nullptr;
    if (lines == nullptr || lines->as_array() == nullptr || last == nullptr || newest == nullptr) {
      return Error{ErrorCode::service_failure,
                   "the answer holds no log lines; is the endpoint a `durable server`?"};
    }
    return LogPage{*lines->as_array(), last->as_unsigned().value_or(after),
                   newest->as_unsigned().value_or(0), text_of(*body, "Started")};
  }

  cloud::LambdaClient& client_;
  const std::string function_;
  Session& session_;
  std::uint64_t last_ = 0;  // number of the last line that was printed, or left out
  std::string started_;     // as in the last page
};

/// Until it cannot be asked any more; a server that is started again is waited for.
Error follow_log(LogReader& reader, Session& session) {
  std::uint64_t printed = 0;
  for (std::uint32_t failures = 0;;) {
    if (printed < log_page) session.world().pause(log_pause);
    const auto more = reader.print_some(log_page);
    if (!more && (!more.error().retryable() || ++failures == log_failures_max)) return more.error();
    if (more) failures = 0;
    printed = more ? *more : 0;
  }
}

}  // namespace

Result<int> run_functions(Session& session) {
  auto client = session.client();
  if (!client) return std::move(client).error();
  const auto functions = (*client)->list_functions();
  if (!functions) return functions.error();
  if (session.options().json) {
    json::Value list(json::Value::Array{});
    for (const cloud::FunctionConfiguration& function : *functions) {
      const auto text = json::encode(function);
      if (!text) return text.error();
      auto value = json::Value::parse(*text);
      if (value) list.push_back(*std::move(value));
    }
    json::Value body;
    body.set("Functions", std::move(list));
    session.print_json(body);
    return exit_success;
  }
  if (functions->empty()) {
    session.err() << "no functions\n";
    return exit_success;
  }
  const bool asks_processes = !is_aws(session.endpoint().url);
  print_table(*functions, asks_processes ? process_states(**client) : std::vector<ProcessState>{},
              session);
  return exit_success;
}

Result<int> run_logs(const LogsCommand& command, Session& session) {
  auto client = session.client();
  if (!client) return std::move(client).error();
  if (is_aws(session.endpoint().url)) {
    return Error{ErrorCode::invalid_usage,
                 "logs are asked of a `durable server`, and " + session.endpoint().url +
                     " is AWS, where they are in CloudWatch: aws logs tail /aws/lambda/" +
                     command.function};
  }
  LogReader reader(**client, command.function, session);
  const auto newest = reader.stand_before_end(command.tail);
  if (!newest) return newest.error();
  // As far as the function had come, which may print faster than can be read.
  while (reader.last() < *newest) {
    const std::uint64_t before = reader.last();
    const auto printed = reader.print_some(*newest - before);
    if (!printed) return printed.error();
    if (reader.last() <= before) break;
  }
  if (!command.follow) return exit_success;
  return follow_log(reader, session);
}

}  // namespace durable::cli
