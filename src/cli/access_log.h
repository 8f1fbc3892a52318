// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/call.h"

#include <durable/base/time.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

namespace durable::cli {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

/// `DEBUG`, ...; what is none of them is `info`.
[[nodiscard]] LogLevel log_level_of(std::string_view word) noexcept;

/// The level of the line for an answer: what starts executions is info, all other successes are
/// debug, refusals are warnings and 5xx are errors.
[[nodiscard]] LogLevel level_of(const server::AccessRecord& record) noexcept;

/// Takes whole lines, from any thread.
using LineSink = std::function<void(std::string_view lines)>;

/// A line for each answer: time, status, method, path, duration, request id. Thread-safe.
class PrintedAccessLog final : public server::AccessLog {
 public:
  /// `clock` outlives this.
  PrintedAccessLog(LineSink out, const Clock& clock, std::string_view level)
      : out_(std::move(out)), clock_(clock), level_(log_level_of(level)) {}

  [[nodiscard]] LogLevel level() const noexcept { return level_; }
  void answered(const server::AccessRecord& record) override;

 private:
  const LineSink out_;
  const Clock& clock_;
  const LogLevel level_;
};

}  // namespace durable::cli
