// SPDX-License-Identifier: Apache-2.0
#include "conformance/suites/support.h"

#include <string>
#include <vector>

namespace durable::conformance {
namespace {

struct Waited {
  int completedWaits = 0;  // NOLINT(readability-identifier-naming): a member of the result's JSON
};

Task<std::string> one_wait(DurableContext& ctx) {
  co_await ctx.wait(2s);
  co_return "done";
}
Task<std::string> named_wait(DurableContext& ctx) {
  co_await ctx.wait("custom_wait_name", 2s);
  co_return "done";
}
Task<Waited> two_waits(DurableContext& ctx) {
  co_await ctx.wait("wait-1", 2s);
  co_await ctx.wait("wait-2", 2s);
  co_return Waited{2};
}
Task<std::string> wait_of_a_minute(DurableContext& ctx) {
  co_await ctx.wait(1min);
  co_return "done";
}
Task<std::string> wait_of_an_hour(DurableContext& ctx) {
  co_await ctx.wait(1h);
  co_return "done";
}

}  // namespace

std::vector<Function> wait_functions() {
  return {{"2-1", plain(one_wait)},
          {"2-2", plain(named_wait)},
          {"2-3", plain(two_waits)},
          {"2-4", plain(wait_of_a_minute)},
          {"2-5", plain(wait_of_an_hour), 2h}};
}

}  // namespace durable::conformance
