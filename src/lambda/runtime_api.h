// SPDX-License-Identifier: Apache-2.0
//
// The Lambda Runtime API, as a function's process calls it.
#pragma once

#include "http/transport.h"
#include "lambda/error_report.h"

#include <durable/base/result.h>
#include <durable/sdk/lambda_context.h>

#include <cstdint>
#include <string>

namespace durable::lambda {

struct Invocation {
  LambdaContext info;
  std::string event;
};

/// What became of an answer.
struct Posted {
  enum class Verdict : std::uint8_t {
    taken,
    expired,    ///< The invocation has timed out before.
    too_large,  ///< Larger than Lambda takes.
    refused,    ///< Anything else that does not keep the next invocation from coming.
    broken,     ///< The process must end: the host said so, or cannot be reached.
  };
  Verdict verdict = Verdict::taken;
  std::string detail;  ///< What the host said, unless it was taken.
};

/// Thread-safety: none; the loop owns it.
class RuntimeApi {
 public:
  /// `host_and_port` is `AWS_LAMBDA_RUNTIME_API`. The transport outlives this.
  RuntimeApi(http::Transport& transport, const std::string& host_and_port);

  /// Waits for the next invocation, as long as it takes. Errors: the transport's, and
  /// `service_failure` for an answer that is no invocation.
  [[nodiscard]] Result<Invocation> next();
  [[nodiscard]] Posted respond(const LambdaContext& invocation, std::string body);
  [[nodiscard]] Posted fail(const LambdaContext& invocation, const ErrorReport& report);
  /// Tells why the function cannot start.
  [[nodiscard]] Posted fail_init(const ErrorReport& report);

 private:
  [[nodiscard]] Posted post(const std::string& path, http::Headers headers, std::string body);

  http::Transport& transport_;
  std::string base_;
};

}  // namespace durable::lambda
