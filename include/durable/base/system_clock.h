// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/time.h>

#include <atomic>

namespace durable {

/// The machine's time of day. When that is set back, this stands still until it is reached again.
/// It goes on where the process was frozen meanwhile, as a function is between its invocations.
///
/// Thread-safe.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;

 private:
  mutable std::atomic<Duration::rep> latest_{0};  // milliseconds since 1970
};

}  // namespace durable
