// SPDX-License-Identifier: Apache-2.0
//
// What a command works with: the world, the options that all share, and a client of the service.
#pragma once

#include "cli/io.h"
#include "cli/text.h"
#include "cloud/lambda_client.h"

#include <durable/json/value.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace durable::cli {

inline constexpr std::string_view default_endpoint = "http://127.0.0.1:9014";

/// Where the service is: the flag, LAMBDA_ENDPOINT, what is `configured`, the Region's own, the
/// local server. Error: `invalid_usage`, and those of `configured`.
[[nodiscard]] Result<cloud::NamedEndpoint> find_endpoint(const CommonOptions& options,
                                                         const Environment& environment,
                                                         const ConfiguredEndpoint& configured);
/// Whether requests go no further than this machine, unencrypted.
[[nodiscard]] bool is_local(std::string_view endpoint);
/// Whether the endpoint is AWS's own.
[[nodiscard]] bool is_aws(std::string_view endpoint);
/// Whether colours are wanted.
[[nodiscard]] bool wants_color(ColorMode mode, const Environment& environment, bool is_terminal);

/// What an error means for the exit code, and the text for it, with what to try. An endpoint
/// without a URL: none was asked.
[[nodiscard]] int exit_code_of(const Error& error);
[[nodiscard]] std::string explain(const Error& error, const cloud::NamedEndpoint& endpoint);

/// Not thread-safe.
class Session {
 public:
  Session(World& world, CommonOptions options);

  [[nodiscard]] World& world() noexcept { return world_; }
  [[nodiscard]] const CommonOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::ostream& out() noexcept { return world_.out; }
  [[nodiscard]] std::ostream& err() noexcept { return world_.err; }
  [[nodiscard]] const Style& out_style() const noexcept { return out_style_; }
  [[nodiscard]] const Style& err_style() const noexcept { return err_style_; }
  [[nodiscard]] Timestamp now() const { return world_.clock.now(); }

  /// The client, made when it is first asked for, with `invoke_timeout` for an Invoke that waits
  /// for its answer. Errors: `invalid_usage` (endpoint, credentials).
  [[nodiscard]] Result<cloud::LambdaClient*> client(
      std::optional<Duration> invoke_timeout = std::nullopt);
  /// The endpoint of the client; without a URL before there is one.
  [[nodiscard]] const cloud::NamedEndpoint& endpoint() const noexcept { return endpoint_; }

  /// In local time or UTC, as the options say.
  [[nodiscard]] std::string time(Timestamp time) const;
  [[nodiscard]] std::string time_ms(Timestamp time) const;

  /// Prints a value as indented JSON.
  void print_json(const json::Value& value);
  /// Prints a body of the API as the AWS CLI does: times as text.
  Result<void> print_body(const Result<std::string>& body);

  /// The text of a payload or a file. Absent: neither is given. Errors: `invalid_usage` for a file
  /// that cannot be read, or is larger than `text_bytes_max`.
  [[nodiscard]] Result<std::optional<std::string>> read(const TextSource& source);

  static constexpr std::size_t text_bytes_max = 64 * 1024 * 1024;

 private:
  [[nodiscard]] std::optional<Duration> zone(Timestamp time) const;

  World& world_;
  CommonOptions options_;
  Style out_style_;
  Style err_style_;
  cloud::NamedEndpoint endpoint_;
  std::unique_ptr<cloud::LambdaClient> client_;
};

/// `value` with line breaks and four spaces for each level, as the AWS CLI prints it. Error:
/// `invalid_json` for text that is not UTF-8.
[[nodiscard]] Result<std::string> pretty(const json::Value& value);
/// A body of the API with its times (numbers in members named `...Timestamp`) as ISO 8601.
[[nodiscard]] Result<json::Value> with_text_times(std::string_view body);

/// The execution's ARN: what is given if it is one, else the newest execution of that name. Errors:
/// `resource_not_found`, and those of the service.
[[nodiscard]] Result<std::string> find_execution(Session& session,
                                                 const ExecutionReference& reference);

/// The error that flags describe; absent: they are not given.
[[nodiscard]] Boxed<wire::ErrorObject> error_of(const ErrorFlags& flags);

}  // namespace durable::cli
