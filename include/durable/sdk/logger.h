// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace durable {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// One structured value of a log line. Views: they live as long as the call that is given them.
struct LogField {
  std::string_view key;
  std::string_view value;
};

/// One log line. Views: they live as long as the call that is given them.
struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string_view message;
  std::span<const LogField> fields;
};

/// Receives log lines: the library's own and those written through a context's logger. The library
/// prints nothing itself.
///
/// Thread-safety: called from the workflow's thread only. Must not throw and must not call a
/// durable operation.
class Logger {
 public:
  Logger() = default;
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;
  virtual ~Logger() = default;

  /// Whether lines of `level` are wanted at all; asked before a line is put together.
  [[nodiscard]] virtual bool enabled(LogLevel level) const noexcept = 0;
  virtual void write(const LogRecord& record) noexcept = 0;
};

namespace detail {
class Operation;
struct ContextCore;
}  // namespace detail

/// The logger of a context or of a step's attempt. Adds `executionArn`, `requestId`, `operationId`,
/// `operationName` and `attempt` where they are known.
///
/// A context's logger is silent while the context replays, so that a line is written once although
/// the code runs again in each invocation. A step's logger always writes.
///
/// Lifetime: valid as long as the context that it came from.
class ScopedLogger {
 public:
  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::debug, message, fields);
  }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::info, message, fields);
  }
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::warning, message, fields);
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::error, message, fields);
  }
  void log(LogLevel level, std::string_view message,
           std::initializer_list<LogField> fields = {}) const;

 private:
  friend class DurableContext;
  friend class StepContext;
  ScopedLogger(const detail::ContextCore* context, const detail::Operation* step,
               std::uint32_t attempt) noexcept
      : context_(context), step_(step), attempt_(attempt) {}

  const detail::ContextCore* context_;
  const detail::Operation* step_;  // null for a context's own logger
  std::uint32_t attempt_;
};

}  // namespace durable
