// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/json/json.h>
#include <durable/testing/usage.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace durable {

using wire::ErrorObject;
using wire::OperationStatus;
using wire::OperationType;

/// How an execution stands, as a test sees it.
enum class InvocationStatus : std::uint8_t {
  pending,  ///< Not at its end: it waits for something, or its run was cut short.
  succeeded,
  failed,
  timed_out,
  stopped,
};

/// The service's word for `status`: `SUCCEEDED`, `TIMED_OUT`, ...
[[nodiscard]] std::string_view to_string(InvocationStatus status) noexcept;

/// A test asked its result for something that is not there, or that has another type. The text
/// shows what is there.
class ResultLookupError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace detail {
class RunRecord;
[[noreturn]] void throw_undecodable(std::string_view what, std::string_view payload,
                                    const Error& error);
}  // namespace detail

/// One operation of a finished or interrupted run: a cheap handle that keeps the run's record
/// alive.
///
/// Thread-safety: const members may be called from several threads.
class TestOperation {
 public:
  [[nodiscard]] const std::string& id() const noexcept;
  /// Empty when the function gave none.
  [[nodiscard]] std::string_view name() const noexcept;
  /// The names from the root, joined by `/`; an operation without a name shows as its type and id.
  [[nodiscard]] std::string path() const;
  [[nodiscard]] OperationType type() const noexcept;
  /// `Step`, `Wait`, `RunInChildContext`, ...
  [[nodiscard]] std::string_view sub_type() const noexcept;
  [[nodiscard]] OperationStatus status() const noexcept;
  /// The attempts of a step that have ended, the successful one included; 0 for other types.
  [[nodiscard]] std::int64_t attempts() const noexcept;
  [[nodiscard]] std::optional<Timestamp> start_timestamp() const noexcept;
  [[nodiscard]] std::optional<Timestamp> end_timestamp() const noexcept;
  /// From start to end, in the runner's time; absent while the operation is open.
  [[nodiscard]] std::optional<Duration> duration() const noexcept;

  /// The serialized result; absent when there is none.
  [[nodiscard]] std::optional<Payload> raw_result() const;
  /// The result as a `T`. Throws `ResultLookupError` when there is none or it is no `T`.
  template <class T>
  [[nodiscard]] T result() const;
  /// The recorded error of the last attempt; null when there is none.
  [[nodiscard]] const ErrorObject* error() const noexcept;

  /// The operations inside this one, in the order of their start.
  [[nodiscard]] std::vector<TestOperation> children() const;

  /// With which others complete a callback; also for a `wait_for_callback`, whose callback is
  /// inside it. Throws `ResultLookupError` for anything else.
  [[nodiscard]] std::string callback_id() const;
  /// What an invoke calls, as it is written in the call. This and the two below throw
  /// `ResultLookupError` for anything but an invoke.
  [[nodiscard]] std::string invoked_function() const;
  /// The execution that an invoke started; absent for a function that is not durable, and for one
  /// that a script stands for.
  [[nodiscard]] std::optional<std::string> invoked_execution_arn() const;
  [[nodiscard]] std::optional<std::string> tenant_id() const;

  /// Everything the service recorded.
  [[nodiscard]] const wire::Operation& recorded() const noexcept;

 private:
  friend class DurableFunctionTestResult;
  [[nodiscard]] const wire::ChainedInvokeStartedDetails& invoke_details() const;

  TestOperation(std::shared_ptr<const detail::RunRecord> record, std::size_t index)
      : record_(std::move(record)), index_(index) {}

  std::shared_ptr<const detail::RunRecord> record_;  // owners: the result and its handles
  std::size_t index_;
};

/// One invocation of the function within an execution.
struct TestInvocation {
  std::string request_id;
  Timestamp start_timestamp{};
  Timestamp end_timestamp{};
  std::optional<ErrorObject> error;  ///< The function crashed, timed out or threw to Lambda.
};

/// What happened in a run: status, result, error, the tree of operations, the history. The same in
/// both modes.
///
/// Cheap to copy. Operations and history are built when they are first asked for.
/// Lookups look in the whole tree, in the order in which operations started; `index` counts equal
/// names from 0. Each throws `ResultLookupError`, with what is there, when nothing fits.
///
/// Thread-safety: const members may be called from several threads.
class DurableFunctionTestResult {
 public:
  explicit DurableFunctionTestResult(std::shared_ptr<const detail::RunRecord> record);

