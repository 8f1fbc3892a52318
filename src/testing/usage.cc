// SPDX-License-Identifier: Apache-2.0
#include "testing/usage.h"

#include "testing/print.h"

#include <durable/wire/names.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <optional>
#include <ostream>

namespace durable {
namespace {

constexpr double high_percent = 50;
constexpr std::size_t largest_shown = 5;

std::uint64_t figure_limit(std::uint64_t limit) {
  const bool none = limit == std::numeric_limits<std::uint64_t>::max() ||
                    limit == std::numeric_limits<std::uint32_t>::max();
  return none ? 0 : limit;
}

std::uint64_t size_of(const std::optional<Payload>& payload) {
  return payload ? payload->size() : 0;
}
std::uint64_t size_of(const engine::SharedError& error) {
  return error != nullptr ? engine::size_of(*error) : 0;
}

/// Counts the events of one execution as the service meters them.
class Meter {
 public:
  explicit Meter(const engine::Execution& execution) : execution_(execution) {
    usage_.by_operation.resize(execution.operation_count());
    for (engine::OperationNumber i = 0; i < execution.operation_count(); ++i) {
      usage_.by_operation[i].type = execution.operation(i).type();
    }
  }

  void count(const engine::Event& event) {
    at_ = &event;
    engine::visit_fact(*this, event.fact);
  }
  [[nodiscard]] Usage finish() &&;

  // ---- One for each fact ----
  void operator()(const engine::fact::ExecutionStarted& fact) {
    row().operations += 1;
    store(size_of(fact.info->input));
    usage_.input_bytes.used = size_of(fact.info->input);
  }
  void operator()(const engine::fact::ExecutionSucceeded& fact) {
    store(size_of(fact.result));
    usage_.result_bytes.used = size_of(fact.result);
  }
  void operator()(const engine::fact::ExecutionFailed& fact) { error(size_of(fact.error)); }
  void operator()(const engine::fact::InvocationStarted&) {}
  void operator()(const engine::fact::InvocationCompleted& fact) {
    const engine::InvocationRecord& record = *fact.record;
    usage_.invocations += 1;
    usage_.billed += at_->at - record.started_at;
    if (record.outcome != engine::InvocationOutcome::failed) return;
    error(size_of(record.error));
    if (record.retry_at != engine::never) row().operations += 1;
  }
  void operator()(const engine::fact::CheckpointAccepted&) { usage_.checkpoints += 1; }
  void operator()(const engine::fact::OperationStarted& fact) {
    row().operations += 1;
    const engine::ChainedInvokeTarget* target = fact.info->chained_invoke();
    if (target != nullptr) payload(size_of(target->input));
  }
  void operator()(const engine::fact::StepRetried& fact) {
    row().operations += 1;
    error(size_of(fact.error));
  }
  void operator()(const engine::fact::ConditionPolled& fact) {
    row().operations += 1;
    payload(size_of(fact.state));
  }
  void operator()(const engine::fact::OperationSucceeded& fact) { payload(size_of(fact.result)); }
  void operator()(const engine::fact::OperationFailed& fact) { error(size_of(fact.error)); }
  void operator()(const engine::fact::StepRestarted&) {}
  void operator()(const engine::fact::StepReady&) {}
  void operator()(const engine::fact::CallbackHeartbeat&) {}
  void operator()(const engine::fact::ChainedInvokeReported&) {}

 private:
  struct Largest {
    std::uint64_t bytes = 0;
    engine::OperationNumber operation = 0;
  };

  OperationUsage& row() { return usage_.by_operation[at_->operation]; }
  void store(std::uint64_t bytes) { row().stored_bytes += bytes; }
  void payload(std::uint64_t bytes) { store_largest(bytes, payload_); }
  void error(std::uint64_t bytes) { store_largest(bytes, error_); }
  void store_largest(std::uint64_t bytes, Largest& largest) {
    store(bytes);
    if (bytes > largest.bytes) largest = {bytes, at_->operation};
  }
  [[nodiscard]] std::string path_of(engine::OperationNumber number) const;

