// SPDX-License-Identifier: Apache-2.0
#include "engine/operations/operations.h"

namespace durable::engine {

Result<OperationNumber> update_context(Draft& draft, const AllowedUpdate& allowed) {
  const wire::OperationUpdate& update = allowed.update();
  if (update.action == wire::OperationAction::start) {
    return draft.start(OperationInfo::make(allowed.parts()));
  }
  const OperationNumber number = *allowed.number;
  if (update.action == wire::OperationAction::succeed) {
    fact::OperationSucceeded succeeded{update.payload, 0, false};
    if (update.context_options) {
      succeeded.replay_children = update.context_options->replay_children.value_or(false);
    }
    draft.record(number, std::move(succeeded));
  } else {
    draft.record(number,
                 fact::OperationFailed{share(update.error), 0, wire::OperationStatus::failed});
  }
  return number;
}

}  // namespace durable::engine
