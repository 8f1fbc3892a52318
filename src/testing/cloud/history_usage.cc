// SPDX-License-Identifier: Apache-2.0
#include "testing/cloud/history_usage.h"

#include "engine/limits.h"
#include "engine/operation.h"

#include <durable/wire/names.h>

#include <string_view>
#include <unordered_map>
#include <utility>

namespace durable {
namespace {

std::uint64_t size_of(const std::optional<Payload>& payload) {
  return payload ? payload->size() : 0;
}
std::uint64_t size_of(const wire::EventError& error) {
  return error.payload ? engine::size_of(*error.payload) : 0;
}

/// Counts the events of one execution as the service meters them.
class HistoryMeter {
 public:
  explicit HistoryMeter(const std::vector<wire::Operation>& operations) : operations_(operations) {
    usage_.by_operation.resize(operations.size() + 1);
    usage_.by_operation.front().type = wire::OperationType::execution;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      index_.emplace(operations[i].id, i + 1);
      usage_.by_operation[i + 1].type = operations[i].type;
      usage_.by_operation[i + 1].operations = 1;
    }
  }

  void count(const wire::Event& event) {
    const auto found = event.id ? index_.find(*event.id) : index_.end();
    at_ = found == index_.end() ? 0 : found->second;
    std::visit(*this, event.details);
  }
  [[nodiscard]] Usage finish() &&;

  void operator()(const wire::ExecutionStartedDetails& details) {
    row().operations += 1;
    usage_.input_bytes.used = size_of(details.input.payload);
    row().stored_bytes += usage_.input_bytes.used;
  }
  void operator()(const wire::ExecutionSucceededDetails& details) {
    usage_.result_bytes.used = size_of(details.result.payload);
    row().stored_bytes += usage_.result_bytes.used;
  }
  void operator()(const wire::ExecutionFailedDetails& details) { error(details.error); }
  void operator()(const wire::ExecutionTimedOutDetails& details) {
    if (details.error) error(*details.error);
  }
  void operator()(const wire::ExecutionStoppedDetails& details) { error(details.error); }
  void operator()(const wire::InvocationCompletedDetails& details) {
    // That one follows is what says that the failure before it was tried again.
    if (last_invocation_failed_) usage_.by_operation.front().operations += 1;
    last_invocation_failed_ = details.error.has_value();
    usage_.invocations += 1;
    usage_.billed += details.end_timestamp - details.start_timestamp;
    if (!details.error) return;
    at_ = 0;
    error(*details.error);
  }
  void operator()(const wire::ContextSucceededDetails& details) { payload(details.result.payload); }
  void operator()(const wire::ContextFailedDetails& details) { error(details.error); }
  void operator()(const wire::StepSucceededDetails& details) {
    retried(details.retry_details);
    payload(details.result.payload);
  }
  void operator()(const wire::StepFailedDetails& details) {
    retried(details.retry_details);
    error(details.error);
  }
  void operator()(const wire::ChainedInvokeStartedDetails& details) {
    if (details.input) payload(details.input->payload);
  }
  void operator()(const wire::ChainedInvokeSucceededDetails& details) {
    payload(details.result.payload);
  }
  void operator()(const wire::ChainedInvokeFailedDetails& details) { error(details.error); }
  void operator()(const wire::ChainedInvokeTimedOutDetails& details) { error(details.error); }
  void operator()(const wire::ChainedInvokeStoppedDetails& details) { error(details.error); }
  void operator()(const wire::CallbackSucceededDetails& details) {
    payload(details.result.payload);
  }
  void operator()(const wire::CallbackFailedDetails& details) { error(details.error); }
  void operator()(const wire::CallbackTimedOutDetails& details) {
    // The event has a part of the error only; the operation was given the whole.
    if (at_ == 0) return error(details.error);
    const auto& callback = operations_[at_ - 1].callback_details;
    if (callback && callback->error) store(engine::size_of(*callback->error), error_);
  }
  void operator()(const auto&) {}  // Without data that is stored.

 private:
  struct Largest {
    std::uint64_t bytes = 0;
    std::size_t row = 0;
  };

  OperationUsage& row() { return usage_.by_operation[at_]; }
  void payload(const std::optional<Payload>& payload) { store(size_of(payload), payload_); }
  void error(const wire::EventError& error) { store(size_of(error), error_); }
  void store(std::uint64_t bytes, Largest& largest) {
    row().stored_bytes += bytes;
    if (bytes > largest.bytes) largest = {bytes, at_};
  }
  void retried(const wire::RetryDetails& retry) {
    if (retry.next_attempt_delay_seconds) row().operations += 1;
  }
  [[nodiscard]] std::string path_of(std::size_t row) const;

  const std::vector<wire::Operation>& operations_;
  std::unordered_map<std::string_view, std::size_t> index_;  // the row of an operation's id
  Usage usage_;
  std::size_t at_ = 0;
  Largest payload_;
  Largest error_;
  bool last_invocation_failed_ = false;
};

std::string HistoryMeter::path_of(std::size_t row) const {
  std::string path;
  std::size_t steps = 0;  // A history from outside may have parents in a circle.
  while (row != 0 && steps++ <= operations_.size()) {
    const wire::Operation& operation = operations_[row - 1];
    std::string label = operation.name && !operation.name->empty()
                            ? *operation.name
                            : std::string(wire::to_string(operation.type)) + " " + operation.id;
    path = path.empty() ? std::move(label) : label + "/" + path;
    const auto parent = operation.parent_id ? index_.find(*operation.parent_id) : index_.end();
    row = parent == index_.end() ? 0 : parent->second;
  }
  return path;
}

Usage HistoryMeter::finish() && {
  const engine::Limits limits;
  usage_.operations.limit = limits.operations_max;
  usage_.stored_bytes.limit = limits.stored_bytes_max;
  usage_.input_bytes.limit = limits.execution_bytes_event_max;
  usage_.result_bytes.limit = limits.execution_bytes_event_max;
  usage_.largest_payload = {{payload_.bytes, limits.payload_bytes_max}, path_of(payload_.row)};
  usage_.largest_error = {{error_.bytes, limits.error_bytes_max}, path_of(error_.row)};
  for (std::size_t i = 0; i < usage_.by_operation.size(); ++i) {
    OperationUsage& row = usage_.by_operation[i];
    row.path = path_of(i);
    usage_.operations.used += row.operations;
    usage_.stored_bytes.used += row.stored_bytes;
  }
  return std::move(usage_);
}

}  // namespace

Usage usage_of_history(const std::vector<wire::Event>& events,
                       const std::vector<wire::Operation>& operations) {
  HistoryMeter meter(operations);
  for (const wire::Event& event : events) meter.count(event);
  return std::move(meter).finish();
}

}  // namespace durable
