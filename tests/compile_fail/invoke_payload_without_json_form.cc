// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: this payload type has no JSON form
#include <durable/durable.h>

#include <mutex>

durable::Task<void> handler(durable::DurableContext& ctx) {
  co_await ctx.invoke("invoice", "billing", nullptr);
#ifdef DURABLE_WRONG
  std::mutex mutex;
  co_await ctx.invoke("invoice", "billing", mutex);
#endif
}
