// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <durable/base/result.h>
#include <durable/wire/api.h>

#include <functional>

namespace durable {

/// The seam between the SDK and the durable execution service: in this process, on this machine, or
/// in the cloud.
class ServiceClient {
 public:
  using CheckpointDone = std::function<void(Result<wire::CheckpointDurableExecutionResponse>)>;

  ServiceClient() = default;
  ServiceClient(const ServiceClient&) = delete;
  ServiceClient& operator=(const ServiceClient&) = delete;
  virtual ~ServiceClient() = default;

  /// Starts a checkpoint call and calls `done` exactly once with its outcome: inside this call
  /// where the service lives in this process, or later from a thread of the client's. The SDK has
  /// at most one call out at a time and outlives it. Errors in `done`: `invalid_parameter` (stale
  /// token and every refused update), `too_many_requests`, `service_failure`, `unavailable`,
  /// `key_*`.
  virtual void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) = 0;

  /// Called on the SDK's thread while a call is out and there is nothing else to do until its
  /// outcome. A client may make the call here and so spare two changes of thread; `done` is then
  /// called inside. It need not do anything. An exception ends the process, as on the client's own
  /// thread: the call that is out would never be answered.
  virtual void lend_thread() noexcept {}

  /// Reads one page of the execution's operations. Blocks. Errors: as `checkpoint`.
  [[nodiscard]] virtual Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest& request) = 0;
};

}  // namespace durable
