// SPDX-License-Identifier: Apache-2.0
//
// The SDK's seam to the service, over the Lambda API.
#pragma once

#include "cloud/lambda_client.h"

#include <durable/sdk/service_client.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace durable::lambda {

/// Makes checkpoint calls on one thread of its own, so that the function goes on meanwhile; where
/// it has nothing to go on with, on its thread, if that is faster. One call waits or is out at a
/// time, as the SDK has it. Keeps nothing from one invocation to the next.
///
/// Thread-safety: as the SDK uses it: one invocation at a time.
class ApiServiceClient final : public ServiceClient {
 public:
  /// `api` outlives this.
  explicit ApiServiceClient(cloud::LambdaClient& api);
  ~ApiServiceClient() override;  ///< Joins the thread; no call may be out.

  void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) override;
  void lend_thread() noexcept override;
  [[nodiscard]] Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest& request) override;

 private:
  struct Call {
    wire::CheckpointDurableExecutionRequest request;
    CheckpointDone done;
  };

  void work();
  /// Makes the call that waits. `lock` is held before, and not after.
  void make_call(std::unique_lock<std::mutex>& lock);

  cloud::LambdaClient& api_;
  std::mutex mutex_;  // guards waiting_ and destroyed_
  std::condition_variable changed_;
  std::optional<Call> waiting_;
  bool destroyed_ = false;
  std::thread thread_;  // made for the first call
};

}  // namespace durable::lambda
