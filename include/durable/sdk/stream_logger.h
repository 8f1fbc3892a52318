// SPDX-License-Identifier: Apache-2.0
//
// Loggers that write lines to a stream or a file.
#pragma once

#include <durable/base/time.h>
#include <durable/sdk/logger.h>

#include <cstdio>
#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>

namespace durable {

/// What `JsonLinesLogger` and `TextLogger` have in common: a sink, a clock, the lowest level that
/// is written. Each line is written at once, by one call, and flushed. `SystemClock` tells the
/// machine's time.
///
/// Lifetime: sink and clock outlive the logger. Thread-safety: safe, for all threads that use the
/// same logger, if the clock is.
class StreamLogger : public Logger {
 public:
  [[nodiscard]] bool enabled(LogLevel level) const noexcept override { return level >= lowest_; }
  void write(const LogRecord& record) noexcept override;

 protected:
  StreamLogger(std::ostream& stream, const Clock& clock, LogLevel lowest) noexcept
      : stream_(&stream), clock_(clock), lowest_(lowest) {}
  StreamLogger(std::FILE* file, const Clock& clock, LogLevel lowest) noexcept
      : file_(file), clock_(clock), lowest_(lowest) {}

 private:
  /// Appends `record` to `line`, without a line break.
  virtual void format(const LogRecord& record, Timestamp now, std::string& line) const = 0;

  std::ostream* stream_ = nullptr;  // one of the two is set
  std::FILE* file_ = nullptr;
  const Clock& clock_;
  const LogLevel lowest_;
  std::mutex mutex_;  // guards line_ and the sink
  std::string line_;
};

/// Writes a JSON object on a line of its own for each record, as Lambda's JSON log format asks of a
/// function: `timestamp` (RFC 3339, UTC), `level` (`DEBUG`, `INFO`, `WARN`, `ERROR`), `message`,
/// then the fields, numbers as numbers. A field with one of these three names gets a `_` before it;
/// of several fields with the same name the last one counts. Text that is not UTF-8 is repaired.
class JsonLinesLogger final : public StreamLogger {
 public:
  explicit JsonLinesLogger(std::ostream& stream, const Clock& clock,
                           LogLevel lowest = LogLevel::info) noexcept
      : StreamLogger(stream, clock, lowest) {}
  explicit JsonLinesLogger(std::FILE* file, const Clock& clock,
                           LogLevel lowest = LogLevel::info) noexcept
      : StreamLogger(file, clock, lowest) {}

 private:
  void format(const LogRecord& record, Timestamp now, std::string& line) const override;
};

/// Writes a line for people: `2026-01-02T03:04:05.678Z INFO  message  key=value key="two words"`.
class TextLogger final : public StreamLogger {
 public:
  explicit TextLogger(std::ostream& stream, const Clock& clock,
                      LogLevel lowest = LogLevel::info) noexcept
      : StreamLogger(stream, clock, lowest) {}
  explicit TextLogger(std::FILE* file, const Clock& clock,
                      LogLevel lowest = LogLevel::info) noexcept
      : StreamLogger(file, clock, lowest) {}

 private:
  void format(const LogRecord& record, Timestamp now, std::string& line) const override;
};

}  // namespace durable
