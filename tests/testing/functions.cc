// SPDX-License-Identifier: Apache-2.0
#include "testing/functions.h"

namespace durable::test {

using namespace std::chrono_literals;

Task<std::string> greet(std::string name, DurableContext& ctx) {
  std::string greeting = co_await ctx.step("greet", [&] { return "Hello " + name + "!"; });
  co_return greeting;
}

Task<int> wait_seconds(int seconds, DurableContext& ctx) {
  co_await ctx.wait("nap", std::chrono::seconds(seconds));
  co_return seconds;
}

Task<std::uint32_t> flaky(std::uint32_t failures, DurableContext& ctx) {
  std::uint32_t attempt =
      co_await ctx.step("flaky",
                        [&](StepContext& step) {
                          if (step.attempt() <= failures) throw std::runtime_error("not yet");
                          return step.attempt();
                        },
                        {.retry = retry::fixed({.max_attempts = 5, .delay = 10s})});
  co_return attempt;
}

Task<int> nested(DurableContext& ctx) {
  int sum = co_await ctx.run_in_child_context("outer", [](DurableContext& outer) -> Task<int> {
    int first = co_await outer.step("first", [] { return 1; });
    int inner_sum =
        co_await outer.run_in_child_context("inner", [](DurableContext& inner) -> Task<int> {
          int a = co_await inner.step("same", [] { return 10; });
          int b = co_await inner.step("same", [] { return 100; });
          co_return a + b;
        });
    co_return first + inner_sum;
  });
  co_return sum;
}

Task<int> broken(DurableContext& ctx) {
  co_await ctx.step("fine", [] { return 1; });
  throw std::out_of_range("no such shelf");
}

Task<int> endless(DurableContext& ctx) {
  for (;;) co_await ctx.wait("again", 1s);
}

}  // namespace durable::test
