// SPDX-License-Identifier: Apache-2.0
#include "testing/cloud/reader.h"

#include "testing/cloud/history_usage.h"
#include "testing/history_fold.h"

#include <durable/wire/names.h>

#include <algorithm>
#include <utility>

namespace durable {
namespace {

constexpr std::int64_t page_items_max = 1'000;  // the API's own maximum
constexpr std::int64_t page_items_divisor = 4;
constexpr std::size_t pages_max = 10'000;
constexpr std::size_t listed_operations_max = 10;
constexpr std::size_t shown_error_bytes_max = 2'000;

}  // namespace

Result<std::vector<wire::Event>> read_history(cloud::LambdaClient& client,
                                              const std::string& execution_arn) {
  std::vector<wire::Event> events;
  wire::GetDurableExecutionHistoryRequest request;
  request.durable_execution_arn = execution_arn;
  request.include_execution_data = true;
  request.max_items = page_items_max;
  for (std::size_t page = 0; page < pages_max; ++page) {
    Result<wire::GetDurableExecutionHistoryResponse> answer = client.history(request);
    if (!answer && answer.error().code == ErrorCode::request_too_large && *request.max_items > 1) {
      request.max_items = *request.max_items / page_items_divisor;
      if (*request.max_items == 0) request.max_items = 1;
      continue;
    }
    if (!answer) return std::move(answer).error();
    events.insert(events.end(), std::make_move_iterator(answer->events.begin()),
                  std::make_move_iterator(answer->events.end()));
    if (!answer->next_marker || answer->next_marker->empty()) return events;
    request.marker = std::move(answer->next_marker);
  }
  return Error{ErrorCode::corrupt, "the history of " + execution_arn + " has more than " +
                                       std::to_string(pages_max) + " pages"};
}

Result<CloudSnapshot> fold_snapshot(std::vector<wire::Event> events) {
  std::stable_sort(events.begin(), events.end(), [](const wire::Event& a, const wire::Event& b) {
    return a.event_id < b.event_id;
  });
  Result<FoldedHistory> folded = fold_history(events);
  if (!folded) return std::move(folded).error();
  CloudSnapshot snapshot;
  snapshot.status = folded->status;
  snapshot.result = std::move(folded->result);
  snapshot.error = std::move(folded->error);
  snapshot.truncated = std::move(folded->truncated);
  snapshot.start = events.front().event_timestamp;
  snapshot.last = events.back().event_timestamp;
  std::vector<wire::Operation>& operations = folded->operations;
  operations.erase(operations.begin());  // the execution itself
  snapshot.contents.usage = usage_of_history(events, operations);
  snapshot.contents.operations = std::move(operations);
  snapshot.contents.history = std::move(events);
  return snapshot;
}

std::shared_ptr<const detail::RunRecord> make_record(std::string execution_arn,
                                                     CloudSnapshot snapshot) {
  detail::RunRecord::Outcome outcome;
  outcome.execution_arn = std::move(execution_arn);
  outcome.status = detail::to_invocation_status(snapshot.status);
  outcome.result = std::move(snapshot.result);
  outcome.error = std::move(snapshot.error);
  outcome.start = snapshot.start;
  outcome.end = snapshot.last;
  return std::make_shared<const detail::RunRecord>(
      std::move(outcome), [contents = std::move(snapshot.contents)] { return contents; });
}

std::string list_open_operations(const detail::RunRecord& record) {
  std::string text;
  std::size_t found = 0;
  const std::vector<wire::Operation>& operations = record.operations();
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const wire::Operation& operation = operations[i];
    if (wire::is_terminal(operation.status)) continue;
    if (operation.type == wire::OperationType::context) continue;
    if (++found > listed_operations_max) continue;
    text += "\n  " + std::string(wire::to_string(operation.type)) + " \"" + record.path(i) +
            "\" (id " + operation.id + ", " + std::string(wire::to_string(operation.status)) + ")";
  }
  if (found > listed_operations_max) {
    text += "\n  ... and " + std::to_string(found - listed_operations_max) + " more";
  }
  return text;
}

std::string describe_failed_invocation(const detail::RunRecord& record) {
  const std::vector<TestInvocation>& invocations = record.invocations();
  if (invocations.empty() || !invocations.back().error) return "";
  const wire::ErrorObject& error = *invocations.back().error;
  // The message whole, as far as it is for people: what to do stands at its end.
  std::string text = "\nInvocation " + std::to_string(invocations.size()) +
                     ", the last one so far, failed: " + error.error_type.value_or("");
  const std::string message = error.error_message.value_or("");
  std::size_t end = std::min(message.size(), shown_error_bytes_max);
  while (end > 0 && end < message.size() && (message[end] & 0xC0) == 0x80)
    --end;  // within a letter
  if (error.error_type && end > 0) text += ": ";
  return text + message.substr(0, end);
}

}  // namespace durable
