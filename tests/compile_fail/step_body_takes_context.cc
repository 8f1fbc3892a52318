// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: a step body cannot take a DurableContext; a body that uses durable operations
// belongs in ctx.run_in_child_context
#include <durable/durable.h>

durable::Task<int> handler(durable::DurableContext& ctx) {
  co_await ctx.step([](durable::StepContext& step) { return step.attempt(); });
#ifdef DURABLE_WRONG
  co_await ctx.step([](durable::DurableContext&) { return 1; });
#endif
  co_return 1;
}
