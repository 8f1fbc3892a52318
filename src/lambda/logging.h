// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lambda/settings.h"

#include <durable/base/time.h>
#include <durable/sdk/lambda_context.h>
#include <durable/sdk/logger.h>

#include <cstdio>
#include <memory>

namespace durable::lambda {

/// The logger that `settings` ask for. Never null. `file` and `clock` outlive it.
[[nodiscard]] std::unique_ptr<Logger> make_logger(const Settings& settings, std::FILE* file,
                                                  const Clock& clock);

/// Adds what the SDK does not know of an invocation: `invocationId`, `tenantId`. Thread-safety: as
/// the logger behind it.
class InvocationLogger final : public Logger {
 public:
  InvocationLogger(Logger& behind, const LambdaContext& info) noexcept
      : behind_(behind), info_(info) {}

  [[nodiscard]] bool enabled(LogLevel level) const noexcept override {
    return behind_.enabled(level);
  }
  void write(const LogRecord& record) noexcept override;

 private:
  Logger& behind_;
  const LambdaContext& info_;
};

}  // namespace durable::lambda
