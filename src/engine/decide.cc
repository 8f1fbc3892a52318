// SPDX-License-Identifier: Apache-2.0
#include "engine/decide.h"

#include "engine/checkpoint.h"
#include "engine/draft.h"
#include "engine/invocation.h"
#include "engine/operations/operations.h"
#include "engine/refusal.h"
#include "engine/token.h"
#include "engine/validate.h"

#include <durable/base/assert.h>

#include <memory>
#include <string>
#include <utility>

namespace durable::engine {
namespace {

Result<void> check_start(const Execution& execution, const StartExecution& command,
                         const ExecutionInfo& info) {
  if (execution.started()) {
    return misuse("the execution \"" + std::string(execution.arn()) +
                  "\" was started before; expected one that nothing has happened to.");
  }
  const Limits& limits = command.settings.limits;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(command.execution_timeout);
  if (seconds != command.execution_timeout || seconds.count() < 1 ||
      seconds.count() > limits.execution_timeout_max_s) {
    return refuse("1 validation error detected: Value '" +
                  std::to_string(command.execution_timeout.count()) +
                  " ms' at 'executionTimeout' failed to satisfy constraint: Member must be whole "
                  "seconds, from 1 to " +
                  std::to_string(limits.execution_timeout_max_s));
  }
  const std::uint64_t limit = execution_bytes_max(info);
  const std::uint64_t size = command.input ? command.input->size() : 0;
  if (size > limit) {
    return Error{ErrorCode::request_too_large,
                 too_large("Execution input payload size", limit, size)};
  }
  return {};
}

Result<void> start_execution(const Execution& execution, const StartExecution& command,
                             Timestamp now, Decision& out) {
  auto shared = std::make_shared<ExecutionInfo>();
  ExecutionInfo& info = *shared;
  info.arn = command.arn;
  info.name = command.name;
  info.function_arn = command.function_arn;
  info.version = command.version;
  info.input = command.input;
  info.execution_timeout = command.execution_timeout;
  info.started_by = command.started_by;
  info.token_secret = command.token_secret;
  info.arn_tag = make_arn_tag(command.arn);
  info.settings = command.settings;
  if (auto checked = check_start(execution, command, info); !checked) return checked;

  out.events.emplace_back(now, 1, 0, fact::ExecutionStarted{std::move(shared)});
  out.effects.emplace_back(WakeUp{std::nullopt, now + command.execution_timeout});
  out.effects.emplace_back(Invoke{now});
  return {};
}

Result<void> stop(Draft& draft, const Stop& command) {
  if (!draft.running()) return {};
  SharedError error =
      command.error ? share(command.error) : std::make_shared<const wire::ErrorObject>();
  if (auto checked = check_error_size(draft.limits(), *error); !checked) return checked;
  draft.record(fact::ExecutionFailed{std::move(error), wire::ExecutionStatus::stopped});
  return {};
}

/// Hands each command to its rules; what was due has happened before.
class Handler {
 public:
  explicit Handler(Draft& draft) : draft_(draft) {}

  Result<void> operator()(const StartExecution&) const {
    DURABLE_ASSERT(false);  // Has no draft: there is nothing to draft on.
    return {};
  }
  Result<void> operator()(const StartInvocation& command) const {
    return start_invocation(draft_, command);
  }
  Result<void> operator()(const Checkpoint& command) const { return checkpoint(draft_, command); }
  Result<void> operator()(const EndInvocation& command) const {
    return end_invocation(draft_, command);
  }
  Result<void> operator()(const CompleteCallback& command) const {
    if (auto completed = complete_callback(draft_, command); !completed) return completed;
    return check_quotas(draft_);
  }
  Result<void> operator()(const HeartbeatCallback& command) const {
    return heartbeat_callback(draft_, command);
  }
  Result<void> operator()(const ChainedInvokeStarted& command) const {
    return report_chained_invoke(draft_, command);
  }
  Result<void> operator()(const CompleteChainedInvoke& command) const {
    return complete_chained_invoke(draft_, command);
  }
  Result<void> operator()(const Stop& command) const { return stop(draft_, command); }
  Result<void> operator()(const Tick&) const { return {}; }

 private:
  Draft& draft_;
};

/// What every command but the start does: nothing to an execution that is not there, and else what
/// is due by now before what `handle` does.
template <class Handle>
Result<void> decide_on_draft(const Execution& execution, Timestamp now, Decision& out,
                             Handle handle) {
  if (!execution.started()) {
    return Error{ErrorCode::resource_not_found, "Durable Execution does not exist"};
  }
  Draft draft(execution, now, out);
  fire_due(draft);
  if (auto handled = handle(draft); !handled) {
    out.events.clear();
    out.effects.clear();
    return handled;
  }
  draft.finish();
  return {};
}

void begin(const Execution& execution, Timestamp now, Decision& out) {
  out.events.clear();
  out.effects.clear();
  out.overlay.clear();
  DURABLE_ASSERT(now >= execution.progress().last_event_at);
}

}  // namespace

Result<void> decide(const Execution& execution, const Command& command, Timestamp now,
                    Decision& out) {
  if (const auto* asked = std::get_if<Checkpoint>(&command)) {
    return decide(execution, *asked, now, out);
  }
  begin(execution, now, out);
  if (const auto* start = std::get_if<StartExecution>(&command)) {
    return start_execution(execution, *start, now, out);
  }
  return decide_on_draft(execution, now, out,
                         [&](Draft& draft) { return std::visit(Handler(draft), command); });
}

Result<void> decide(const Execution& execution, const Checkpoint& command, Timestamp now,
                    Decision& out) {
  begin(execution, now, out);
  if (execution.started() && is_repeat(execution, command)) return {};
  return decide_on_draft(execution, now, out,
                         [&](Draft& draft) { return checkpoint(draft, command); });
}

Result<Decision> decide(const Execution& execution, const Command& command, Timestamp now) {
  Decision decision;
  if (auto decided = decide(execution, command, now, decision); !decided) return decided.error();
  return decision;
}

std::vector<Effect> obligations(const Execution& execution) {
  std::vector<Effect> effects;
  if (!execution.running()) return effects;
  effects.emplace_back(WakeUp{execution.next_timer(), *execution.execution_deadline()});
  if (const auto wanted = execution.invocation_wanted_at()) effects.emplace_back(Invoke{*wanted});
  for (const OperationNumber number : execution.unreported_invokes()) {
    effects.emplace_back(StartChainedInvoke{number, execution.operation(number).info});
  }
  return effects;
}

}  // namespace durable::engine
