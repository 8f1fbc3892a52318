// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/replay.h>

#include "testing/history_fold.h"
#include "testing/print.h"
#include "testing/replay_words.h"

#include <durable/json/value.h>
#include <durable/sdk/invocation.h>
#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace durable {
namespace {

constexpr std::string_view made_up_arn =
    "arn:aws:lambda:us-east-1:123456789012:function:replay:$LATEST/durable-execution/replay/0";
constexpr std::size_t left_over_shown = 20;

/// The service of a replay, which has told everything before it begins.
class NoService final : public ServiceClient {
 public:
  void checkpoint(wire::CheckpointDurableExecutionRequest, CheckpointDone done) override {
    done(refusal());
  }
  Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest&) override {
    return refusal();
  }

 private:
  static Error refusal() { return {ErrorCode::invalid_usage, "a replay sends nothing"}; }
};

struct ReadHistory {
  FoldedHistory history;
  std::string execution_arn;  // empty: not told
};

/// What is wrong with the text around the events, if anything is.
std::string incompleteness(const wire::GetDurableExecutionHistoryResponse& response,
                           const json::Value& text) {
  const bool marked = response.next_marker && !response.next_marker->empty();
  if (!marked && text.find("NextToken") == nullptr) return {};
  return "the history is a first part of one (it has a " +
         std::string(marked ? "NextMarker" : "NextToken") +
         "): export all of it, without --max-items and --no-paginate";
}

Result<ReadHistory> read_history(std::string_view text) {
  auto response = wire::decode<wire::GetDurableExecutionHistoryResponse>(text);
  if (!response) return std::move(response).error();
  const auto value = json::Value::parse(text);
  if (!value) return value.error();
  if (std::string why = incompleteness(*response, *value); !why.empty()) {
    return Error{ErrorCode::invalid_parameter, std::move(why)};
  }
  ReadHistory read;
  const json::Value* arn = value->find("DurableExecutionArn");
  if (arn != nullptr && arn->as_string() != nullptr) read.execution_arn = *arn->as_string();
  auto folded = fold_history(std::move(response->events));
  if (!folded) return std::move(folded).error();
  read.history = *std::move(folded);
  return read;
}

std::string truncation(const FoldedHistory& history) {
  if (history.truncated.empty()) return {};
  std::string text = "the history does not hold all data: " + history.truncated.front();
  if (history.truncated.size() > 1) {
    text += ", and " + std::to_string(history.truncated.size() - 1) + " more";
  }
  return text +
         ". Export it with --include-execution-data; what the service cut off even so cannot "
         "be replayed";
}

std::string in_words(wire::InvocationOutputStatus status, const std::optional<Payload>& result,
                     const Boxed<wire::ErrorObject>& error) {
  if (status == wire::InvocationOutputStatus::succeeded) {
    return "SUCCEEDED with " + shorten(result ? result->view() : std::string_view("no result"));
  }
  return "FAILED with " + (error ? format_error(*error) : std::string("no error"));
}

/// Whether a failure shows that the code does not fit the record, also where the record does not
/// tell how the execution ends.
bool shows_misfit(const Boxed<wire::ErrorObject>& error) {
  constexpr std::array<std::string_view, 4> types{"NonDeterministicExecutionError", "SerDesError",
                                                  "UsageError", "InvalidStateError"};
  return error && error->error_type &&
         std::find(types.begin(), types.end(), *error->error_type) != types.end();
}

}  // namespace

bool has_ended(const FoldedHistory& history) {
  return history.status == wire::ExecutionStatus::succeeded ||
         history.status == wire::ExecutionStatus::failed;
}

std::string describe_end(const wire::InvocationOutput& output) {
  return in_words(output.status, output.result, output.error);
}

std::optional<ReplayDivergence> compare_ends(const FoldedHistory& history,
                                             const wire::InvocationOutput& output) {
  using Status = wire::InvocationOutputStatus;
  const auto divergence = [&](std::string recorded) {
    return ReplayDivergence{
        "the end of the handler", {}, std::move(recorded), describe_end(output)};
  };
  if (!has_ended(history)) {
    if (!shows_misfit(output.error)) return std::nullopt;
    return divergence("an execution that goes on");
  }
  const bool succeeded = history.status == wire::ExecutionStatus::succeeded;
  const std::string recorded =
      in_words(succeeded ? Status::succeeded : Status::failed, history.result, history.error);
  if (succeeded != (output.status == Status::succeeded)) return divergence(recorded);
  if (succeeded) {
    const auto text = [](const std::optional<Payload>& payload) {
      return payload ? payload->view() : std::string_view("null");
    };
    if (json::same_value(text(history.result), text(output.result))) return std::nullopt;
    return divergence(recorded);
  }
  const wire::ErrorObject now = output.error ? *output.error : wire::ErrorObject{};
  const wire::ErrorObject& then = *history.error;
  const bool same = (!then.error_type || then.error_type == now.error_type) &&
                    (!then.error_message || then.error_message == now.error_message);
  return same ? std::nullopt : std::optional(divergence(recorded));
}

