// SPDX-License-Identifier: Apache-2.0
#include <durable/testing/result.h>

#include "testing/print.h"
#include "testing/run_record.h"
#include "testing/usage.h"

#include <durable/wire/json.h>
#include <durable/wire/names.h>

#include <fstream>
#include <iostream>
#include <sstream>

namespace durable {
namespace {

constexpr std::size_t listed_operations_max = 20;

/// The names that a failed lookup could have meant, so that the message helps.
std::string list_operations(const detail::RunRecord& record) {
  const auto& operations = record.operations();
  if (operations.empty()) return "The execution has no operations.";
  std::string text = "The execution has:";
  for (std::size_t i = 0; i < operations.size() && i < listed_operations_max; ++i) {
    text += "\n  " + std::string(wire::to_string(operations[i].type)) + " \"" + record.path(i) +
            "\" (id " + operations[i].id + ", " +
            std::string(wire::to_string(operations[i].status)) + ")";
  }
  if (operations.size() > listed_operations_max) {
    text += "\n  ... and " + std::to_string(operations.size() - listed_operations_max) + " more";
  }
  return text;
}

const ErrorObject* error_of(const wire::Operation& operation) noexcept {
  const auto pointer = [](const Boxed<ErrorObject>& error) -> const ErrorObject* {
    return error ? &*error : nullptr;
  };
  if (operation.step_details) return pointer(operation.step_details->error);
  if (operation.context_details) return pointer(operation.context_details->error);
  if (operation.callback_details) return pointer(operation.callback_details->error);
  if (operation.chained_invoke_details) return pointer(operation.chained_invoke_details->error);
  return nullptr;
}

}  // namespace

std::string_view to_string(InvocationStatus status) noexcept {
  switch (status) {
    case InvocationStatus::pending:
      return "PENDING";
    case InvocationStatus::succeeded:
      return "SUCCEEDED";
    case InvocationStatus::failed:
      return "FAILED";
    case InvocationStatus::timed_out:
      return "TIMED_OUT";
    case InvocationStatus::stopped:
      return "STOPPED";
  }
  return "UNKNOWN";
}

void detail::throw_undecodable(std::string_view what, std::string_view payload,
                               const Error& error) {
  throw ResultLookupError("the result of " + std::string(what) + " is not of the asked type: " +
                          error.message + ". Found: " + shorten(payload));
}

const wire::Operation& TestOperation::recorded() const noexcept {
  return record_->operations()[index_];
}
const std::string& TestOperation::id() const noexcept { return recorded().id; }
std::string_view TestOperation::name() const noexcept {
  return recorded().name ? std::string_view(*recorded().name) : std::string_view();
}
std::string TestOperation::path() const { return record_->path(index_); }
OperationType TestOperation::type() const noexcept { return recorded().type; }
std::string_view TestOperation::sub_type() const noexcept {
  return recorded().sub_type ? std::string_view(*recorded().sub_type) : std::string_view();
}
OperationStatus TestOperation::status() const noexcept { return recorded().status; }
std::int64_t TestOperation::attempts() const noexcept {
  return recorded().step_details ? recorded().step_details->attempt.value_or(0) : 0;
}
std::optional<Timestamp> TestOperation::start_timestamp() const noexcept {
  return recorded().start_timestamp;
}
std::optional<Timestamp> TestOperation::end_timestamp() const noexcept {
  return recorded().end_timestamp;
}
std::optional<Duration> TestOperation::duration() const noexcept {
  if (!recorded().start_timestamp || !recorded().end_timestamp) return std::nullopt;
  return *recorded().end_timestamp - *recorded().start_timestamp;
}
std::optional<Payload> TestOperation::raw_result() const {
  const wire::Operation& operation = recorded();
  if (operation.step_details) return operation.step_details->result;
  if (operation.context_details) return operation.context_details->result;
  if (operation.callback_details) return operation.callback_details->result;
  if (operation.chained_invoke_details) return operation.chained_invoke_details->result;
  return std::nullopt;
}
const ErrorObject* TestOperation::error() const noexcept { return error_of(recorded()); }

std::vector<TestOperation> TestOperation::children() const {
  std::vector<TestOperation> children;
  for (const std::size_t child : record_->place(index_).children) {
    children.push_back(TestOperation(record_, child));
  }
  return children;
}

std::string TestOperation::callback_id() const {
  const auto& details = recorded().callback_details;
  if (details && details->callback_id) return *details->callback_id;
  if (sub_type() == "WaitForCallback") {
    for (const TestOperation& child : children()) {
      if (child.type() == OperationType::callback) return child.callback_id();
    }
  }
  throw ResultLookupError("expected a callback that has an id, found " +
                          std::string(wire::to_string(type())) + " \"" + path() + "\"");
}

const wire::ChainedInvokeStartedDetails& TestOperation::invoke_details() const {
  const wire::ChainedInvokeStartedDetails* details = record_->invoke_details(id());
  if (details != nullptr) return *details;
  throw ResultLookupError("expected an invoke, found " + std::string(wire::to_string(type())) +
                          " \"" + path() + "\"");
}
std::string TestOperation::invoked_function() const { return invoke_details().function_name; }
std::optional<std::string> TestOperation::invoked_execution_arn() const {
  return invoke_details().durable_execution_arn;
}
std::optional<std::string> TestOperation::tenant_id() const { return invoke_details().tenant_id; }

DurableFunctionTestResult::DurableFunctionTestResult(
    std::shared_ptr<const detail::RunRecord> record)
    : record_(std::move(record)) {}

InvocationStatus DurableFunctionTestResult::status() const noexcept {
  return record_->outcome().status;
}
const std::string& DurableFunctionTestResult::execution_arn() const noexcept {
  return record_->outcome().execution_arn;
}
const std::optional<Payload>& DurableFunctionTestResult::raw_result() const noexcept {
  return record_->outcome().result;
}
const ErrorObject* DurableFunctionTestResult::error() const noexcept {
  return record_->outcome().error ? &*record_->outcome().error : nullptr;
}
Duration DurableFunctionTestResult::duration() const noexcept {
  return record_->outcome().end - record_->outcome().start;
}

Payload DurableFunctionTestResult::required_result() const {
  if (status() != InvocationStatus::succeeded) {
    throw ResultLookupError("expected an execution that succeeded, to read its result; it is " +
                            std::string(durable::to_string(status())) + ".\n" + to_string());
  }
  return raw_result().value_or(Payload("null"));
}

std::vector<TestOperation> DurableFunctionTestResult::operations() const {
  std::vector<TestOperation> operations;
  for (const std::size_t root : record_->roots()) {
    operations.push_back(TestOperation(record_, root));
  }
  return operations;
}

std::vector<TestOperation> DurableFunctionTestResult::get_all_operations() const {
  std::vector<TestOperation> operations;
  for (std::size_t i = 0; i < record_->operations().size(); ++i) {
    operations.push_back(TestOperation(record_, i));
  }
  return operations;
}

TestOperation DurableFunctionTestResult::find(std::optional<OperationType> type,
                                              std::string_view name, std::size_t index) const {
  const auto& operations = record_->operations();
  std::size_t seen = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (type && operations[i].type != *type) continue;
    if (!operations[i].name || *operations[i].name != name) continue;
    if (seen++ == index) return TestOperation(record_, i);
  }
  const std::string kind = type ? std::string(wire::to_string(*type)) : "operation";
  throw ResultLookupError("expected " + kind + " \"" + std::string(name) + "\" at index " +
                          std::to_string(index) + ", found " + std::to_string(seen) +
                          " of that name. " + list_operations(*record_));
}

