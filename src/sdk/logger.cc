// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/logger.h>

#include <durable/sdk/context.h>
#include <durable/sdk/detail/operation.h>

#include "sdk/plugins.h"
#include "sdk/runtime.h"

#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace durable {

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "DEBUG";
    case LogLevel::info:
      return "INFO";
    case LogLevel::warning:
      return "WARN";
    case LogLevel::error:
      return "ERROR";
  }
  return "ERROR";
}

std::string LogValue::to_text() const {
  return visit([](auto value) -> std::string {
    using T = decltype(value);
    if constexpr (std::is_same_v<T, std::string_view>) {
      return std::string(value);
    } else if constexpr (std::is_same_v<T, bool>) {
      return value ? "true" : "false";
    } else {
      std::array<char, 32> text{};
      const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
      return std::string(text.data(), end);
    }
  });
}

LogFields& LogFields::add(std::string_view key, LogValue value) {
  const std::string_view* text = value.as_text();
  if (text != nullptr) {
    fields_.push_back({std::string(key), std::string(*text), LogValue(std::string_view())});
  } else {
    fields_.push_back({std::string(key), {}, value});
  }
  return *this;
}

LogField LogFields::operator[](std::size_t index) const noexcept {
  const Owned& field = fields_[index];
  if (field.value.as_text() != nullptr) return {field.key, field.text};
  return {field.key, field.value};
}

namespace detail {

void Runtime::write_log(const LogRecord& line) {
  if (plugins_ == nullptr) {
    environment_.logger->write(line);
    return;
  }
  LogFields added;
  plugins_->enrich(line, added);
  std::vector<LogField> fields(line.fields.begin(), line.fields.end());
  for (std::size_t i = 0; i < added.size(); ++i) fields.push_back(added[i]);
  environment_.logger->write({line.level, line.message, fields});
}

}  // namespace detail

void ScopedLogger::log(LogLevel level, std::string_view message,
                       std::initializer_list<LogField> fields) const {
  const detail::ContextCore& context = *context_;
  if (context.runtime == nullptr) return;
  // On a worker thread the logger is not asked: its functions are for the workflow's thread.
  if (context.worker_call == nullptr && !context.runtime->logs(level)) return;
  if (step_ == nullptr && context.replaying &&
      context.runtime->settings().replay_logging == ReplayLogging::suppressed) {
    return;
  }
  const std::string id = step_ != nullptr ? context.wire_id(step_->number_) : context.id;
  std::vector<LogField> all;
  all.reserve(fields.size() + (fields_ != nullptr ? fields_->size() : 0) + 6);
  all.push_back({"executionArn", context.runtime->arn()});
  all.push_back({"requestId", context.runtime->environment().request_id});
  if (!id.empty()) all.push_back({"operationId", id});
  const std::string_view name = step_ != nullptr ? std::string_view(step_->name_) : context.name;
  if (!name.empty()) all.push_back({"operationName", name});
  const std::string_view parent = step_ != nullptr            ? std::string_view(context.id)
                                  : context.parent != nullptr ? std::string_view(context.parent->id)
                                                              : std::string_view();
  if (!parent.empty()) all.push_back({"parentId", parent});
  if (step_ != nullptr) all.push_back({"attempt", attempt_});
  for (std::size_t i = 0; fields_ != nullptr && i < fields_->size(); ++i) {
    all.push_back((*fields_)[i]);
  }
  all.insert(all.end(), fields.begin(), fields.end());
  if (context.worker_call != nullptr) {
    context.runtime->keep_line(*context.worker_call, {level, message, all});
  } else {
    context.runtime->write_log({level, message, all});
  }
}

ScopedLogger ScopedLogger::with(std::initializer_list<LogField> fields) const {
  auto all =
      fields_ != nullptr ? std::make_shared<LogFields>(*fields_) : std::make_shared<LogFields>();
  for (const LogField& field : fields) all->add(field.key, field.value);
  ScopedLogger logger = *this;
  logger.fields_ = std::move(all);
  return logger;
}

void DurableContext::add_log_fields(std::initializer_list<LogField> fields) {
  core_.log_fields = logger().with(fields).fields_;
}

}  // namespace durable
