// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/access_log.h"

#include <durable/base/error.h>
#include <durable/base/time.h>

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace durable::cli {

/// How often a line with the same reason is written, and with another one.
inline constexpr Duration store_line_pause = std::chrono::seconds{10};
inline constexpr Duration store_reason_pause = std::chrono::seconds{1};

/// Why the store refuses, as a line at level ERROR: a full disk fails every request and a retry a
/// second besides, and they all have one reason. Thread-safe.
class StoreLog {
 public:
  /// `clock` outlives this.
  StoreLog(LineSink out, const Clock& clock) : out_(std::move(out)), clock_(clock) {}

  void failed(const Error& error);

 private:
  const LineSink out_;
  const Clock& clock_;
  std::mutex mutex_;  // guards the two below
  std::string reason_;
  std::optional<Timestamp> written_at_;
};

}  // namespace durable::cli