TestOperation DurableFunctionTestResult::get_operation_by_name(std::string_view name,
                                                               std::size_t index) const {
  return find(std::nullopt, name, index);
}

TestOperation DurableFunctionTestResult::get_operation_by_index(std::size_t index) const {
  if (index >= record_->operations().size()) {
    throw ResultLookupError("expected an operation at index " + std::to_string(index) + ", found " +
                            std::to_string(record_->operations().size()) + " operations. " +
                            list_operations(*record_));
  }
  return TestOperation(record_, index);
}

TestOperation DurableFunctionTestResult::get_operation_by_id(std::string_view id) const {
  const std::optional<std::size_t> index = record_->index_of(id);
  if (!index) {
    throw ResultLookupError("expected an operation with id \"" + std::string(id) +
                            "\", found none. " + list_operations(*record_));
  }
  return TestOperation(record_, *index);
}

TestOperation DurableFunctionTestResult::get_operation_by_path(std::string_view path,
                                                               std::size_t index) const {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < record_->operations().size(); ++i) {
    if (record_->path(i) == path && seen++ == index) return TestOperation(record_, i);
  }
  throw ResultLookupError("expected an operation at path \"" + std::string(path) + "\" and index " +
                          std::to_string(index) + ", found " + std::to_string(seen) +
                          " at that path. " + list_operations(*record_));
}

TestOperation DurableFunctionTestResult::get_step(std::string_view name, std::size_t index) const {
  return find(OperationType::step, name, index);
}
TestOperation DurableFunctionTestResult::get_wait(std::string_view name, std::size_t index) const {
  return find(OperationType::wait, name, index);
}
TestOperation DurableFunctionTestResult::get_context(std::string_view name,
                                                     std::size_t index) const {
  return find(OperationType::context, name, index);
}
TestOperation DurableFunctionTestResult::get_callback(std::string_view name,
                                                      std::size_t index) const {
  return find(OperationType::callback, name, index);
}
TestOperation DurableFunctionTestResult::get_invoke(std::string_view name,
                                                    std::size_t index) const {
  return find(OperationType::chained_invoke, name, index);
}

const std::vector<wire::Event>& DurableFunctionTestResult::history() const {
  return record_->history();
}
const std::vector<TestInvocation>& DurableFunctionTestResult::invocations() const {
  return record_->invocations();
}

const Usage& DurableFunctionTestResult::usage() const { return record_->usage(); }

std::string DurableFunctionTestResult::history_json() const {
  const auto written = [](Result<std::string> text) {
    if (!text) throw std::runtime_error("the history cannot be written: " + text.error().message);
    return *std::move(text);
  };
  std::string text = "{\n\"DurableExecutionArn\": " + written(json::encode(execution_arn()));
  text += ",\n\"Events\": [";
  std::string_view separator = "\n";
  for (const wire::Event& event : history()) {
    text.append(separator).append(written(wire::encode(event)));
    separator = ",\n";
  }
  return text + "\n]\n}\n";
}

void DurableFunctionTestResult::save_history(const std::filesystem::path& file) const {
  const std::string text = history_json();
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("the history cannot be written to " + file.string());
}

void DurableFunctionTestResult::print(std::ostream& out, const PrintOptions& options) const {
  print_tree(out, *record_);
  print_usage(out, usage(), options.usage);
}
void DurableFunctionTestResult::print() const { print(std::cout); }
void DurableFunctionTestResult::print_timeline(std::ostream& out) const {
  durable::print_timeline(out, *record_);
}
std::string DurableFunctionTestResult::to_string() const {
  std::ostringstream out;
  print(out);
  return std::move(out).str();
}

}  // namespace durable
