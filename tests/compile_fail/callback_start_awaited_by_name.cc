// SPDX-License-Identifier: Apache-2.0
// EXPECT: deleted
#include <durable/durable.h>

durable::Task<std::string> handler(durable::DurableContext& ctx) {
  auto start = ctx.create_callback("approval");
#ifdef DURABLE_WRONG
  auto callback = co_await start;
#else
  auto callback = co_await std::move(start);
#endif
  co_return co_await callback.result();
}
