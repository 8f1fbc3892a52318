// SPDX-License-Identifier: Apache-2.0
#include "conformance/suites/support.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace durable::conformance {
namespace {

constexpr std::size_t large_size = 300'000;

Task<std::string> child_with_a_step(std::string text, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "child", [&](DurableContext& child) -> Task<std::string> {
        co_return co_await child.step("inner", [&] { return text; });
      });
}

struct Named {
  std::string name;
  std::string value;
};

Task<std::string> named_child(Named input, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      input.name, [&](DurableContext& child) -> Task<std::string> {
        co_return co_await child.step("inner", [&] { return input.value; });
      });
}

Task<std::string> child_with_two_steps(std::string text, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "child", [&](DurableContext& child) -> Task<std::string> {
        const std::string first = co_await child.step("first", [&] { return text; });
        co_return co_await child.step("second", [&] { return first; });
      });
}

Task<std::string> caught_failure(std::string text, DurableContext& ctx) {
  auto child = ctx.run_in_child_context("child", [](DurableContext& inner) -> Task<void> {
    co_await inner.step("fails", [] { throw std::runtime_error("inner failure"); },
                        {.retry = retry::none()});
  });
  const auto outcome = co_await settle(child);
  if (outcome.failed_with<ChildContextError>()) {
    co_return co_await ctx.step("recover", [&] { return text; });
  }
  co_return "not recovered";
}

Task<std::string> retried_step_in_a_child(std::string text, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "child", [&](DurableContext& child) -> Task<std::string> {
        co_return co_await child.step("flaky",
                                      [&](StepContext& step) {
                                        if (step.attempt() == 1)
                                          throw std::runtime_error("first attempt fails");
                                        return text;
                                      },
                                      {.retry = attempts(2)});
      });
}

Task<void> failing_child(DurableContext& ctx) {
  co_await ctx.run_in_child_context("child", [](DurableContext& child) -> Task<void> {
    co_await child.step("always_fail", [] { throw std::runtime_error("always fails"); },
                        {.retry = attempts(2)});
  });
}

Task<std::string> child_then_wait(std::string text, DurableContext& ctx) {
  std::string value =
      co_await ctx.run_in_child_context("child", [&](DurableContext& child) -> Task<std::string> {
        co_return co_await child.step("inner", [&] { return text; });
      });
  co_await ctx.wait("pause", 1s);
  co_return value;
}

Task<std::string> child_with_step_and_wait(std::string text, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "child", [&](DurableContext& child) -> Task<std::string> {
        std::string value = co_await child.step("inner", [&] { return text; });
        co_await child.wait("pause", 1s);
        co_return value;
      });
}

Task<std::size_t> large_child(std::string text, DurableContext& ctx) {
  const std::string large =
      co_await ctx.run_in_child_context("child", [&](DurableContext& child) -> Task<std::string> {
        child.logger().info(text);
        const std::string value = co_await child.step("inner", [&] { return text; });
        std::string result;
        while (result.size() < large_size) result += value;
        co_return result;
      });
  co_await ctx.wait("pause", 1s);
  co_return large.size();
}

struct Crash {
  Host* host;
  std::string arn;
};

std::string crash_once(const Crash& crash, const std::string& value) {
  if (crash.host->first_time(crash.arn, "inner")) crash.host->crash();
  return value;
}

Task<std::string> interrupted_child(Host& host, std::string text, DurableContext& ctx) {
  const Crash crash{&host, std::string(ctx.execution_arn())};
  co_return co_await ctx.run_in_child_context(
      "child", [&](DurableContext& child) -> Task<std::string> {
        // The start of an offloaded body is recorded as it begins.
        auto inner = child.step("inner", offload(crash_once, crash, text));
        co_return co_await inner;
      });
}

Task<std::string> child_with_a_wait(std::string text, DurableContext& ctx) {
  const std::string value =
      co_await ctx.run_in_child_context("child", [&](DurableContext& child) -> Task<std::string> {
        co_await child.wait("pause", 1s);
        co_return text;
      });
  co_return co_await ctx.step("outer", [&] { return value; });
}

Task<std::string> child_with_serdes(std::string text, DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context("child",
                                              [&](DurableContext& child) -> Task<std::string> {
                                                co_return co_await child.step("inner",
                                                                              [&] { return text; });
                                              },
                                              {.serdes = &upper_case});
}

Task<void> throwing_child(DurableContext& ctx) {
  co_await ctx.run_in_child_context("child", [](DurableContext&) -> Task<void> {
    throw std::runtime_error("no operation was called");
    co_return;
  });
}

Task<std::optional<std::string>> null_child(DurableContext& ctx) {
  co_return co_await ctx.run_in_child_context(
      "child", [](DurableContext&) -> Task<std::optional<std::string>> { co_return std::nullopt; });
}

Task<std::string> mixed_operations(std::string text, DurableContext& ctx) {
  const std::string inner =
      co_await ctx.run_in_child_context("child", [&](DurableContext& child) -> Task<std::string> {
        std::string value = co_await child.step("inner", [&] { return text; });
        co_await child.wait("inner pause", 1s);
        co_return value;
      });
  std::string outer = co_await ctx.step("outer", [&] { return inner; });
  co_await ctx.wait("outer pause", 1s);
  co_return outer;
}

}  // namespace

std::vector<Function> child_functions() {
  return {
      {"3-1", plain(child_with_a_step)},
      {"3-2", plain(named_child)},
      {"3-3", plain(child_with_two_steps)},
      {"3-5", plain(caught_failure)},
      {"3-7", plain(retried_step_in_a_child)},
      {"3-8", plain(failing_child)},
      {"3-9", plain(child_then_wait)},
      {"3-10", plain(child_with_step_and_wait)},
      {"3-11", [](Host&) { return Handler(large_child).replay_logging(ReplayLogging::written); }},
      {"3-12",
       [](Host& host) {
         return Handler([&host](std::string text, DurableContext& ctx) {
           return interrupted_child(host, std::move(text), ctx);
         });
       }},
      {"3-13", plain(child_with_a_wait)},
      {"3-14", plain(child_with_serdes)},
      {"3-15", plain(throwing_child)},
      {"3-16", plain(null_child)},
      {"3-18", plain(mixed_operations)}};
}

}  // namespace durable::conformance