std::string describe_recorded(const FoldedHistory& history, std::string_view id) {
  const auto find = [&history](std::string_view wanted) -> const wire::Operation* {
    const auto found =
        std::find_if(history.operations.begin(), history.operations.end(),
                     [wanted](const wire::Operation& one) { return one.id == wanted; });
    return found != history.operations.end() ? &*found : nullptr;
  };
  const wire::Operation* const operation = find(id);
  if (operation == nullptr) return "operation " + std::string(id);
  std::string path;
  for (const wire::Operation* at = operation; at != nullptr;
       at = at->parent_id ? find(*at->parent_id) : nullptr) {
    const bool named = at->name && !at->name->empty();
    std::string part = named ? *at->name : std::string(wire::to_string(at->type)) + " " + at->id;
    path = path.empty() ? std::move(part) : part + "/" + path;
  }
  return std::string(wire::to_string(operation->type)) + " \"" + path + "\" (id " + operation->id +
         ", " + std::string(wire::to_string(operation->status)) + ")";
}

namespace {

void replay(const Handler& handler, const ReadHistory& read, const ReplayOptions& options,
            ReplayReport& report) {
  const FoldedHistory& history = read.history;
  wire::InvocationInput input;
  input.durable_execution_arn = !options.execution_arn.empty() ? options.execution_arn
                                : !read.execution_arn.empty()  ? read.execution_arn
                                                               : std::string(made_up_arn);
  input.checkpoint_token = "replay";
  input.initial_execution_state.operations = history.operations;

  NoService service;
  ReplayCheck check;
  InvocationEnvironment environment;
  environment.request_id = "replay";
  environment.replay_check = &check;
  const InvocationOutcome outcome = run_invocation(handler, std::move(input), service, environment);

  report.divergence = std::move(check.divergence);
  for (const std::string& id : check.left_over)
    report.left_over.push_back(describe_recorded(history, id));
  if (const auto* failure = std::get_if<InvocationFailure>(&outcome)) {
    if (report.divergence || !has_ended(history)) return;
    report.divergence = {"the end of the handler",
                         {},
                         "an execution that has ended",
                         "an invocation that fails with " + format_error(failure->error)};
    return;
  }
  const auto& output = *std::get_if<wire::InvocationOutput>(&outcome);
  if (output.status == wire::InvocationOutputStatus::pending) return;
  report.ended = true;
  if (!report.divergence) report.divergence = compare_ends(history, output);
}

std::string read_file(const std::filesystem::path& file, std::string& problem) {
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) problem = "the file cannot be read";
  return text;
}

}  // namespace

ReplayReport replay_history(const Handler& handler, std::string_view history,
                            const ReplayOptions& options) {
  ReplayReport report;
  const Result<ReadHistory> read = read_history(history);
  if (!read) {
    report.problem = read.error().message;
    return report;
  }
  report.operations = read->history.operations.size() - 1;
  report.problem = truncation(read->history);
  if (!report.problem.empty()) return report;
  replay(handler, *read, options, report);
  if (!report.ok() && !read->history.has_data) {
    report.problem =
        "the history holds no data at all: export it with --include-execution-data. What was found "
        "without";
  }
  return report;
}

ReplayReport replay_history_file(const Handler& handler, const std::filesystem::path& file,
                                 const ReplayOptions& options) {
  std::string problem;
  const std::string text = read_file(file, problem);
  ReplayReport report;
  if (problem.empty())
    report = replay_history(handler, text, options);
  else
    report.problem = std::move(problem);
  report.source = file.string();
  return report;
}

ReplayReports replay_histories(const Handler& handler, const std::filesystem::path& folder,
                               const ReplayOptions& options) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  std::sort(files.begin(), files.end());
  ReplayReports reports;
  for (const auto& file : files) {
    reports.reports.push_back(replay_history_file(handler, file, options));
  }
  if (error || files.empty()) {
    ReplayReport& report = reports.reports.emplace_back();
    report.source = folder.string();
    report.problem = error ? "the folder cannot be read: " + error.message()
                           : "expected histories, files named *.json, found none";
  }
  return reports;
}

std::string ReplayReport::to_string() const {
  std::string text = "replay";
  if (!source.empty()) text += " of " + source;
  text += ": ";
  if (!problem.empty()) text += problem;
  if (divergence) {
    text += problem.empty() ? "the code does not do what is recorded" : ":";
    text += "\n  where:    " + divergence->where;
    if (!divergence->operation_id.empty()) {
      text += " (operation " + divergence->operation_id + ")";
    }
    text += "\n  recorded: " + divergence->recorded + "\n  now:      " + divergence->now;
  }
  if (!left_over.empty()) {
    text += divergence ? "\n  " : "";
    text += "the code no longer asks for";
    for (std::size_t i = 0; i < left_over.size() && i < left_over_shown; ++i) {
      text += "\n  left over: " + left_over[i];
    }
    if (left_over.size() > left_over_shown) {
      text += "\n  ... and " + std::to_string(left_over.size() - left_over_shown) + " more";
    }
  }
  if (ok()) {
    text += "clean, " + std::to_string(operations) +
            (operations == 1 ? " operation, " : " operations, ") +
            (ended ? "to the handler's end" : "as far as the history goes");
  } else if (problem.empty()) {
    text +=
        "\n  An execution that stands where this one stood cannot go on with this code. Let "
        "running "
        "executions finish on the version that they started with, or keep their calls as they "
        "were.";
  }
  return text;
}

bool ReplayReports::ok() const noexcept {
  return !reports.empty() &&
         std::all_of(reports.begin(), reports.end(), [](const auto& one) { return one.ok(); });
}

std::string ReplayReports::to_string() const {
  std::string text;
  std::size_t clean = 0;
  for (const ReplayReport& report : reports) {
    if (report.ok()) {
      ++clean;
    } else {
      text += report.to_string() + "\n";
    }
  }
  return text + std::to_string(clean) + " of " + std::to_string(reports.size()) +
         " histories replay clean";
}

}  // namespace durable
