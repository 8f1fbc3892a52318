// SPDX-License-Identifier: Apache-2.0
#include "lambda/service_client.h"

#include <durable/base/assert.h>

#include <utility>

namespace durable::lambda {
ApiServiceClient::ApiServiceClient(cloud::LambdaClient& api) : api_(api) {}

ApiServiceClient::~ApiServiceClient() {
  {
    const std::lock_guard lock(mutex_);
    destroyed_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void ApiServiceClient::checkpoint(wire::CheckpointDurableExecutionRequest request,
                                  CheckpointDone done) {
  {
    const std::lock_guard lock(mutex_);
    DURABLE_ASSERT(!waiting_);
    waiting_.emplace(Call{std::move(request), std::move(done)});
  }
  changed_.notify_one();  // Without the lock, which the thread would only wake up to wait for.
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
}

Result<wire::GetDurableExecutionStateResponse> ApiServiceClient::get_state(
    const wire::GetDurableExecutionStateRequest& request) {
  return api_.get_state(request);
}

void ApiServiceClient::lend_thread() noexcept {
  std::unique_lock lock(mutex_);
  if (waiting_) make_call(lock);  // Else the other thread was faster.
}

void ApiServiceClient::make_call(std::unique_lock<std::mutex>& lock) {
  Call call = std::move(*waiting_);
  waiting_.reset();
  lock.unlock();
  call.done(api_.checkpoint(call.request));
}

void ApiServiceClient::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return waiting_ || destroyed_; });
    if (!waiting_) return;
    make_call(lock);
    lock.lock();
  }
}

}  // namespace durable::lambda
