// SPDX-License-Identifier: Apache-2.0
#include "engine/operations/operations.h"
#include "engine/validate.h"

namespace durable::engine {
namespace {

/// A condition's poll and a step's failed attempt are the same action. A poll carries the new state
/// as its payload; where both are left out, the sub type tells (a state may serialize to nothing).
bool is_poll(const wire::OperationUpdate& update) {
  return update.payload.has_value() || (!update.error && update.sub_type == "WaitForCondition");
}

Result<OperationNumber> retry(Draft& draft, const AllowedUpdate& allowed, std::uint32_t attempt) {
  const wire::OperationUpdate& update = allowed.update();
  const std::optional<std::int64_t> asked = update.step_options->next_attempt_delay_seconds;
  if (!asked) return refuse("Invalid StepOptions for the given action.", allowed.place);
  const auto delay = check_seconds("stepOptions.nextAttemptDelaySeconds", *asked, 1,
                                   draft.limits().retry_delay_max_s, allowed.place);
  if (!delay) return delay.error();
  if (is_poll(update)) {
    draft.record(*allowed.number, fact::ConditionPolled{update.payload, attempt, *delay});
  } else {
    draft.record(*allowed.number, fact::StepRetried{share(update.error), attempt, *delay});
  }
  return *allowed.number;
}

}  // namespace

Result<OperationNumber> update_step(Draft& draft, const AllowedUpdate& allowed) {
  const wire::OperationUpdate& update = allowed.update();
  if (!allowed.number) return draft.start(OperationInfo::make(allowed.parts()));

  const OperationNumber number = *allowed.number;
  // Attempts count where they end, not where they start.
  const std::uint32_t attempt = draft.operation(number).attempt + 1;
  switch (update.action) {
    case wire::OperationAction::start:
      draft.record(number, fact::StepRestarted{});
      break;
    case wire::OperationAction::succeed:
      draft.record(number, fact::OperationSucceeded{update.payload, attempt, false});
      break;
    case wire::OperationAction::fail:
      draft.record(number, fact::OperationFailed{share(update.error), attempt,
                                                 wire::OperationStatus::failed});
      break;
    case wire::OperationAction::retry:
      return retry(draft, allowed, attempt);
    case wire::OperationAction::cancel:
    case wire::OperationAction::unknown:
      DURABLE_ASSERT(false);
      break;  // Not in the table.
  }
  return number;
}

void fire_step(Draft& draft, OperationNumber number) { draft.record(number, fact::StepReady{}); }

}  // namespace durable::engine
