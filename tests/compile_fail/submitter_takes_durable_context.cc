// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: the submitter of wait_for_callback is called as (std::string id)
#include <durable/durable.h>

durable::Task<void> handler(durable::DurableContext& ctx) {
  co_await ctx.wait_for_callback<void>("approval",
                                       [](const std::string&, durable::StepContext&) {});
#ifdef DURABLE_WRONG
  co_await ctx.wait_for_callback<void>("approval",
                                       [](const std::string&, durable::DurableContext&) {});
#endif
}
