// SPDX-License-Identifier: Apache-2.0
//
// Runs one invocation of a durable function. For hosts (the Lambda runtime, the local runner); the
// authors of functions need only handler.h.
#pragma once

#include <durable/base/time.h>
#include <durable/sdk/handler.h>
#include <durable/sdk/invocation_observer.h>
#include <durable/sdk/kill_switch.h>
#include <durable/sdk/lambda_context.h>
#include <durable/sdk/logger.h>
#include <durable/sdk/replay_check.h>
#include <durable/sdk/service_client.h>
#include <durable/wire/model.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

namespace durable {

/// When updates are put together into one checkpoint call. An update that something waits for is
/// sent at once when no call is out; while one is out, all others gather.
struct BatchOptions {
  std::size_t updates_max = 250;         ///< At least 1.
  std::size_t bytes_max = 750UL * 1024;  ///< Before JSON escaping; one update alone may be larger.
  /// How long an update that nothing waits for (the start of a step, of a child context) may be
  /// held back for company. Absent: until the next update that is waited for, or until nothing is
  /// left to do but to wait.
  std::optional<Duration> async_hold = {};
};

/// The threads on which offloaded step bodies run. They are made when they are needed, and have
/// ended when `run_invocation` returns.
struct WorkerOptions {
  /// At least 1. Bodies that find no thread free wait for one, first come, first served.
  std::size_t threads_max = 16;
  /// For tests: makes the order repeatable in which bodies finish, as the workflow sees it. It then
  /// hears of them only when all that run have finished, in an order that is made from this seed.
  std::optional<std::uint64_t> order_seed = {};
};

/// What one invocation gets from its host. Pointers may be null where the comment does not say
/// otherwise, and outlive the call.
struct InvocationEnvironment {
  std::string request_id;                         ///< For log lines.
  const LambdaContext* lambda_context = nullptr;  ///< For user code; null: the host tells nothing.
  const Clock* clock = nullptr;                   ///< Needed only with `batch.async_hold`.
  Logger* logger = nullptr;                       ///< Null: nothing is logged.
  std::uint64_t random_seed = 0;                  ///< For the jitter of retry delays.
  BatchOptions batch;
  WorkerOptions workers;
  std::stop_token stop;                    ///< Handed to step bodies; stops nothing by itself.
  KillSwitch* kill_switch = nullptr;       ///< Null: the invocation cannot be killed.
  InvocationObserver* observer = nullptr;  ///< For hosts that test functions; null: nobody looks.
  ReplayCheck* replay_check = nullptr;     ///< Null: an ordinary invocation.
};

/// The invocation itself failed, not the function's logic: the host reports it to Lambda as a
/// failed invocation, and the service invokes again.
struct InvocationFailure {
  wire::ErrorObject error;
};

/// How an invocation ended: with an answer for the service, or as a failure of the invocation.
using InvocationOutcome = std::variant<wire::InvocationOutput, InvocationFailure>;

/// Loads the rest of the state, replays what is recorded, runs the function on until it ends or
/// waits for the service alone, writes what is still unwritten, and answers.
///
/// Everything that goes wrong is in the outcome; throws only `std::bad_alloc`. When it returns, no
/// call to `client` is out, all frames of the function are destroyed and its worker threads joined.
///
/// Thread-safety: user code runs on the calling thread only, but for offloaded bodies. Several
/// invocations may run at the same time on different threads, each with its own environment.
[[nodiscard]] InvocationOutcome run_invocation(const Handler& handler, wire::InvocationInput input,
                                               ServiceClient& client,
                                               const InvocationEnvironment& environment);

}  // namespace durable
