// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace durable {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// `DEBUG`, `INFO`, `WARN` or `ERROR`, as Lambda's log levels are called.
[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

/// The value of a structured field: text, an integer, a real number or a truth value. Refers to
/// text, and does not own it.
class LogValue {
 public:
  LogValue(const char* text) noexcept : value_(std::string_view(text)) {}
  LogValue(std::string_view text) noexcept : value_(text) {}
  LogValue(const std::string& text) noexcept : value_(std::string_view(text)) {}
  template <std::integral T>
  LogValue(T value) noexcept : value_(form_of(value)) {}
  template <std::floating_point T>
  LogValue(T value) noexcept : value_(static_cast<double>(value)) {}

  /// Calls `visitor` with a `std::string_view`, `std::int64_t`, `std::uint64_t`, `double` or
  /// `bool`.
  template <class F>
  decltype(auto) visit(F&& visitor) const {
    return std::visit(std::forward<F>(visitor), value_);
  }
  /// The text; null if it is something else.
  [[nodiscard]] const std::string_view* as_text() const noexcept {
    return std::get_if<std::string_view>(&value_);
  }
  /// Any value as text: `42`, `0.5`, `true`.
  [[nodiscard]] std::string to_text() const;

  friend bool operator==(const LogValue&, const LogValue&) = default;

 private:
  using Form = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  template <class T>
  static Form form_of(T value) noexcept {
    if constexpr (std::is_same_v<T, bool>) {
      return Form(value);
    } else if constexpr (std::is_signed_v<T>) {
      return Form(static_cast<std::int64_t>(value));
    } else {
      return Form(static_cast<std::uint64_t>(value));
    }
  }

  Form value_;
};

/// One structured value of a log line. Views: they live as long as the call that is given them.
struct LogField {
  std::string_view key;
  LogValue value;
};

/// Fields that own their text.
class LogFields {
 public:
  LogFields() = default;
  LogFields(std::initializer_list<LogField> fields) {
    for (const LogField& field : fields) add(field.key, field.value);
  }

  LogFields& add(std::string_view key, LogValue value);
  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
  /// A view that lives as long as this object is not changed. Pre: `index < size()`.
  [[nodiscard]] LogField operator[](std::size_t index) const noexcept;

 private:
  struct Owned {
    std::string key;
    std::string text;
    LogValue value;  // unless it is text
  };
  std::vector<Owned> fields_;
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
/// Thread-safety: called from the workflow's thread only, also for lines of bodies that run on
/// other threads. A host that runs several invocations at the same time and gives them one logger
/// needs one that bears it, as `JsonLinesLogger` and `TextLogger` do. Must not throw and must not
/// call a durable operation.
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
/// `operationName`, `parentId` and `attempt` where they are known.
///
/// A context's logger is silent while the context replays, so that a line is written once although
/// the code runs again in each invocation; docs/logging.md says exactly when. A step's logger
/// always writes.
///
/// Lifetime: valid as long as the context that it came from. Thread-safety: as that context.
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

  /// A logger that adds `fields`, which it copies, to each of its lines.
  [[nodiscard]] ScopedLogger with(std::initializer_list<LogField> fields) const;

 private:
  friend class DurableContext;
  friend class StepContext;
  ScopedLogger(const detail::ContextCore* context, const detail::Operation* step,
               std::uint32_t attempt, std::shared_ptr<const LogFields> fields) noexcept
      : context_(context), step_(step), attempt_(attempt), fields_(std::move(fields)) {}

  const detail::ContextCore* context_;
  const detail::Operation* step_;  // null for a context's own logger
  std::uint32_t attempt_;
  std::shared_ptr<const LogFields> fields_;  // owners: the loggers that add them; null: none
};

}  // namespace durable
