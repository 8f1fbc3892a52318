// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "conformance/suites/support.h"

namespace durable::conformance {
namespace {

int next(const int& state) { return state + 1; }

/// Counts from `first`, polled every `delay`, up to `target`.
Task<int> count(int first, int target, Duration delay, DurableContext& ctx) {
  co_return co_await ctx.wait_for_condition(
      "count", first, next,
      {.until = [target](const int& n) { return n >= target; },
       .poll = PollSchedule::every(delay)});
}

Task<int> until_the_input(int target, DurableContext& ctx) {
  co_return co_await count(0, target, 1s, ctx);
}

Task<int> named(DurableContext& ctx) {
  co_return co_await ctx.wait_for_condition(
      "poll-status", 0, next,
      {.until = [](const int& n) { return n >= 2; }, .poll = PollSchedule::every(1s)});
}

Task<int> from_five(int target, DurableContext& ctx) {
  co_return co_await count(5, target, 1s, ctx);
}

Task<int> every_two_seconds(int target, DurableContext& ctx) {
  co_return co_await count(0, target, 2s, ctx);
}

Task<int> two_in_a_row(DurableContext& ctx) {
  const int first = co_await count(0, 2, 1s, ctx);
  co_return co_await count(first, 4, 1s, ctx);
}

}  // namespace

std::vector<Function> wait_for_condition_functions() {
  return {{"6-1", plain(until_the_input)},
          {"6-3", plain(named)},
          {"6-4", plain(from_five)},
          {"6-5", plain(every_two_seconds)},
          {"6-13", plain(two_in_a_row)}};
}

}  // namespace durable::conformance
