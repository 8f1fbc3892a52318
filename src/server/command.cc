// SPDX-License-Identifier: Apache-2.0
#include "server/command.h"

#include <charconv>
#include <cstdint>

namespace durable::server {
namespace {

/// What a number in the environment may be.
struct Range {
  std::int64_t min;
  std::int64_t max;
};

Error not_a(std::string_view name, std::string_view expected, std::string_view found) {
  return {ErrorCode::invalid_usage, std::string(name) + ": expected " + std::string(expected) +
                                        ", found \"" + std::string(found.substr(0, 256)) + "\""};
}

Result<std::int64_t> number(std::string_view name, std::string_view text, Range range) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && at == end && value >= range.min && value <= range.max) return value;
  return not_a(name,
               "a number from " + std::to_string(range.min) + " to " + std::to_string(range.max),
               text);
}

/// Reads variables, and keeps the first error.
class Variables {
 public:
  explicit Variables(const Environment& environment) : environment_(environment) {}

  std::optional<std::string> text(std::string_view name) const {
    auto value = environment_(name);
    return value && !value->empty() ? value : std::nullopt;
  }
  std::optional<std::int64_t> count(std::string_view name, Range range) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const Result<std::int64_t> parsed = number(name, *value, range);
    if (parsed) return *parsed;
    if (error_.has_value()) error_ = parsed.error();
    return std::nullopt;
  }
  [[nodiscard]] const Result<void>& error() const { return error_; }

 private:
  const Environment& environment_;
  Result<void> error_;
};

/// Splits as a shell does. Absent: a quote is not closed.
std::optional<std::vector<std::string>> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < text.size();
    if (!word && (c != ' ' && c != '\t')) word.emplace();
    if (escapes) {
      word->push_back(text[++i]);
    } else if (quote != 0) {
      c == quote ? static_cast<void>(quote = 0) : word->push_back(c);
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ' ' || c == '\t') {
      if (word) words.push_back(std::move(*word));
      word.reset();
    } else {
      word->push_back(c);
    }
  }
  if (quote != 0) return std::nullopt;
  if (word) words.push_back(std::move(*word));
  return words;
}

constexpr Range port_range{0, 65'535};
constexpr Range execution_timeout_range{1, engine::Limits::year_s};
constexpr Range invocation_timeout_range{1, 900};  // of a function's time-out: the service's

}  // namespace

Result<void> read_environment(const Environment& environment, ServerOptions& options) {
  Variables variables(environment);
  if (auto host = variables.text("AWS_DEX_HOST")) options.host = std::move(*host);
  if (const auto port = variables.count("AWS_DEX_PORT", port_range)) {
    options.port = static_cast<std::uint16_t>(*port);
  }
  if (auto level = variables.text("AWS_DEX_LOG_LEVEL")) options.log_level = std::move(*level);
  if (auto url = variables.text("AWS_DEX_LAMBDA_ENDPOINT")) {
    options.lambda_endpoint = std::move(*url);
  }
  if (auto region = variables.text("AWS_DEX_LOCAL_RUNNER_REGION")) {
    options.region = std::move(*region);
  }
  if (const auto s = variables.count("AWS_DEX_EXECUTION_TIMEOUT", execution_timeout_range)) {
    options.execution_timeout = std::chrono::seconds{*s};
  }
  if (const auto s = variables.count("AWS_DEX_INVOCATION_TIMEOUT", invocation_timeout_range)) {
    options.invocation_timeout = std::chrono::seconds{*s};
  }
  if (!variables.error()) return variables.error();
  auto path = variables.text("AWS_DEX_STORE_PATH");
  const auto type = variables.text("AWS_DEX_STORE_TYPE");
  if (type) return set_store(*type, std::move(path), options);
  if (path) options.store_path = std::move(*path);
  return {};
}

Result<void> set_store(std::string_view type, std::optional<std::string> path,
                       ServerOptions& options) {
  if (type == "memory") {
    options.store = StoreKind::memory;
  } else if (type == "sqlite") {
    options.store = StoreKind::sqlite;
    if (path) options.store_path = std::move(*path);
  } else if (type == "filesystem") {
    options.store = StoreKind::sqlite;
    options.store_path = path.value_or(".durable_executions") + "/executions.db";
  } else {
    return not_a("store type", "memory, sqlite or filesystem", type);
  }
  return {};
}

Result<FunctionDefinition> parse_function_option(std::string_view text,
                                                 const ServerOptions& options) {
  const std::size_t end = std::min(text.find('='), text.size());
  FunctionDefinition function;
  function.name = std::string(text.substr(0, end));
  function.handler = function.name;  // A program with several functions asks which one it is.
  function.timeout = options.invocation_timeout;
  function.durable = service::DurableConfig{options.execution_timeout, options.retention_days};
  if (end < text.size()) {
    auto words = split_command(text.substr(end + 1));
    if (!words) return not_a("--function", "NAME=COMMAND with closed quotes", text);
    function.command = std::move(*words);
  }
  const auto reference = parse_function(function.name);
  if (!reference || reference->name != function.name) {
    return not_a("--function", "NAME=COMMAND", text);
  }
  return function;
}

}  // namespace durable::server
