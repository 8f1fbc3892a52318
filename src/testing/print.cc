// SPDX-License-Identifier: Apache-2.0
#include "testing/print.h"

#include <durable/wire/names.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace durable {
namespace {

constexpr std::size_t shortened_bytes_max = 120;
constexpr std::size_t printed_operations_max = 1'000;
/// From here on time in which nothing happens has a line of its own in a timeline. Below, it is
/// what calls take on real time, and the offsets tell it.
constexpr Duration pause_shown_min{100};

std::string two_digits(std::int64_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

/// `+1d 00:00:07.250`: how long after the start.
std::string format_offset(Duration offset) {
  const std::int64_t total = offset.count();
  const std::int64_t days = total / 86'400'000;
  const std::int64_t ms = total % 1'000;
  std::string text = "+";
  if (days > 0) text += std::to_string(days) + "d ";
  text += two_digits(total / 3'600'000 % 24) + ":" + two_digits(total / 60'000 % 60) + ":" +
          two_digits(total / 1'000 % 60) + ".";
  text += (ms < 100 ? "0" : "") + two_digits(ms);
  return text;
}

/// The columns that a terminal needs for UTF-8 text without wide characters.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

void pad_to(std::string& text, std::size_t width) {
  const std::size_t used = columns(text);
  text.append(used < width ? width - used : 1, ' ');
}

struct Row {
  std::string label;
  std::string status;
  std::string facts;
};

std::string count(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

std::string facts_of(const wire::Operation& operation) {
  std::string facts;
  const auto add = [&facts](const std::string& fact) {
    if (!facts.empty()) facts += "  ";
    facts += fact;
  };
  if (operation.start_timestamp && operation.end_timestamp) {
    add(format_duration(*operation.end_timestamp - *operation.start_timestamp));
  }
  if (operation.step_details) {
    const auto& step = *operation.step_details;
    if (step.attempt.value_or(0) > 1) {
      add(count(static_cast<std::size_t>(*step.attempt), "attempt"));
    }
    if (step.error) add("! " + format_error(*step.error));
    if (!step.error && step.result) add("-> " + shorten(step.result->view()));
  }
  if (operation.context_details) {
    const auto& context = *operation.context_details;
    if (context.error) add("! " + format_error(*context.error));
    if (context.replay_children.value_or(false)) {
      add("(large result: rebuilt from its children)");
    } else if (context.result) {
      add("-> " + shorten(context.result->view()));
    }
  }
  if (operation.wait_details && operation.wait_details->scheduled_end_timestamp &&
      operation.start_timestamp && !wire::is_terminal(operation.status)) {
    add("of " + format_duration(*operation.wait_details->scheduled_end_timestamp -
                                *operation.start_timestamp));
  }
  const auto add_outcome = [&add](const auto& details) {
    if (details.error) add("! " + format_error(*details.error));
    if (details.result) add("-> " + shorten(details.result->view()));
  };
  if (operation.callback_details) add_outcome(*operation.callback_details);
  if (operation.chained_invoke_details) add_outcome(*operation.chained_invoke_details);
  return facts;
}

/// Collects the rows depth first, without recursion: contexts may nest hundreds deep.
std::vector<Row> tree_rows(const detail::RunRecord& record) {
  struct Pending {
    std::size_t index;
    std::string indent;
    bool last;
  };
  std::vector<Pending> stack;
  const auto push = [&stack](const std::vector<std::size_t>& children, const std::string& indent) {
    for (std::size_t i = children.size(); i-- > 0;) {
      stack.push_back({children[i], indent, i + 1 == children.size()});
    }
  };
  push(record.roots(), "");
  std::vector<Row> rows;
  while (!stack.empty() && rows.size() < printed_operations_max) {
    const Pending at = std::move(stack.back());
    stack.pop_back();
    const wire::Operation& operation = record.operations()[at.index];
    Row& row = rows.emplace_back();
    row.label = at.indent + (at.last ? "└─ " : "├─ ");
    if (operation.name && !operation.name->empty()) {
      row.label += std::string(wire::to_string(operation.type)) + " " + *operation.name;
    } else {
      row.label += record.label(at.index);
    }
    row.status = wire::to_string(operation.status);
    row.facts = facts_of(operation);
    push(record.place(at.index).children, at.indent + (at.last ? "   " : "│  "));
  }
  return rows;
}

}  // namespace

std::string format_duration(Duration duration) {
  std::int64_t rest = duration.count();
  if (rest < 0) return "-" + format_duration(-duration);
  if (rest < 1'000) return std::to_string(rest) + "ms";
  struct Unit {
    std::int64_t size;
    std::string_view name;
  };
  constexpr std::array<Unit, 3> units{{{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}}};
  std::string text;
  for (const Unit& unit : units) {
    if (rest >= unit.size) {
      if (!text.empty()) text += ' ';
      text += std::to_string(rest / unit.size) + std::string(unit.name);
      rest %= unit.size;
    }
  }
  if (rest > 0) {
    if (!text.empty()) text += ' ';
    text += std::to_string(rest / 1'000);
    const std::int64_t ms = rest % 1'000;
    if (ms > 0) text += std::string(".") + (ms < 100 ? "0" : "") + two_digits(ms);
    text += 's';
  }
  return text;
}

std::string shorten(std::string_view text) {
  std::string line(text.substr(0, shortened_bytes_max));
  if (text.size() > shortened_bytes_max) {
    std::size_t end = shortened_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    line.resize(end);
    line += "... (" + std::to_string(text.size()) + " bytes)";
  }
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20U) c = ' ';
  }
  return line;
}

std::string format_error(const ErrorObject& error) {
  std::string text = error.error_type.value_or("");
  if (error.error_message && !error.error_message->empty()) {
    if (!text.empty()) text += ": ";
    text += *error.error_message;
  }
  return text.empty() ? "(no error details)" : shorten(text);
}

void print_operations(std::ostream& out, const detail::RunRecord& record,
                      const StatusPaint& paint) {
  const std::vector<Row> rows = tree_rows(record);
  std::size_t label_width = 0;
  std::size_t status_width = 0;
  for (const Row& row : rows) {
    label_width = std::max(label_width, columns(row.label) + 2);
    status_width = std::max(status_width, columns(row.status) + 2);
  }
  for (const Row& row : rows) {
    std::string line = row.label;
    pad_to(line, label_width);
    line += paint ? paint(row.status) : row.status;
    if (!row.facts.empty()) {
      line.append(status_width - columns(row.status), ' ');
      line += row.facts;
    }
    out << line << "\n";
  }
  if (rows.size() < record.operations().size()) {
    out << "... and " << record.operations().size() - rows.size() << " more operations\n";
  }
}

void print_tree(std::ostream& out, const detail::RunRecord& record) {
  const auto& outcome = record.outcome();
  out << "execution " << to_string(outcome.status) << " after "
      << format_duration(outcome.end - outcome.start) << ", "
      << count(record.invocations().size(), "invocation") << ", "
      << count(record.operations().size(), "operation") << "\n";
  print_operations(out, record);
  for (std::size_t i = 0; i < record.invocations().size(); ++i) {
    const TestInvocation& invocation = record.invocations()[i];
    if (invocation.error) {
      out << "invocation " << i + 1 << " failed: " << format_error(*invocation.error) << "\n";
    }
  }
  if (outcome.error) out << "error: " << format_error(*outcome.error) << "\n";
  if (outcome.result) out << "result: " << shorten(outcome.result->view()) << "\n";
}

std::string describe_event(const wire::Event& event) {
  std::string text(wire::to_string(event.event_type));
  if (event.name && !event.name->empty()) {
    text += " \"" + *event.name + "\"";
  } else if (event.id && event.parent_id) {
    text += " (id " + *event.id + ")";
  }
  if (const auto* wait = std::get_if<wire::WaitStartedDetails>(&event.details)) {
    text += " for " + format_duration(std::chrono::seconds(wait->duration));
  } else if (const auto* failed = std::get_if<wire::StepFailedDetails>(&event.details)) {
    if (failed->error.payload) text += ": " + format_error(*failed->error.payload);
    if (const auto& delay = failed->retry_details.next_attempt_delay_seconds) {
      text += "; next attempt in " + format_duration(std::chrono::seconds(*delay));
    }
  } else if (const auto* step = std::get_if<wire::StepSucceededDetails>(&event.details)) {
    if (step->result.payload) text += " -> " + shorten(step->result.payload->view());
    if (const auto& delay = step->retry_details.next_attempt_delay_seconds) {
      text += "; next attempt in " + format_duration(std::chrono::seconds(*delay));
    }
  } else if (const auto* context = std::get_if<wire::ContextFailedDetails>(&event.details)) {
    if (context->error.payload) text += ": " + format_error(*context->error.payload);
  } else if (const auto* done = std::get_if<wire::InvocationCompletedDetails>(&event.details)) {
    if (done->error && done->error->payload) text += ": " + format_error(*done->error->payload);
  } else if (const auto* execution = std::get_if<wire::ExecutionFailedDetails>(&event.details)) {
    if (execution->error.payload) text += ": " + format_error(*execution->error.payload);
  }
  return text;
}

std::string timeline_line(const wire::Event& event, Timestamp start) {
  std::string line = format_offset(event.event_timestamp - start);
  pad_to(line, 20);
  const bool ends_invocation =
      std::holds_alternative<wire::InvocationCompletedDetails>(event.details);
  return line + (ends_invocation ? "┴  " : "│  ") + describe_event(event);
}

void print_timeline(std::ostream& out, const detail::RunRecord& record) {
  const Timestamp start = record.outcome().start;
  Timestamp previous = start;
  std::size_t printed = 0;
  for (const wire::Event& event : record.history()) {
    if (printed++ == printed_operations_max) {
      out << "... and " << record.history().size() - printed_operations_max << " more events\n";
      return;
    }
    if (event.event_timestamp - previous >= pause_shown_min) {
      out << "                    ┊  " << format_duration(event.event_timestamp - previous)
          << " pass\n";
    }
    previous = event.event_timestamp;
    out << timeline_line(event, start) << "\n";
  }
}

}  // namespace durable
