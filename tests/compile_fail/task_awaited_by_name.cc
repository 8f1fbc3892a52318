// SPDX-License-Identifier: Apache-2.0
// EXPECT: deleted
#include <durable/durable.h>

durable::Task<int> helper(durable::DurableContext&) { co_return 1; }

durable::Task<int> handler(durable::DurableContext& ctx) {
  auto task = helper(ctx);
#ifdef DURABLE_WRONG
  co_await task;
#endif
  co_return co_await std::move(task);
}
