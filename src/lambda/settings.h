// SPDX-License-Identifier: Apache-2.0
//
// What the process's environment tells of how to run.
#pragma once

#include <durable/base/result.h>
#include <durable/sdk/logger.h>

#include <functional>
#include <optional>
#include <string>

namespace durable::lambda {

/// The value of an environment variable; absent if it is not set.
using Variables = std::function<std::optional<std::string>(const char* name)>;

enum class LogFormat : std::uint8_t { text, json };

struct Settings {
  std::string runtime_api;  ///< host:port
  std::string handler;      ///< `_HANDLER`
  LogFormat log_format = LogFormat::text;
  LogLevel log_level = LogLevel::info;
};

/// Error: `invalid_usage` when this process was not started by Lambda or a host that acts like it.
/// What is unknown of log settings counts as text and `INFO`.
[[nodiscard]] Result<Settings> read_settings(const Variables& variables);

}  // namespace durable::lambda
