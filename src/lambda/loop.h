// SPDX-License-Identifier: Apache-2.0
//
// The life of a function's process: take an invocation, run it, answer.
#pragma once

#include "lambda/runtime_api.h"
#include "lambda/stop_switch.h"

#include <durable/base/time.h>
#include <durable/lambda/functions.h>
#include <durable/sdk/logger.h>
#include <durable/sdk/service_client.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace durable::lambda {

/// What the loop works with. All outlive it.
struct LoopSeams {
  RuntimeApi& api;
  StopSwitch& stop;
  const Clock& clock;
  Logger& logger;
  ServiceClient* service = nullptr;     ///< Null only for a plain function.
  std::function<std::uint64_t()> seed;  ///< A new one for each invocation.
  std::function<void(const std::optional<std::string>&)> set_trace;  ///< `_X_AMZN_TRACE_ID`.
  /// Writes out what the function has printed. After an answer the process may be frozen, and never
  /// go on.
  std::function<void()> flush_output;
};

/// Serves invocations one after the other, and carries nothing from one to the next.
class Loop {
 public:
  Loop(const Functions::Entry& function, const Options& options, LoopSeams seams)
      : function_(function), options_(options), seams_(std::move(seams)) {}

  /// Until the process is to end; the code that it is to end with.
  [[nodiscard]] int run();

 private:
  using Answer = std::variant<std::string, ErrorReport>;

  /// False: the process must end.
  [[nodiscard]] bool serve(Invocation invocation);
  /// Sets `execution_arn` for a durable execution.
  [[nodiscard]] Answer answer(Invocation& invocation, Logger& logger, std::stop_token stop,
                              std::string& execution_arn);
  [[nodiscard]] Answer run_durable(const Handler& handler, Invocation& invocation, Logger& logger,
                                   std::stop_token stop, std::string& execution_arn);
  [[nodiscard]] Posted post(const Invocation& invocation, Answer answer, Logger& logger,
                            const std::string& execution_arn);

  const Functions::Entry& function_;
  const Options& options_;
  LoopSeams seams_;
};

}  // namespace durable::lambda
