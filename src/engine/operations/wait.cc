// SPDX-License-Identifier: Apache-2.0
#include "engine/operations/operations.h"
#include "engine/validate.h"

namespace durable::engine {

Result<OperationNumber> update_wait(Draft& draft, const AllowedUpdate& allowed) {
  const wire::OperationUpdate& update = allowed.update();
  if (update.action == wire::OperationAction::cancel) {
    draft.record(*allowed.number,
                 fact::OperationFailed{share(update.error), 0, wire::OperationStatus::cancelled});
    return *allowed.number;
  }
  if (!update.wait_options || !update.wait_options->wait_seconds) {
    return refuse("Update for WAIT operation requires WaitOptions.", allowed.place);
  }
  const auto seconds = check_seconds("waitOptions.waitSeconds", *update.wait_options->wait_seconds,
                                     1, draft.limits().wait_max_s, allowed.place);
  if (!seconds) return seconds.error();
  OperationInfo::Parts parts = allowed.parts();
  parts.timeout_s = *seconds;
  return draft.start(OperationInfo::make(std::move(parts)));
}

void fire_wait(Draft& draft, OperationNumber number) {
  draft.record(number, fact::OperationSucceeded{});
}

}  // namespace durable::engine
