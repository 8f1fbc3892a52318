// SPDX-License-Identifier: Apache-2.0
#include "cli/render.h"

#include "testing/history_fold.h"
#include "testing/print.h"

#include <durable/wire/names.h>

#include <algorithm>
#include <utility>

namespace durable::cli {
namespace {

constexpr std::size_t open_callbacks_shown = 10;
constexpr std::size_t error_bytes_max = 2'000;

/// The service's word; a test calls an execution that runs PENDING.
std::string_view word_of(InvocationStatus status) {
  return status == InvocationStatus::pending ? "RUNNING" : to_string(status);
}

std::string count(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

/// Why an execution was stopped or timed out. The fold leaves it out: code is not told of it.
Boxed<wire::ErrorObject> outside_error(const wire::Event& event) {
  const wire::EventError* error = nullptr;
  if (const auto* stopped = std::get_if<wire::ExecutionStoppedDetails>(&event.details)) {
    error = &stopped->error;
  } else if (const auto* timed = std::get_if<wire::ExecutionTimedOutDetails>(&event.details)) {
    if (timed->error) error = &*timed->error;
  }
  if (error == nullptr || !error->payload || *error->payload == wire::ErrorObject{}) return {};
  return *error->payload;
}

}  // namespace

bool ends_execution(const wire::Event& event) {
  return event.event_type > wire::EventType::execution_started &&
         event.event_type <= wire::EventType::execution_stopped;
}

Result<std::unique_ptr<const detail::RunRecord>> record_of(std::vector<wire::Event> events,
                                                           std::string arn, Timestamp now) {
  std::stable_sort(events.begin(), events.end(), [](const wire::Event& a, const wire::Event& b) {
    return a.event_id < b.event_id;
  });
  Result<FoldedHistory> folded = fold_history(events);
  if (!folded) return std::move(folded).error();
  detail::RunRecord::Outcome outcome;
  outcome.execution_arn = std::move(arn);
  outcome.status = detail::to_invocation_status(folded->status);
  outcome.result = std::move(folded->result);
  outcome.error = std::move(folded->error);
  outcome.start = folded->operations.front().start_timestamp.value_or(now);
  // A server that skips time is ahead of this machine's clock.
  outcome.end = std::max(now, events.back().event_timestamp);
  for (const wire::Event& event : events) {
    if (!ends_execution(event)) continue;
    outcome.end = event.event_timestamp;
    if (!outcome.error) outcome.error = outside_error(event);
  }
  folded->operations.erase(folded->operations.begin());
  return std::make_unique<const detail::RunRecord>(
      std::move(outcome),
      [operations = std::move(folded->operations),
       history = std::move(events)]() -> detail::RunRecord::Contents {
        return {operations, history, {}};
      });
}

void print_operations(std::ostream& out, const detail::RunRecord& record, const Style& style) {
  durable::print_operations(out, record,
                            [&style](std::string_view word) { return style.status(word); });
  if (record.outcome().status != InvocationStatus::pending) return;
  std::size_t shown = 0;
  for (const wire::Operation& operation : record.operations()) {
    const auto& callback = operation.callback_details;
    if (!callback || !callback->callback_id || wire::is_terminal(operation.status)) continue;
    if (shown++ == open_callbacks_shown) {
      out << "... and more open callbacks\n";
      return;
    }
    out << "open callback " << (operation.name ? "\"" + *operation.name + "\"" : operation.id)
        << ": durable callback succeed " << *callback->callback_id << " --result JSON\n";
  }
}

std::string summary(const detail::RunRecord& record, const Style& style) {
  const auto& outcome = record.outcome();
  const bool runs = outcome.status == InvocationStatus::pending;
  return "execution " + style.status(word_of(outcome.status)) + (runs ? " since " : " after ") +
         format_duration(outcome.end - outcome.start) + ", " +
         count(record.invocations().size(), "invocation") + ", " +
         count(record.operations().size(), "operation");
}

std::string whole_error(const wire::ErrorObject& error) {
  std::string text = error.error_type.value_or("");
  if (error.error_message) text += (text.empty() ? "" : ": ") + *error.error_message;
  if (text.empty() || text.size() > error_bytes_max) return format_error(error);
  for (char& c : text) {  // what a function sends does not steer the terminal
    const bool is_control = static_cast<unsigned char>(c) < 0x20U || c == '\x7f';
    if (is_control && c != '\n' && c != '\t') c = ' ';
  }
  return text;
}

void print_outcome(std::ostream& out, const detail::RunRecord& record, const Style& style) {
  const auto& outcome = record.outcome();
  for (std::size_t i = 0; i < record.invocations().size(); ++i) {
    const auto& error = record.invocations()[i].error;
    if (error) out << "invocation " << i + 1 << " failed: " << format_error(*error) << "\n";
  }
  if (outcome.error) out << style.red("error: ") << whole_error(*outcome.error) << "\n";
  if (outcome.result) out << "result: " << shorten(outcome.result->view()) << "\n";
}

}  // namespace durable::cli
