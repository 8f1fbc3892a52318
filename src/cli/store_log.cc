// SPDX-License-Identifier: Apache-2.0
#include "cli/store_log.h"

#include "cli/text.h"

namespace durable::cli {

void StoreLog::failed(const Error& error) {
  const Timestamp now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    const Duration pause = error.message == reason_ ? store_line_pause : store_reason_pause;
    // A clock that was set back must not silence it.
    if (written_at_ && now >= *written_at_ && now - *written_at_ < pause) return;
    reason_ = error.message;
    written_at_ = now;
  }
  std::string line = format_time_ms(now, std::nullopt) + " ERROR " + error.message;
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) c = '?';  // the path is the user's
  }
  out_(line + "\n");
}

}  // namespace durable::cli
