// SPDX-License-Identifier: Apache-2.0
#include "engine/invocation.h"

#include "engine/checkpoint.h"
#include "engine/operations/operations.h"
#include "engine/refusal.h"
#include "engine/validate.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace durable::engine {
namespace {

using wire::InvocationOutputStatus;

/// The service gives no ErrorType with what it finds wrong in an answer.
SharedError error_of(std::string message) {
  auto error = std::make_shared<wire::ErrorObject>();
  error->error_message = std::move(message);
  return error;
}

/// What is wrong with the function's answer; null: nothing. `draft` is as of the invocation's end.
SharedError check_output(const Draft& draft, const wire::InvocationOutput& output) {
  switch (output.status) {
    case InvocationOutputStatus::succeeded: {
      if (output.error) return error_of("Cannot provide an Error for SUCCEEDED status.");
      const std::uint64_t size = output.result ? output.result->size() : 0;
      const std::uint64_t limit = execution_bytes_max(draft.execution().info());
      if (size > limit) return error_of(too_large("Execution output payload size", limit, size));
      const std::uint64_t stored = draft.progress().stored_bytes + size;
      if (stored > draft.limits().stored_bytes_max) {
        return error_of(too_large("Bytes stored by one execution, its output included,",
                                  draft.limits().stored_bytes_max, stored));
      }
      return nullptr;
    }
    case InvocationOutputStatus::failed:
      if (output.result) return error_of("Cannot provide a Result for FAILED status.");
      if (output.error) {
        const Result<void> checked = check_error_size(draft.limits(), *output.error);
        if (!checked) return error_of(checked.error().message);
      }
      return nullptr;
    case InvocationOutputStatus::pending:
      if (output.result) return error_of("Cannot provide a Result for PENDING status.");
      if (output.error) return error_of("Cannot provide an Error for PENDING status.");
      // What was completed while the function ran is no longer open, but will be told to it.
      if (draft.progress().open_operations == 0 && !draft.progress().outside_change) {
        return error_of("Cannot return PENDING status with no pending operations.");
      }
      return nullptr;
    case InvocationOutputStatus::unknown:
      break;
  }
  return error_of("Invalid Status in invocation output.");
}

void record_end(Draft& draft, InvocationOutcome outcome, SharedError error, Timestamp retry_at) {
  auto record = std::make_shared<InvocationRecord>();
  record->request_id = std::string(draft.execution().request_id());
  record->started_at = draft.execution().invocation_started_at();
  record->outcome = outcome;
  record->error = std::move(error);
  record->retry_at = retry_at;
  draft.record(fact::InvocationCompleted{std::move(record)});
}

void answered(Draft& draft, const wire::InvocationOutput& output) {
  if (!draft.running()) {
    record_end(draft, InvocationOutcome::answered, nullptr, never);
    return;
  }
  if (SharedError wrong = check_output(draft, output)) {
    record_end(draft, InvocationOutcome::answered, nullptr, never);
    draft.record(fact::ExecutionFailed{std::move(wrong), wire::ExecutionStatus::failed});
    return;
  }
  if (output.status == InvocationOutputStatus::pending) {
    record_end(draft, InvocationOutcome::suspended, nullptr, never);
    return;
  }
  record_end(draft, InvocationOutcome::answered, nullptr, never);
  if (output.status == InvocationOutputStatus::succeeded) {
    draft.record(fact::ExecutionSucceeded{output.result});
    return;
  }
  SharedError error =
      output.error ? share(output.error) : std::make_shared<const wire::ErrorObject>();
  draft.record(fact::ExecutionFailed{std::move(error), wire::ExecutionStatus::failed});
}

/// A crash leaves whatever error the host gives; one that is too large to record must not stop the
/// execution from going on, so it loses its least needed parts.
wire::ErrorObject fitted(const Limits& limits, wire::ErrorObject error) {
  if (size_of(error) > limits.error_bytes_max) error.stack_trace.reset();
  if (size_of(error) > limits.error_bytes_max) error.error_data.reset();
  if (size_of(error) > limits.error_bytes_max) error.error_message = "(message too large)";
  return error;
}

void failed(Draft& draft, const wire::ErrorObject& found) {
  const SharedError error =
      std::make_shared<const wire::ErrorObject>(fitted(draft.limits(), found));
  if (!draft.running()) {
    record_end(draft, InvocationOutcome::failed, error, never);
    return;
  }
  const InvocationRetryPolicy& policy = draft.execution().info().settings.invocation_retry;
  const std::uint32_t failures = draft.progress().failures + 1;
  const bool quota_left = draft.progress().operations_used < draft.limits().operations_max;
  if (failures < policy.attempts_max && quota_left) {
    record_end(draft, InvocationOutcome::failed, error, draft.now() + policy.delay_after(failures));
    return;
  }
  record_end(draft, InvocationOutcome::failed, error, never);
  draft.record(fact::ExecutionFailed{error, wire::ExecutionStatus::failed});
}

void lost(Draft& draft, const wire::ErrorObject& shown) {
  record_end(draft, InvocationOutcome::lost,
             std::make_shared<const wire::ErrorObject>(fitted(draft.limits(), shown)),
             draft.running() ? draft.now() : never);
}

}  // namespace

Result<void> start_invocation(Draft& draft, const StartInvocation& command) {
  const Progress& progress = draft.progress();
  const std::string asked = "the invocation with request id \"" + command.request_id + "\" ";
  if (!draft.running()) {
    return misuse(asked + "cannot start: the execution is " +
                  std::string(wire::to_string(progress.status)) + ".");
  }
  if (progress.invocation_runs) {
    return misuse(asked + "cannot start: the one with request id \"" +
                  std::string(draft.execution().request_id()) + "\" still runs.");
  }
  if (progress.wanted_at == never) {
    return misuse(asked + "cannot start: none is wanted until an operation completes.");
  }
  if (progress.wanted_at > draft.now()) {
    return misuse(asked + "cannot start yet: it is wanted " +
                  std::to_string((progress.wanted_at - draft.now()).count()) + " ms later.");
  }
  draft.record(fact::InvocationStarted{command.request_id});
  return {};
}

Result<void> end_invocation(Draft& draft, const EndInvocation& command) {
  const std::string_view running = draft.execution().request_id();
  if (!draft.execution().invocation_runs() || command.request_id != running) {
    return misuse(
        "the invocation with request id \"" + command.request_id + "\" cannot end: expected " +
        (draft.execution().invocation_runs() ? "the running one, \"" + std::string(running) + "\"."
                                             : std::string("one to run, found none.")));
  }
  if (const auto* output = std::get_if<wire::InvocationOutput>(&command.outcome)) {
    answered(draft, *output);
  } else if (const auto* interrupted = std::get_if<InvocationLost>(&command.outcome)) {
    lost(draft, interrupted->error);
  } else {
    failed(draft, std::get<wire::ErrorObject>(command.outcome));
  }
  return {};
}

}  // namespace durable::engine
