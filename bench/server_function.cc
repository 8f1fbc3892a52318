// SPDX-License-Identifier: Apache-2.0
//
// The functions that the server is measured with.
#include <durable/durable.h>
#include <durable/lambda.h>

#include <chrono>
#include <string>

namespace {

durable::Task<std::string> hello(durable::DurableContext& ctx) {
  co_return co_await ctx.step("greet", [] { return std::string("Hello World!"); });
}

durable::Task<int> steps(int count, durable::DurableContext& ctx) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await ctx.step("add", [] { return 1; });
  co_return sum;
}

durable::Task<void> asleep(durable::DurableContext& ctx) {
  co_await ctx.wait("night", std::chrono::hours{8});
}

durable::Task<void> nap(durable::DurableContext& ctx) {
  co_await ctx.wait("nap", std::chrono::seconds{1});
}

}  // namespace

int main() {
  durable::lambda::Functions functions;
  functions.add("hello", hello);
  functions.add("steps", steps);
  functions.add("asleep", asleep);
  functions.add("nap", nap);
  return functions.run();
}
