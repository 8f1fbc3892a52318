// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sdk/runtime.h"

#include <cstdint>
#include <string_view>

namespace durable::detail {

/// A callback's time-outs as the service takes them; zero: none.
struct CallbackTimes {
  std::int64_t timeout_s = 0;
  std::int64_t heartbeat_timeout_s = 0;
};

/// Rounds up to whole seconds. Throws `ValidationError` for a time that the service would refuse.
[[nodiscard]] CallbackTimes check_times(const CallKind& kind, std::string_view name,
                                        Duration timeout, Duration heartbeat_timeout);

}  // namespace durable::detail
