// SPDX-License-Identifier: Apache-2.0
#include "lambda/settings.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace durable::lambda {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return text;
}

LogLevel level_of(std::string_view name) noexcept {
  if (name == "TRACE" || name == "DEBUG") return LogLevel::debug;
  if (name == "WARN") return LogLevel::warning;
  if (name == "ERROR" || name == "FATAL") return LogLevel::error;
  return LogLevel::info;
}

}  // namespace

Result<Settings> read_settings(const Variables& variables) {
  const auto value = [&](const char* name) { return variables(name).value_or(""); };
  Settings settings;
  settings.runtime_api = value("AWS_LAMBDA_RUNTIME_API");
  if (settings.runtime_api.empty()) {
    return Error{ErrorCode::invalid_usage,
                 "the environment variable AWS_LAMBDA_RUNTIME_API is not set: this program is a "
                 "Lambda function, which Lambda or a local server starts. To run it on this "
                 "machine, use `durable server`; to test it, the test runner in local mode."};
  }
  settings.handler = value("_HANDLER");
  if (upper(value("AWS_LAMBDA_LOG_FORMAT")) == "JSON") settings.log_format = LogFormat::json;
  settings.log_level = level_of(upper(value("AWS_LAMBDA_LOG_LEVEL")));
  return settings;
}

}  // namespace durable::lambda
