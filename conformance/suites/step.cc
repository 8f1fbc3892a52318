// SPDX-License-Identifier: Apache-2.0
#include "conformance/suites/support.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace durable::conformance {
namespace {

Task<std::string> named_step(std::string name, DurableContext& ctx) {
  co_return co_await ctx.step("custom_step_name", [&] { return "Hello, " + name + "!"; });
}

Task<std::string> second_uses_first(DurableContext& ctx) {
  const std::string first = co_await ctx.step([] { return "first"; });
  co_return co_await ctx.step([&] { return first + "_second"; });
}

struct User {
  std::string name;
  std::vector<std::string> tags;
};
struct Listing {
  User user;
  int count = 0;
};

Task<Listing> nested_result(DurableContext& ctx) {
  co_return co_await ctx.step([] { return Listing{{"Alice", {"admin", "active"}}, 2}; });
}

Task<std::optional<std::string>> null_result(DurableContext& ctx) {
  co_return co_await ctx.step([]() -> std::optional<std::string> { return std::nullopt; });
}

Task<std::string> custom_serdes(std::string text, DurableContext& ctx) {
  co_return co_await ctx.step("upper", [&] { return text; }, {.serdes = &upper_case});
}

Task<std::string> logging_step(std::string name, DurableContext& ctx) {
  co_return co_await ctx.step("greet", [&](StepContext& step) {
    step.logger().info("Greeting step started for: " + name);
    std::string greeting = "Hello, " + name + "!";
    step.logger().info("Greeting step completed with: " + greeting);
    return greeting;
  });
}

Task<std::string> step_then_wait(DurableContext& ctx) {
  std::string value = co_await ctx.step([] { return "computed"; });
  co_await ctx.wait(2s);
  co_return value;
}

Task<std::string> cached_step(DurableContext& ctx) {
  std::string value = co_await ctx.step([] { return "cached_value"; });
  co_await ctx.wait(1s);
  co_return value;
}

Task<void> exhausted_retries(DurableContext& ctx) {
  co_await ctx.step("always_fail", [] { throw std::runtime_error("always fails"); },
                    {.retry = attempts(4)});
}

Task<std::string> backoff(DurableContext& ctx) {
  co_return co_await ctx.step(
      "flaky",
      [](StepContext& step) {
        if (step.attempt() < 3) throw std::runtime_error("not yet");
        return "done";
      },
      {.retry = retry::exponential(
           {.max_attempts = 5, .initial = 2s, .rate = 3.0, .jitter = Jitter::none})});
}

Task<std::string> retries_some_errors(DurableContext& ctx) {
  static const RetryFilter transient = RetryFilter().error_type("TransientError");
  co_return co_await ctx.step(
      "transient",
      [](StepContext& step) {
        if (step.attempt() == 1) throw TransientError("try again");
        return "done";
      },
      {.retry = retry::fixed({.max_attempts = 3, .delay = 1s, .only = &transient})});
}

Task<void> interrupted_for_good(Host& host, std::string text, DurableContext& ctx) {
  co_await ctx.step("at_most_once_flaky_step",
                    [&](StepContext& step) {
                      step.logger().info(text);
                      host.crash();
                    },
                    {.semantics = StepSemantics::at_most_once_per_retry, .retry = retry::none()});
}

Task<std::string> interrupted_once(Host& host, std::string text, DurableContext& ctx) {
  co_return co_await ctx.step(
      "at_most_once_flaky_step",
      [&](StepContext& step) {
        step.logger().info(text);
        if (step.attempt() == 1) host.crash();
        return "succeeded on second attempt";
      },
      {.semantics = StepSemantics::at_most_once_per_retry, .retry = attempts(2)});
}

Task<void> never_retried(DurableContext& ctx) {
  co_await ctx.step("always_fail", [] { throw std::runtime_error("always fails"); },
                    {.retry = retry::none()});
}

}  // namespace

std::vector<Function> step_functions() {
  return {
      {"1-2", plain(named_step)},
      {"1-3", plain(second_uses_first)},
      {"1-4", plain(nested_result)},
      {"1-5", plain(null_result)},
      {"1-6", plain(custom_serdes)},
      {"1-7", plain(logging_step)},
      {"1-8", plain(step_then_wait)},
      {"1-9", plain(cached_step)},
      {"1-12", plain(exhausted_retries)},
      {"1-14", plain(backoff)},
      {"1-15",
       [](Host&) {
         return Handler(retries_some_errors).name_error<TransientError>("TransientError");
       }},
      {"1-17",
       [](Host& host) {
         return Handler([&host](std::string text, DurableContext& ctx) {
           return interrupted_for_good(host, std::move(text), ctx);
         });
       }},
      {"1-18",
       [](Host& host) {
         return Handler([&host](std::string text, DurableContext& ctx) {
           return interrupted_once(host, std::move(text), ctx);
         });
       }},
      {"1-19", plain(never_retried)},
  };
}

}  // namespace durable::conformance