  [[nodiscard]] InvocationStatus status() const noexcept;
  [[nodiscard]] const std::string& execution_arn() const noexcept;

  /// The serialized result; absent when the execution has none.
  [[nodiscard]] const std::optional<Payload>& raw_result() const noexcept;
  /// The function's result as a `T`. Throws `ResultLookupError` when the execution did not succeed,
  /// or the result is no `T`.
  template <class T>
  [[nodiscard]] T result() const;
  /// Why the execution failed, timed out or was stopped; null when it did not.
  [[nodiscard]] const ErrorObject* error() const noexcept;

  /// From start to end, in the runner's time; to the present for an execution that is not at its
  /// end.
  [[nodiscard]] Duration duration() const noexcept;

  /// The operations at the root, in the order of their start. The execution itself is not among
  /// them.
  [[nodiscard]] std::vector<TestOperation> operations() const;
  /// Every operation of the tree, in the order of their start.
  [[nodiscard]] std::vector<TestOperation> get_all_operations() const;
  [[nodiscard]] TestOperation get_operation_by_name(std::string_view name,
                                                    std::size_t index = 0) const;
  /// The operation at position `index` of `get_all_operations()`.
  [[nodiscard]] TestOperation get_operation_by_index(std::size_t index) const;
  [[nodiscard]] TestOperation get_operation_by_id(std::string_view id) const;
  /// By names from the root joined by `/`, e.g. `fulfil/charge`.
  [[nodiscard]] TestOperation get_operation_by_path(std::string_view path,
                                                    std::size_t index = 0) const;
  [[nodiscard]] TestOperation get_step(std::string_view name, std::size_t index = 0) const;
  [[nodiscard]] TestOperation get_wait(std::string_view name, std::size_t index = 0) const;
  [[nodiscard]] TestOperation get_context(std::string_view name, std::size_t index = 0) const;
  [[nodiscard]] TestOperation get_callback(std::string_view name, std::size_t index = 0) const;
  [[nodiscard]] TestOperation get_invoke(std::string_view name, std::size_t index = 0) const;

  /// The execution's history, with data, oldest first.
  [[nodiscard]] const std::vector<wire::Event>& history() const;
  /// The function's invocations, oldest first.
  [[nodiscard]] const std::vector<TestInvocation>& invocations() const;
  /// The history as JSON: what the AWS CLI prints for one, with the execution's ARN; an event a
  /// line. For `replay_history`. Throws `std::runtime_error` for a payload that is not UTF-8.
  [[nodiscard]] std::string history_json() const;
  /// Writes `history_json` to a file. Throws `std::runtime_error` when it cannot be written.
  void save_history(const std::filesystem::path& file) const;

  /// What the run used of what the service allows and bills.
  [[nodiscard]] const Usage& usage() const;

  /// Writes the tree of operations with statuses, attempts and durations. Payloads are shortened.
  /// Says which limits the run came close to, or all that it used.
  void print(std::ostream& out, const PrintOptions& options = {}) const;
  /// As above, to standard output.
  void print() const;
  /// Writes the history as a timeline: what happened when, and how long nothing did.
  void print_timeline(std::ostream& out) const;
  /// What `print` writes.
  [[nodiscard]] std::string to_string() const;

 private:
  [[nodiscard]] Payload required_result() const;
  [[nodiscard]] TestOperation find(std::optional<OperationType> type, std::string_view name,
                                   std::size_t index) const;

  std::shared_ptr<const detail::RunRecord> record_;  // owners: this result, its copies and handles
};

template <class T>
T TestOperation::result() const {
  const std::optional<Payload> payload = raw_result();
  const std::string_view text = payload ? payload->view() : std::string_view("null");
  Result<T> value = json::decode<T>(text);
  if (!value) detail::throw_undecodable("operation \"" + path() + "\"", text, value.error());
  return *std::move(value);
}

template <class T>
T DurableFunctionTestResult::result() const {
  const Payload payload = required_result();
  Result<T> value = json::decode<T>(payload.view());
  if (!value) detail::throw_undecodable("the execution", payload.view(), value.error());
  return *std::move(value);
}

}  // namespace durable
