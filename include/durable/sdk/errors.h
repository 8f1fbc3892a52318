// SPDX-License-Identifier: Apache-2.0
//
// What user code may catch, and when each is thrown. An error of an operation is always rebuilt
// from what was recorded, so the first run and every replay throw the same.
#pragma once

#include <durable/wire/model.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace durable {

/// Base of everything that this library throws into user code.
class DurableError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// The class name under which the error is recorded when nothing catches it, e.g. `StepError`.
  [[nodiscard]] virtual std::string_view class_name() const noexcept = 0;
};

/// The execution cannot succeed, however often it is tried: it ends FAILED, and no retry policy is
/// asked. User code may throw it anywhere to say the same.
class ExecutionError : public DurableError {
 public:
  using DurableError::DurableError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "ExecutionError"; }
};

/// The code made another durable call than the one recorded at this place. Ends the execution even
/// if it is caught.
class NonDeterministicExecutionError final : public ExecutionError {
 public:
  using ExecutionError::ExecutionError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "NonDeterministicExecutionError";
  }
};

/// The library was used in a way that cannot work: a durable call inside a step body, through
/// another context's object, after a context's end, or from a destructor. Ends the execution even
/// if it is caught.
class UsageError final : public ExecutionError {
 public:
  using ExecutionError::ExecutionError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "UsageError"; }
};

/// The recorded state makes no sense, e.g. a step in a status that steps do not have. Ends the
/// execution.
class InvalidStateError final : public ExecutionError {
 public:
  using ExecutionError::ExecutionError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "InvalidStateError";
  }
};

/// The environment of this invocation failed for the moment: the invocation ends as a Lambda
/// failure, nothing is recorded for it, and the service invokes again. User code may throw it to
/// say the same.
class InvocationError final : public DurableError {
 public:
  using DurableError::DurableError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "InvocationError"; }
};

/// An argument is out of range, e.g. a wait of less than a second. Thrown by the call itself, which
/// then leaves no operation and uses no id.
class ValidationError final : public DurableError {
 public:
  using DurableError::DurableError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "ValidationError"; }
};

/// A value could not be written as, or read from, its serialized form. A result that cannot be
/// written ends the execution even if it is caught: a retry would not help.
class SerDesError final : public DurableError {
 public:
  using DurableError::DurableError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "SerDesError"; }
};

/// An operation failed for good. `what()` is the recorded message.
class OperationError : public DurableError {
 public:
  /// `operation_name` and `operation_id` say which one; the name may be empty.
  OperationError(wire::ErrorObject error, std::string operation_name, std::string operation_id);

  /// The recorded type of what was thrown inside, e.g. `bank::Declined`; empty if none is recorded.
  [[nodiscard]] std::string_view error_type() const noexcept;
  /// All that was recorded.
  [[nodiscard]] const wire::ErrorObject& error() const noexcept { return details_->error; }
  [[nodiscard]] const std::string& operation_name() const noexcept { return details_->name; }
  [[nodiscard]] const std::string& operation_id() const noexcept { return details_->id; }

 private:
  struct Details {
    wire::ErrorObject error;
    std::string name;
    std::string id;
  };
  std::shared_ptr<const Details> details_;  // owners: the copies that a throw makes
};

/// A step failed, and its retry policy gave up.
class StepError : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "StepError"; }
};

/// A step with `StepSemantics::at_most_once_per_retry` was cut off between its start and its end,
/// and its retry policy gave up: whether its effect happened is not known.
class StepInterruptedError final : public StepError {
 public:
  using StepError::StepError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "StepInterruptedError";
  }
};

/// An exception left the body of a child context.
class ChildContextError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "ChildContextError";
  }
};

/// A callback was not completed in time: `error_type()` is `Callback.Timeout` or
/// `Callback.Heartbeat`.
class CallbackTimeoutError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "CallbackTimeoutError";
  }
};

/// Whoever was given a callback's id has completed it with a failure, whose type, message and data
/// are those of `error()`.
class CallbackExternalError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "CallbackExternalError";
  }
};

/// The submitter of a `wait_for_callback` failed, and its retry policy gave up.
class CallbackSubmitterError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "CallbackSubmitterError";
  }
};

/// An invoked function failed, timed out, was stopped or could not be found.
class InvokeError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "InvokeError"; }
};

/// A wait was awaited that had been cancelled: by its future's `cancel()`, or by a race that it was
/// part of and that something else won.
class WaitCancelledError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "WaitCancelledError";
  }
};

/// Every future given to `any` has failed. `what()` lists why each did, in the order of the
/// arguments.
class AllFailedError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override { return "AllFailedError"; }
};

/// The check of a `wait_for_condition` threw, or its polls are used up.
class WaitForConditionError final : public OperationError {
 public:
  using OperationError::OperationError;
  [[nodiscard]] std::string_view class_name() const noexcept override {
    return "WaitForConditionError";
  }
};

/// A second base for exception types of users: gives the name under which the exception is
/// recorded, which then does not depend on the compiler or on a renaming, and data to record with
/// it. Types that cannot have it are named by `Handler::name_error`.
///
/// \code
/// struct Declined : std::runtime_error, durable::DescribesError {
///   using std::runtime_error::runtime_error;
///   std::string error_type() const override { return "Declined"; }
/// };
/// \endcode
class DescribesError {
 public:
  virtual ~DescribesError() = default;
  /// Recorded as `ErrorType`; what retry filters compare, and `OperationError::error_type` returns.
  [[nodiscard]] virtual std::string error_type() const = 0;
  /// Recorded as `ErrorData`; absent: none.
  [[nodiscard]] virtual std::optional<std::string> error_data() const { return std::nullopt; }
};

}  // namespace durable
