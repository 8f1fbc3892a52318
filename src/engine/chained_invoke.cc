// SPDX-License-Identifier: Apache-2.0
#include "engine/chained_invoke.h"

#include <chrono>
#include <string>

namespace durable::engine {

CompleteChainedInvoke chained_outcome(const Execution& invoked) {
  using Status = CompleteChainedInvoke::Status;
  CompleteChainedInvoke outcome;
  if (invoked.error()) outcome.error = *invoked.error();
  switch (invoked.status()) {
    case wire::ExecutionStatus::succeeded:
      outcome.result = invoked.result();
      break;
    case wire::ExecutionStatus::timed_out:
      outcome.status = Status::timed_out;
      outcome.error = chained_timeout_error(invoked.info().execution_timeout);
      break;
    case wire::ExecutionStatus::stopped:
      outcome.status = Status::stopped;
      break;
    case wire::ExecutionStatus::failed:
    case wire::ExecutionStatus::running:
    case wire::ExecutionStatus::unknown:
      outcome.status = Status::failed;
      break;
  }
  return outcome;
}

wire::ErrorObject chained_timeout_error(Duration timeout) {
  wire::ErrorObject error;
  error.error_type = "ChainedInvoke.Timeout";
  error.error_message =
      "CHAINED_INVOKE timed out after " +
      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(timeout).count()) +
      " seconds.";
  return error;
}

}  // namespace durable::engine
