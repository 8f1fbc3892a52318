// SPDX-License-Identifier: Apache-2.0
#include "engine/event.h"

#include <type_traits>

namespace durable::engine {

bool in_history(const Fact& fact) noexcept {
  return std::visit(
      [](const auto& alternative) {
        using Alternative = std::remove_cvref_t<decltype(alternative)>;
        return !std::is_same_v<Alternative, fact::InvocationStarted> &&
               !std::is_same_v<Alternative, fact::CheckpointAccepted> &&
               !std::is_same_v<Alternative, fact::StepReady> &&
               !std::is_same_v<Alternative, fact::CallbackHeartbeat> &&
               !std::is_same_v<Alternative, fact::ChainedInvokeReported>;
      },
      fact);
}

bool operator==(const InvocationRecord& a, const InvocationRecord& b) {
  const bool same_error = a.error == b.error || (a.error && b.error && *a.error == *b.error);
  return same_error && a.request_id == b.request_id && a.started_at == b.started_at &&
         a.outcome == b.outcome && a.retry_at == b.retry_at;
}

}  // namespace durable::engine
