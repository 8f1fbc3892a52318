// SPDX-License-Identifier: Apache-2.0
//
// The host of the engine: takes calls, decides them one after the other, keeps what was decided,
// then answers and acts.
#pragma once

#include "engine/limits.h"
#include "service/functions.h"
#include "store/store.h"

#include <durable/base/result.h>
#include <durable/base/time.h>
#include <durable/wire/api.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace durable::service {

/// Told exactly once how a call ended: on the service's thread, which it must not block; inside the
/// call itself only when the mailbox is full (`too_many_requests`) or the service has stopped
/// (`unavailable`).
template <class T>
using Reply = std::function<void(Result<T>)>;

/// Starts an execution, or finds the one that was started with the same name.
struct StartCall {
  FunctionTarget target;            ///< `durable` is present.
  std::optional<std::string> name;  ///< Absent: a new execution with a name of its own.
  std::optional<Payload> input;
  wire::InvocationType started_by = wire::InvocationType::request_response;
  std::optional<Duration> execution_timeout;  ///< Absent: as the function is configured.
  std::optional<std::string> tenant_id;
  std::optional<std::string> trace_header;
};

struct Started {
  std::string arn;
  bool created = true;  ///< False: it was there already.
};

/// How an execution ended.
struct Ended {
  std::string arn;
  wire::ExecutionStatus status = wire::ExecutionStatus::unknown;
  std::optional<Payload> result;
  Boxed<wire::ErrorObject> error;
};

enum class TimeMode : std::uint8_t {
  real,
  scaled,   ///< Runs `ServiceOptions::time_scale` times as fast.
  skipped,  ///< Jumps to what is due next when nothing runs and nobody outside is waited for.
};

struct ServiceOptions {
  std::string account_id = "123456789012";
  std::string region = "us-east-1";
  engine::Settings settings;
  TimeMode time_mode = TimeMode::real;
  /// Above 0, at most `time_scale_max`. Only with `TimeMode::scaled`.
  double time_scale = 1.0;
  /// At this speed a year passes in half a minute. Times far beyond would not fit a timestamp.
  static constexpr double time_scale_max = 1'000'000;
  /// With `TimeMode::skipped`: for so long after a callback has been made, and is open, nothing is
  /// jumped over, so that whoever completes it has the time to.
  Duration callback_grace = std::chrono::seconds{10};
  /// Lets functions invoke durable functions without version or alias, which the service refuses.
  bool unqualified_invokes = false;
  std::size_t mailbox_max = 4'096;          ///< Calls that wait; further ones are refused.
  std::size_t loaded_executions_max = 256;  ///< Sleeping executions kept in memory.
  std::uint64_t seed = 0;                   ///< For ids and secrets; 0: from the system.
};

/// Counters, named after the service's metrics. All but the first only grow.
struct ServiceMetrics {
  std::uint64_t running = 0;
  std::uint64_t started = 0, succeeded = 0, failed = 0, timed_out = 0, stopped = 0;
  std::uint64_t operations = 0;
  std::uint64_t stored_bytes = 0;
  std::uint64_t invocations = 0;
  std::uint64_t invocation_errors = 0;
  std::uint64_t duration_ms = 0;  ///< Of all ended executions together.
  std::uint64_t checkpoints = 0;
  std::uint64_t commits = 0;
  std::uint64_t refused_busy = 0;
  std::uint64_t isolated = 0;  ///< Executions that are left alone, since their data is damaged.
};

/// Thread-safety: every function may be called from any thread. One thread of the service's owns
/// all executions and the store.
class Service {
 public:
  /// Takes up what `store` holds and starts the thread. `store` and `functions` outlive it.
  /// Errors: those of the store.
  [[nodiscard]] static Result<std::unique_ptr<Service>> open(store::Store& store,
                                                             Functions& functions,
                                                             ServiceOptions options = {});
  /// Answers what is in the mailbox, then ends the thread. Invocations that still run are
  /// abandoned; the next `open` makes them again.
  ~Service();

  void start(StartCall call, Reply<Started> reply);
  /// Answers when the execution has ended; at once if it has. Errors: `resource_not_found`.
  /// Returns a number for `forget`.
  std::uint64_t wait_for_end(std::string arn, Reply<Ended> reply);
  /// The caller of `wait_for_end` has gone; its reply is dropped, uncalled.
  void forget(std::uint64_t waiter);

  void checkpoint(wire::CheckpointDurableExecutionRequest request,
                  Reply<wire::CheckpointDurableExecutionResponse> reply);
  void get_state(wire::GetDurableExecutionStateRequest request,
                 Reply<wire::GetDurableExecutionStateResponse> reply);
  void get(wire::GetDurableExecutionRequest request,
           Reply<wire::GetDurableExecutionResponse> reply);
  void history(wire::GetDurableExecutionHistoryRequest request,
               Reply<wire::GetDurableExecutionHistoryResponse> reply);
  /// An empty function name lists the executions of all functions.
  void list(wire::ListDurableExecutionsByFunctionRequest request,
            Reply<wire::ListDurableExecutionsByFunctionResponse> reply);
  void stop(wire::StopDurableExecutionRequest request,
            Reply<wire::StopDurableExecutionResponse> reply);
  void callback_success(wire::SendDurableExecutionCallbackSuccessRequest request,
                        Reply<void> reply);
  void callback_failure(wire::SendDurableExecutionCallbackFailureRequest request,
                        Reply<void> reply);
  void callback_heartbeat(wire::SendDurableExecutionCallbackHeartbeatRequest request,
                          Reply<void> reply);

  [[nodiscard]] ServiceMetrics metrics() const;
  [[nodiscard]] Timestamp now() const;

  class Impl;

 private:
  explicit Service(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace durable::service
