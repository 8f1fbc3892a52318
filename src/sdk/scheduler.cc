// SPDX-License-Identifier: Apache-2.0
#include <durable/sdk/detail/scheduler.h>

#include <durable/sdk/errors.h>
#include <durable/sdk/task.h>

#include <utility>

namespace durable::detail {

void Scheduler::resume(PromiseBase& promise) {
  Scope* const saved = current_;
  PromiseBase* running = &promise;
  while (running != nullptr && !stopped_) {
    current_ = running->scope;
    next_ = nullptr;
    running->self.resume();
    running = std::exchange(next_, nullptr);
  }
  current_ = saved;
  // Only the chain's last coroutine can have been a body's outermost.
  if (BodyOwner* owner = std::exchange(finished_, nullptr); owner != nullptr && !stopped_) {
    owner->body_finished();
  }
}

void TaskHandle::destroy(PromiseBase* top) noexcept {
  PromiseBase* leaf = top;
  while (leaf->child != nullptr) leaf = leaf->child;
  while (leaf != top) {
    PromiseBase* parent = leaf->parent;
    leaf->holder->promise_ = nullptr;
    parent->child = nullptr;
    leaf->self.destroy();
    leaf = parent;
  }
  top->self.destroy();
}

void raise_empty_task() {
  throw UsageError(
      "co_await of a durable::Task that was awaited or moved from before. A Task is awaited once; "
      "call the helper again for another run.");
}

}  // namespace durable::detail
