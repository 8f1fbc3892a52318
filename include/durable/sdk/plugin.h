// SPDX-License-Identifier: Apache-2.0
//
// Observers of durable functions, for tracing, metrics and logs. Registered by
// `Handler::use_plugin`, so that tests and production run with the same ones.
#pragma once

#include <durable/base/payload.h>
#include <durable/base/time.h>
#include <durable/sdk/logger.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace durable {

// What hooks are given are views: they live as long as the call. Times are the service's where it
// has told them, and else those of the host's clock; absent without either.

/// An invocation: one run of the function over what is recorded.
struct InvocationInfo {
  std::string_view execution_arn;
  std::string_view request_id;
  bool first = false;  ///< Nothing is recorded of this execution yet.
  /// Recorded operations when the invocation began, without the execution itself.
  std::size_t operations_count = 0;
  /// Of these, how many have changed since the invocation before; 0 if the service does not say.
  std::size_t updated_operations_count = 0;
  std::optional<Timestamp> execution_started = {};
  std::optional<Timestamp> started = {};
};

/// What Lambda and the service are told at the end of an invocation.
enum class InvocationVerdict : std::uint8_t {
  succeeded,          ///< The execution has ended SUCCEEDED.
  failed,             ///< The execution has ended FAILED.
  pending,            ///< The execution goes on in a later invocation, or was closed from outside.
  invocation_failed,  ///< Lambda is told of a failure; the service invokes again.
};

/// An invocation that has ended.
struct InvocationEndInfo : InvocationInfo {
  InvocationVerdict verdict = InvocationVerdict::pending;
  const wire::ErrorObject* error = nullptr;  ///< Null unless something failed.
  std::optional<Timestamp> ended = {};
};

/// An operation as it stands.
struct OperationInfo {
  std::string_view execution_arn;
  std::string_view id;         ///< As it is recorded.
  std::string_view parent_id;  ///< Empty: the operation belongs to the handler itself.
  std::string_view name;       ///< Empty: none.
  wire::OperationType type = wire::OperationType::unknown;
  std::string_view sub_type;
  wire::OperationStatus status = wire::OperationStatus::unknown;
  std::optional<Timestamp> started = {};
  std::optional<Timestamp> ended = {};
  /// Of steps and conditions: the attempt that runs or is due, or in which it ended; from 1. Else
  /// 0.
  std::uint32_t attempt = 0;
  bool replayed = false;                     ///< An earlier invocation has started it.
  const Payload* result = nullptr;           ///< As it is recorded; null: none.
  const wire::ErrorObject* error = nullptr;  ///< Null: none.
};

/// Operations that something else than this function's code has changed: a wait that is over, a
/// retry that is due, a callback or an invoked function that has ended.
struct OperationChangeInfo {
  std::string_view execution_arn;
  std::span<const OperationInfo> operations;  ///< As they stand now.
  /// As `InvocationInfo::operations_count`: how many there were when the invocation began.
  std::size_t operations_count = 0;
};

/// A run of a function of the user's: the handler, a step's attempt, the body of a child context, a
/// check of a condition.
struct UserFunctionInfo {
  std::string_view execution_arn;
  std::string_view id;         ///< The operation's; for the handler that of the execution itself.
  std::string_view parent_id;  ///< Empty: none.
  std::string_view name;       ///< Empty: none.
  wire::OperationType type = wire::OperationType::unknown;  ///< `execution` for the handler.
  std::string_view sub_type;
  std::uint32_t attempt = 0;        ///< From 1; 0 where there are no attempts.
  bool replayed = false;            ///< An earlier invocation has started the operation.
  bool replaying_children = false;  ///< Operations inside are recorded, and will be replayed.
  std::optional<Timestamp> started = {};
};

enum class UserFunctionOutcome : std::uint8_t {
  succeeded,   ///< It returned.
  failed,      ///< It threw.
  unfinished,  ///< It waits for something when the invocation ends, or its future was dropped.
};

/// A run of a function of the user's that has ended.
struct UserFunctionEndInfo : UserFunctionInfo {
  UserFunctionOutcome outcome = UserFunctionOutcome::unfinished;
  const wire::ErrorObject* error = nullptr;  ///< What it threw; null unless failed.
  std::optional<Timestamp> ended = {};
};

/// Something of a plugin's that lives as long as an invocation or a run of a user's function: a
/// span, a timer. Its destructor must not throw.
class PluginScope {
 public:
  PluginScope() = default;
  PluginScope(const PluginScope&) = delete;
  PluginScope& operator=(const PluginScope&) = delete;
  virtual ~PluginScope() = default;
};

/// Is told what happens in a durable function. Each hook does nothing unless it is overridden.
///
/// A plugin only watches. What a hook throws is caught, and logged as a warning once in an
/// invocation; the execution and the other plugins go on. A durable call from a hook is a
/// `UsageError`. Plugins are called in the order in which they were registered.
///
/// Over an execution in which no invocation is killed, the start of each operation is told exactly
/// once without `replayed`, and its end exactly once. docs/plugins.md says what a kill changes.
///
/// Thread-safety: called from the workflow's thread only. A host that runs several invocations at
/// the same time calls the same object from several threads.
class Plugin {
 public:
  Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  virtual ~Plugin() = default;

  /// The recorded state is loaded; the handler has not run yet.
  virtual void on_invocation_start(const InvocationInfo& /*invocation*/) {}
  /// All is written; nothing of the function runs any more.
  virtual void on_invocation_end(const InvocationEndInfo& /*invocation*/) {}

  /// A new operation, before its start is sent; or, with `replayed` set, one that an earlier
  /// invocation has started and that is still open.
  virtual void on_operation_start(const OperationInfo& /*operation*/) {}
  /// An operation has ended and is recorded so. For one that ended while no invocation ran: when
  /// this invocation's code comes to it, or at the invocation's end.
  virtual void on_operation_end(const OperationInfo& /*operation*/) {}
  /// Told at the start of an invocation, and whenever the service tells of changes.
  virtual void on_operation_change(const OperationChangeInfo& /*change*/) {}

  /// Before the function itself, and after it.
  virtual void on_user_function_start(const UserFunctionInfo& /*function*/) {}
  virtual void on_user_function_end(const UserFunctionEndInfo& /*function*/) {}

  /// After `on_invocation_start`; what is returned is destroyed before `on_invocation_end`, that of
  /// the last plugin first.
  [[nodiscard]] virtual std::unique_ptr<PluginScope> around_invocation(
      const InvocationInfo& /*invocation*/) {
    return nullptr;
  }
  /// After `on_user_function_start`; what is returned is destroyed before `on_user_function_end`,
  /// that of the last plugin first. Coroutines interleave: what is put in place here for a child
  /// context is still there while other code runs.
  [[nodiscard]] virtual std::unique_ptr<PluginScope> around_user_function(
      const UserFunctionInfo& /*function*/) {
    return nullptr;
  }

  /// Adds fields to a log line that is about to be written.
  virtual void enrich_log(const LogRecord& /*line*/, LogFields& /*fields*/) {}
};

}  // namespace durable
