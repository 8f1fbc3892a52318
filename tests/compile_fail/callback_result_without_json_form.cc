// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a callback's result is read as std::string or std::optional<std::string>
#include <durable/durable.h>

#include <mutex>

durable::Task<void> handler(durable::DurableContext& ctx) {
  auto callback = co_await ctx.create_callback<std::optional<std::string>>("approval");
  co_await callback.result();
#ifdef DURABLE_WRONG
  auto other = co_await ctx.create_callback<std::mutex>("other");
#endif
}
