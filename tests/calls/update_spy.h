// SPDX-License-Identifier: Apache-2.0
//
// Keeps every update that a function sends, for tests of what exactly stands in it.
#pragma once

#include "sdk/fake_service.h"

#include <utility>
#include <vector>

namespace durable::fake {

class UpdateSpy final : public ServiceClient {
 public:
  explicit UpdateSpy(Service& service) : service_(service) {}

  void checkpoint(wire::CheckpointDurableExecutionRequest request, CheckpointDone done) override {
    updates.insert(updates.end(), request.updates.begin(), request.updates.end());
    service_.checkpoint(std::move(request), std::move(done));
  }
  Result<wire::GetDurableExecutionStateResponse> get_state(
      const wire::GetDurableExecutionStateRequest& request) override {
    return service_.get_state(request);
  }
  /// One invocation.
  InvocationOutcome invoke(const Handler& handler) {
    return run_invocation(handler, service_.event(), *this, service_.environment);
  }

  std::vector<wire::OperationUpdate> updates;

 private:
  Service& service_;
};

}  // namespace durable::fake
