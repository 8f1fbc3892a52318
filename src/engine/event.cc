// SPDX-License-Identifier: Apache-2.0
#include "engine/event.h"

namespace durable::engine {

bool operator==(const InvocationRecord& a, const InvocationRecord& b) {
  const bool same_error = a.error == b.error || (a.error && b.error && *a.error == *b.error);
  return same_error && a.request_id == b.request_id && a.started_at == b.started_at &&
         a.outcome == b.outcome && a.retry_at == b.retry_at;
}

}  // namespace durable::engine
