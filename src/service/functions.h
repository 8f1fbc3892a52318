// SPDX-License-Identifier: Apache-2.0
//
// What the service knows of functions: which there are, and how one is invoked.
#pragma once

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/wire/model.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace durable::service {

/// The DurableConfig of a function.
struct DurableConfig {
  Duration execution_timeout = std::chrono::hours{24 * 366};
  std::int64_t retention_days = 14;
};

/// One version of a function.
struct FunctionTarget {
  std::string name;
  std::string version = "$LATEST";
  std::string arn;                               ///< With its version.
  std::optional<DurableConfig> durable;          ///< Absent: a plain function.
  Duration timeout = std::chrono::seconds{900};  ///< Of one invocation.
};

/// How an invocation of a function ended.
struct InvocationAnswer {
  std::string payload;
};
struct InvocationError {
  wire::ErrorObject error;
  bool timed_out = false;
};
using InvocationOutcome = std::variant<InvocationAnswer, InvocationError>;

/// One invocation.
struct Invocation {
  FunctionTarget target;
  std::string request_id;
  std::string payload;  ///< The event, as the function is to receive it.
  std::optional<std::string> tenant_id;
  std::optional<std::string> trace_header;
  std::optional<std::string> client_context;
  std::string durable_execution_arn;  ///< Empty: not an invocation of a durable execution.
};

/// Thread-safety: all functions may be called from any thread.
class Functions {
 public:
  virtual ~Functions() = default;

  /// The version that a name, `name:qualifier` or ARN means. Errors: `resource_not_found`
  /// (`Function not found: <arn>`), `invalid_parameter` for a text that names no function.
  [[nodiscard]] virtual Result<FunctionTarget> resolve(
      std::string_view function, std::optional<std::string_view> qualifier) const = 0;

  /// Starts an invocation; calls `ended` exactly once, from any thread but never inside this call.
  /// Several may run at the same time; one that finds no free process waits for one.
  virtual void invoke(Invocation invocation, std::function<void(InvocationOutcome)> ended) = 0;
};

}  // namespace durable::service
