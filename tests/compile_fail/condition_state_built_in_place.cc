// SPDX-License-Identifier: Apache-2.0
// EXPECT: durable: GCC before 12.3 destroys this argument twice
#define DURABLE_DOUBLE_DESTROY 1
#include <durable/durable.h>

struct Job {
  std::string id;
};

durable::Task<int> handler(durable::DurableContext& ctx) {
  const durable::Until<Job> until = [](const Job& job) { return job.id.empty(); };
  const auto check = [](const Job& job) { return job; };
  const Job first{.id = "7"};
  co_await ctx.wait_for_condition("job", first, check, {.until = until});
  auto future = ctx.wait_for_condition("job", Job{.id = "7"}, check, {.until = until});
  co_await future;
#ifdef DURABLE_WRONG
  co_await ctx.wait_for_condition("job", Job{.id = "7"}, check, {.until = until});
#endif
  co_return 1;
}