  const engine::Execution& execution_;
  Usage usage_;
  const engine::Event* at_ = nullptr;
  Largest payload_;
  Largest error_;
};

std::string Meter::path_of(engine::OperationNumber number) const {
  std::string path;
  for (; number != 0; number = execution_.operation(number).info->parent()) {
    const engine::OperationInfo& info = *execution_.operation(number).info;
    std::string label =
        info.name() && !info.name()->empty()
            ? std::string(*info.name())
            : std::string(wire::to_string(info.type())) + " " + std::string(info.id());
    path = path.empty() ? std::move(label) : label + "/" + path;
  }
  return path;
}

Usage Meter::finish() && {
  const engine::Limits& limits = execution_.limits();
  const bool by_event = execution_.info().started_by == engine::StartedBy::event;
  const std::uint64_t execution_bytes = figure_limit(
      by_event ? limits.execution_bytes_event_max : limits.execution_bytes_request_response_max);
  usage_.operations.limit = figure_limit(limits.operations_max);
  usage_.stored_bytes.limit = figure_limit(limits.stored_bytes_max);
  usage_.input_bytes.limit = execution_bytes;
  usage_.result_bytes.limit = execution_bytes;
  usage_.largest_payload = {{payload_.bytes, figure_limit(limits.payload_bytes_max)},
                            path_of(payload_.operation)};
  usage_.largest_error = {{error_.bytes, figure_limit(limits.error_bytes_max)},
                          path_of(error_.operation)};
  for (engine::OperationNumber i = 0; i < usage_.by_operation.size(); ++i) {
    OperationUsage& row = usage_.by_operation[i];
    row.path = path_of(i);
    usage_.operations.used += row.operations;
    usage_.stored_bytes.used += row.stored_bytes;
  }
  return std::move(usage_);
}

struct Line {
  std::string_view name;
  UsageFigure figure;
  bool in_bytes;
  std::string_view path;
};

std::array<Line, 6> lines_of(const Usage& usage) {
  return {{{"operations", usage.operations, false, {}},
           {"stored bytes", usage.stored_bytes, true, {}},
           {"largest payload", usage.largest_payload.bytes, true, usage.largest_payload.path},
           {"largest error", usage.largest_error.bytes, true, usage.largest_error.path},
           {"input", usage.input_bytes, true, {}},
           {"result", usage.result_bytes, true, {}}}};
}

std::string describe(const Line& line) {
  const auto amount = [&line](std::uint64_t value) {
    return line.in_bytes ? format_bytes(value) : std::to_string(value);
  };
  std::string text(line.name);
  text += " " + amount(line.figure.used);
  if (line.figure.limit != 0) {
    std::array<char, 32> percent{};
    std::snprintf(percent.data(), percent.size(), " (%.1f %%)", line.figure.percent());
    text += " of " + amount(line.figure.limit) + percent.data();
  }
  if (!line.path.empty()) text.append(": \"").append(line.path).append("\"");
  return text;
}

void print_largest(std::ostream& out, const Usage& usage) {
  std::vector<const OperationUsage*> rows;
  for (const OperationUsage& row : usage.by_operation) {
    if (row.type != wire::OperationType::execution && row.stored_bytes > 0) rows.push_back(&row);
  }
  const std::size_t shown = std::min(rows.size(), largest_shown);
  std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(shown), rows.end(),
                    [](const OperationUsage* a, const OperationUsage* b) {
                      return a->stored_bytes != b->stored_bytes ? a->stored_bytes > b->stored_bytes
                                                                : a < b;
                    });
  for (std::size_t i = 0; i < shown; ++i) {
    out << "  " << wire::to_string(rows[i]->type) << " \"" << rows[i]->path << "\" stored "
        << format_bytes(rows[i]->stored_bytes) << "\n";
  }
  if (rows.size() > shown) out << "  ... and " << rows.size() - shown << " more that store less\n";
}

}  // namespace

Usage usage_of(const engine::Execution& execution, const engine::EventLog& log) {
  Meter meter(execution);
  for (const engine::Event& event : log) meter.count(event);
  return std::move(meter).finish();
}

void print_usage(std::ostream& out, const Usage& usage, UsagePrint print) {
  if (print == UsagePrint::never) return;
  const std::array<Line, 6> lines = lines_of(usage);
  if (print == UsagePrint::when_high) {
    for (const Line& line : lines) {
      if (line.figure.percent() > high_percent) out << "usage: " << describe(line) << "\n";
    }
    return;
  }
  out << "usage:\n";
  for (const Line& line : lines) {
    if (line.figure.used > 0) out << "  " << describe(line) << "\n";
  }
  out << "  checkpoints " << usage.checkpoints << ", invocations " << usage.invocations
      << ", billed " << format_duration(usage.billed) << "\n";
  print_largest(out, usage);
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  std::string number(text.data());
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return number + " " + std::string(units[unit]);
}

}  // namespace durable
