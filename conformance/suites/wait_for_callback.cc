// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/suites/support.h"

namespace durable::conformance {
namespace {

/// Hands the id over to nobody: whoever completes the callback finds it in the history.
void submit(const std::string& /*callback_id*/) {}

Task<std::string> unnamed(DurableContext& ctx) {
  co_return co_await ctx.wait_for_callback("", submit);
}

Task<std::string> named(std::string name, DurableContext& ctx) {
  co_return co_await ctx.wait_for_callback(name, submit);
}

Task<std::string> with_timeout(std::string name, DurableContext& ctx) {
  co_return co_await ctx.wait_for_callback(name, submit, {.timeout = 3s});
}

Task<std::string> failing_submitter(std::string name, DurableContext& ctx) {
  co_return co_await ctx.wait_for_callback(
      name, [](const std::string&) { throw std::runtime_error("cannot submit"); },
      {.retry = attempts(2)});
}

Task<std::string> in_a_child(std::string name, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "wrapper", [&](DurableContext& child) -> Task<std::string> {
        co_return co_await child.wait_for_callback(name, submit);
      });
}

Task<std::string> two_in_a_row(DurableContext& ctx) {
  co_await ctx.wait_for_callback("first", submit);
  co_return co_await ctx.wait_for_callback("second", submit);
}

Task<std::string> after_wait_and_step(std::string name, DurableContext& ctx) {
  co_await ctx.wait("pause", 1s);
  co_await ctx.step("prepare", [] { return "fixed"; });
  co_return co_await ctx.wait_for_callback(name, submit);
}

struct Approval {
  std::string status;
};

Task<std::string> of_an_object(std::string name, DurableContext& ctx) {
  const Approval approval = co_await ctx.wait_for_callback<Approval>(name, submit);
  co_return approval.status;
}

Task<std::string> caught_timeout(std::string name, DurableContext& ctx) {
  const auto outcome = co_await settle(ctx.wait_for_callback(name, submit, {.timeout = 3s}));
  if (outcome.failed_with<CallbackTimeoutError>()) co_return "timed-out-handled";
  co_return "no timeout";
}

}  // namespace

std::vector<Function> wait_for_callback_functions() {
  return {{"7-3", plain(unnamed)},
          {"7-4", plain(named)},
          {"7-5", plain(with_timeout)},
          {"7-7", plain(failing_submitter)},
          {"7-8", plain(in_a_child)},
          {"7-9", plain(two_in_a_row)},
          {"7-10", plain(after_wait_and_step)},
          {"7-11", plain(of_an_object)},
          {"7-14", plain(caught_timeout)}};
}

}  // namespace durable::conformance
